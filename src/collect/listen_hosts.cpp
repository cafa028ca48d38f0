#include "collect/listen_hosts.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <optional>

#include "base/ascii_case.hpp"

namespace reentry {
namespace {

constexpr std::size_t kSmallFile = 64 * 1024;
constexpr std::size_t kMaxFiles = 100;

// Where ifupdown, systemd-networkd, netplan, NetworkManager and the network scripts set addresses.
constexpr std::array<const char*, 6> kNetworkFiles{"/etc/network/interfaces",
                                                   "/etc/network/interfaces.d/*",
                                                   "/etc/systemd/network/*.network",
                                                   "/etc/netplan/*.yaml",
                                                   "/etc/NetworkManager/system-connections/*",
                                                   "/etc/sysconfig/network-scripts/ifcfg-*"};
constexpr std::array<const char*, 2> kKernelTables{"/proc/net/fib_trie", "/proc/net/if_inet6"};

constexpr std::string_view kBlanks = " \t\r";

bool is_number(const std::string& host) {
  in6_addr address{};
  return ::inet_pton(AF_INET, host.c_str(), &address) == 1 ||
         ::inet_pton(AF_INET6, host.c_str(), &address) == 1;
}

std::string host_of(const std::string& address) {
  std::string host = address.substr(0, address.rfind(':'));
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  return host;
}

// The next line of `bytes`, which loses it, without its comment.
std::string_view next_line(std::string_view& bytes) {
  const std::size_t end = std::min(bytes.find('\n'), bytes.size());
  const std::string_view line = bytes.substr(0, end);
  bytes.remove_prefix(std::min(end + 1, bytes.size()));
  return line.substr(0, line.find('#'));
}

std::string_view next_word(std::string_view& line) {
  line.remove_prefix(std::min(line.find_first_not_of(kBlanks), line.size()));
  const std::string_view word = line.substr(0, line.find_first_of(kBlanks));
  line.remove_prefix(word.size());
  return word;
}

// hosts(5): an address, then its names. With `address` only lines of that address count.
bool hosts_names(std::string_view bytes, std::string_view name, std::string_view address = {}) {
  while (!bytes.empty()) {
    std::string_view line = next_line(bytes);
    const std::string_view first = next_word(line);
    if (!address.empty() && first != address) continue;
    for (std::string_view word = next_word(line); !word.empty(); word = next_word(line)) {
      if (equal_ignoring_case(word, name)) return true;
    }
  }
  return false;
}

bool is_part_of_address(char byte) {
  return (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'f') || (byte >= 'A' && byte <= 'F') ||
         byte == '.' || byte == ':';
}

// A line that gives the address to an interface: with its prefix length, or by a keyword. Gateways and name
// servers stand without either.
bool sets_address(std::string_view line, std::string_view address) {
  const std::size_t at = line.find(address);
  if (at == std::string_view::npos || (at > 0 && is_part_of_address(line[at - 1]))) return false;
  const std::string_view rest = line.substr(at + address.size());
  if (!rest.empty() && is_part_of_address(rest.front())) return false;
  const std::string before = lowered(line.substr(0, at));
  return rest.starts_with('/') || before.find("address ") != std::string::npos ||
         before.find("ipaddr") != std::string::npos || before.find("address=") != std::string::npos;
}

class HostFiles {
 public:
  HostFiles(FileTree& tree, TargetKind kind) : tree_(tree), kind_(kind) {}

  bool knows_name(const std::string& name) { return hosts_names(hosts(), name); }

  bool owns(const std::string& address) {
    if (kind_ == TargetKind::live) return in_kernel_tables(address);
    const std::string name = own_name();
    if (!name.empty() && hosts_names(hosts(), name, address)) return true;
    for (std::string_view bytes : network_files()) {
      while (!bytes.empty()) {
        if (sets_address(next_line(bytes), address)) return true;
      }
    }
    return false;
  }

 private:
  std::string text_of(const HostPath& path) {
    const FileFact file = tree_.read(path, kSmallFile);
    return file.bytes ? *file.bytes : std::string();
  }

  const std::string& hosts() {
    if (!hosts_) hosts_ = text_of(HostPath("/etc/hosts"));
    return *hosts_;
  }

  std::string own_name() {
    const std::string text = text_of(HostPath("/etc/hostname"));
    std::string_view line = text;
    return std::string(next_word(line)).substr(0, text.find('\n'));
  }

  const std::vector<std::string>& network_files() {
    if (network_files_) return *network_files_;
    network_files_.emplace();
    for (const char* pattern : kNetworkFiles) {
      const auto paths = tree_.glob(HostPath(pattern));
      if (!paths) continue;
      for (const HostPath& path : *paths) {
        if (network_files_->size() < kMaxFiles) network_files_->push_back(text_of(path));
      }
    }
    return *network_files_;
  }

  // fib_trie has IPv4 addresses as they are written, if_inet6 has 32 hexadecimal digits.
  bool in_kernel_tables(const std::string& address) {
    in6_addr v6{};
    std::string wanted = address + "\n";
    if (::inet_pton(AF_INET6, address.c_str(), &v6) == 1) {
      wanted.clear();
      for (const unsigned char byte : v6.s6_addr) {
        wanted += "0123456789abcdef"[byte >> 4U];
        wanted += "0123456789abcdef"[byte & 15U];
      }
    }
    return std::any_of(kKernelTables.begin(), kKernelTables.end(), [&](const char* table) {
      return text_of(HostPath(table)).find(wanted) != std::string::npos;
    });
  }

  FileTree& tree_;
  TargetKind kind_;
  std::optional<std::string> hosts_;
  std::optional<std::vector<std::string>> network_files_;
};

}  // namespace

std::vector<std::string> known_listen_hosts(FileTree& tree, TargetKind kind, const EffectiveConfig& startup) {
  std::vector<std::string> known;
  HostFiles files(tree, kind);
  for (const std::string& value : startup["listenaddress"].values) {
    const std::string host = host_of(value);
    // The addresses that are always there need no file.
    if (host.empty() || host == "0.0.0.0" || host == "::") continue;
    if (is_number(host) ? files.owns(host) : files.knows_name(host)) known.push_back(host);
  }
  return known;
}

}  // namespace reentry
