#include "probe/dns.hpp"

#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <netinet/in.h>
#include <poll.h>
#include <resolv.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>

#include "probe/reach.hpp"

namespace reentry::probe {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t kMostNames = 6;
constexpr std::size_t kMostAddresses = 32;

// resolver(3)'s state, closed when it goes.
class Resolver {
 public:
  Resolver() : ready_(::res_ninit(&state_) == 0) {}
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;
  ~Resolver() {
    if (ready_) ::res_nclose(&state_);
  }
  [[nodiscard]] bool ready() const { return ready_; }

  [[nodiscard]] std::vector<sockaddr_storage> servers() {
    std::vector<sockaddr_storage> out;
    for (int i = 0; i < state_.nscount; ++i) {
      sockaddr_storage one{};
      const sockaddr_in6* v6 = state_._u._ext.nsaddrs[i];
      if (state_.nsaddr_list[i].sin_family == AF_INET) {
        std::memcpy(&one, &state_.nsaddr_list[i], sizeof(sockaddr_in));
      } else if (v6 != nullptr) {
        std::memcpy(&one, v6, sizeof(sockaddr_in6));
      } else {
        continue;
      }
      out.push_back(one);
    }
    return out;
  }
  // As res_search(3) would try them.
  [[nodiscard]] std::vector<std::string> names(const std::string& name) const {
    const auto dots = static_cast<unsigned>(std::count(name.begin(), name.end(), '.'));
    std::vector<std::string> searched;
    if (!name.ends_with('.')) {
      for (std::size_t i = 0; i < MAXDNSRCH && state_.dnsrch[i] != nullptr; ++i)
        searched.push_back(name + "." + state_.dnsrch[i]);
    }
    const bool plain_first = dots >= state_.ndots || searched.empty();
    searched.insert(plain_first ? searched.begin() : searched.end(), name);
    if (searched.size() > kMostNames) searched.resize(kMostNames);
    return searched;
  }
  [[nodiscard]] std::string query(const std::string& name, int type) {
    std::array<unsigned char, NS_PACKETSZ> bytes{};
    const int size = ::res_nmkquery(&state_, ns_o_query, name.c_str(), ns_c_in, type, nullptr, 0, nullptr,
                                    bytes.data(), bytes.size());
    if (size <= 0) return {};
    return {reinterpret_cast<const char*>(bytes.data()), static_cast<std::size_t>(size)};
  }

 private:
  struct __res_state state_ {};
  bool ready_ = false;
};

std::string address_text(int family, const void* address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  return ::inet_ntop(family, address, text.data(), text.size()) != nullptr ? text.data() : "";
}

std::string server_text(const sockaddr_storage& server) {
  if (server.ss_family == AF_INET)
    return address_text(AF_INET, &reinterpret_cast<const sockaddr_in&>(server).sin_addr);
  return address_text(AF_INET6, &reinterpret_cast<const sockaddr_in6&>(server).sin6_addr);
}

// One question to one server.
struct Question {
  DnsReply reply;
  OpenSocket socket;
  std::string query;
  bool answered = false;
};

void send(Question& question, const sockaddr_storage& server) {
  question.socket = OpenSocket(::socket(server.ss_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  const int fd = question.socket.get();
  const socklen_t size = server.ss_family == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6);
  // Connected: only this server's answers and ICMP errors come in.
  if (fd < 0 || ::connect(fd, reinterpret_cast<const sockaddr*>(&server), size) != 0 ||
      ::send(fd, question.query.data(), question.query.size(), MSG_NOSIGNAL) < 0) {
    question.answered = true;
  }
}

void receive(Question& question) {
  std::array<char, 4096> bytes{};
  const ssize_t n = ::recv(question.socket.get(), bytes.data(), bytes.size(), 0);
  if (n < 0) {
    question.answered = errno != EAGAIN && errno != EINTR;  // nobody at that port
    return;
  }
  const std::string_view answer(bytes.data(), static_cast<std::size_t>(n));
  if (answer.size() < 2 || answer.substr(0, 2) != std::string_view(question.query).substr(0, 2)) return;
  DnsReply read = read_dns_answer(answer, question.reply.v6);
  question.reply.code = read.code;
  question.reply.addresses = std::move(read.addresses);
  question.answered = true;
}

std::optional<DnsReply::Code> failure_of(int rcode) {
  switch (rcode) {
    case ns_r_noerror: return std::nullopt;
    case ns_r_nxdomain: return DnsReply::Code::no_such_name;
    case ns_r_refused: return DnsReply::Code::refused;
    default: return DnsReply::Code::server_failure;
  }
}

}  // namespace

DnsReply read_dns_answer(std::string_view bytes, bool v6) {
  DnsReply out;
  out.v6 = v6;
  out.code = DnsReply::Code::malformed;
  ns_msg message{};
  if (::ns_initparse(reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()),
                     &message) != 0)
    return out;
  if (const auto failure = failure_of(ns_msg_getflag(message, ns_f_rcode))) {
    out.code = *failure;
    return out;
  }
  for (int i = 0; i < ns_msg_count(message, ns_s_an) && out.addresses.size() < kMostAddresses; ++i) {
    ns_rr record{};
    if (::ns_parserr(&message, ns_s_an, i, &record) != 0) return out;
    if (ns_rr_type(record) == ns_t_a && ns_rr_rdlen(record) == 4)
      out.addresses.push_back(address_text(AF_INET, ns_rr_rdata(record)));
    if (ns_rr_type(record) == ns_t_aaaa && ns_rr_rdlen(record) == 16)
      out.addresses.push_back(address_text(AF_INET6, ns_rr_rdata(record)));
  }
  out.code = out.addresses.empty() ? DnsReply::Code::no_data : DnsReply::Code::answered;
  return out;
}

std::vector<DnsReply> ask_name_servers(const std::string& name, std::chrono::milliseconds limit) {
  Resolver resolver;
  if (!resolver.ready()) return {};
  std::vector<Question> questions;
  for (const sockaddr_storage& server : resolver.servers()) {
    for (const std::string& full : resolver.names(name)) {
      for (const bool v6 : {false, true}) {
        Question& question = questions.emplace_back();
        question.reply.server = server_text(server);
        question.reply.name = full;
        question.reply.v6 = v6;
        question.query = resolver.query(full, v6 ? ns_t_aaaa : ns_t_a);
        question.answered = question.query.empty();
        if (!question.answered) send(question, server);
      }
    }
  }
  const auto end = Clock::now() + limit;
  while (Clock::now() < end) {
    std::vector<pollfd> waits;
    std::vector<Question*> whose;
    for (Question& question : questions) {
      if (question.answered) continue;
      waits.push_back({question.socket.get(), POLLIN, 0});
      whose.push_back(&question);
    }
    if (waits.empty()) break;
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now()).count();
    ::poll(waits.data(), waits.size(), static_cast<int>(std::max<std::int64_t>(left, 0)));
    for (std::size_t i = 0; i < waits.size(); ++i) {
      if (waits[i].revents != 0) receive(*whose[i]);
    }
  }
  std::vector<DnsReply> out;
  out.reserve(questions.size());
  for (Question& question : questions) out.push_back(std::move(question.reply));
  return out;
}

}  // namespace reentry::probe
