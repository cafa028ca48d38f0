#include "host/listening_sockets.hpp"

#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <tuple>
#include <unordered_map>

#include "host/descriptor.hpp"
#include "host/processes.hpp"

namespace reentry {
namespace {

constexpr std::size_t kMostSockets = 65536;
constexpr std::uint32_t kListening = 1U << 10U;  // TCP_LISTEN of the kernel's enum, as a bit

struct Found {
  ListeningSocket socket;
  std::uint64_t inode = 0;
};

// One answer of inet_diag: its fixed part, then attributes.
std::optional<Found> socket_of(const nlmsghdr& header) {
  if (header.nlmsg_len < NLMSG_LENGTH(sizeof(inet_diag_msg))) return std::nullopt;
  const auto* diag = static_cast<const inet_diag_msg*>(NLMSG_DATA(&header));
  Found out;
  out.inode = diag->idiag_inode;
  out.socket.port = ntohs(diag->id.idiag_sport);
  out.socket.v6 = diag->idiag_family == AF_INET6;
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (::inet_ntop(diag->idiag_family, diag->id.idiag_src, text.data(), text.size()) == nullptr)
    return std::nullopt;
  out.socket.address = text.data();
  auto left = static_cast<int>(header.nlmsg_len - NLMSG_LENGTH(sizeof(*diag)));
  const auto* attribute = reinterpret_cast<const rtattr*>(diag + 1);
  for (; RTA_OK(attribute, left); attribute = RTA_NEXT(attribute, left)) {
    if (attribute->rta_type == INET_DIAG_SKV6ONLY && RTA_PAYLOAD(attribute) >= 1)
      out.socket.v6_only = *static_cast<const unsigned char*>(RTA_DATA(attribute)) != 0;
  }
  return out;
}

bool send_request(const Descriptor& link, int family) {
  struct {
    nlmsghdr header;
    inet_diag_req_v2 request;
  } message{};
  message.header.nlmsg_len = sizeof message;
  message.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
  message.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  message.request.sdiag_family = static_cast<std::uint8_t>(family);
  message.request.sdiag_protocol = IPPROTO_TCP;
  message.request.idiag_states = kListening;
  message.request.idiag_ext = static_cast<std::uint8_t>(1U << (INET_DIAG_SKV6ONLY - 1U));
  sockaddr_nl kernel{};
  kernel.nl_family = AF_NETLINK;
  return ::sendto(link.get(), &message, sizeof message, 0, reinterpret_cast<const sockaddr*>(&kernel),
                  sizeof kernel) == static_cast<ssize_t>(sizeof message);
}

// False on an error, with errno set.
bool dump(const Descriptor& link, int family, std::vector<Found>& out) {
  if (!send_request(link, family)) return false;
  alignas(nlmsghdr) std::array<char, 32768> buffer{};
  for (;;) {
    const ssize_t received = ::recv(link.get(), buffer.data(), buffer.size(), 0);
    if (received < 0 && errno == EINTR) continue;
    if (received <= 0) return false;
    auto left = static_cast<unsigned>(received);
    for (const auto* header = reinterpret_cast<const nlmsghdr*>(buffer.data()); NLMSG_OK(header, left);
         header = NLMSG_NEXT(header, left)) {
      if (header->nlmsg_type == NLMSG_DONE) return true;
      if (header->nlmsg_type == NLMSG_ERROR) {
        const auto* error = static_cast<const nlmsgerr*>(NLMSG_DATA(header));
        // A kernel without IPv6 knows no such family: that is no socket.
        if (error->error == -ENOENT || error->error == 0) return true;
        errno = -error->error;
        return false;
      }
      auto found = socket_of(*header);
      if (found && out.size() < kMostSockets) out.push_back(std::move(*found));
    }
  }
}

}  // namespace

Known<std::vector<ListeningSocket>> listening_sockets() {
  const Descriptor link(::socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG));
  std::vector<Found> found;
  if (!link.valid() || !dump(link, AF_INET, found) || !dump(link, AF_INET6, found)) {
    return Missing{Why::unreadable, "the listening sockets", std::strerror(errno)};
  }
  std::unordered_map<std::uint64_t, std::size_t> by_inode;
  for (std::size_t i = 0; i < found.size(); ++i) by_inode.emplace(found[i].inode, i);
  for (SocketHolder& holder : holders_of_sockets(by_inode)) {
    for (const std::size_t index : holder.sockets) found[index].socket.owners.push_back(holder.process);
  }
  std::vector<ListeningSocket> out;
  out.reserve(found.size());
  for (Found& one : found) out.push_back(std::move(one.socket));
  std::sort(out.begin(), out.end(), [](const ListeningSocket& a, const ListeningSocket& b) {
    return std::tie(a.port, a.v6, a.address) < std::tie(b.port, b.v6, b.address);
  });
  return out;
}

}  // namespace reentry
