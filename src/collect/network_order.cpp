#include "collect/network_order.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "collect/unit_file.hpp"
#include "facts/sshd_config.hpp"

namespace reentry {
namespace {

constexpr std::size_t kSmallFile = 64 * 1024;

// Whether some line of the files, comments aside, passes `test`.
template <typename Test>
bool has_line(FileTree& tree, std::string_view pattern, Test test) {
  const Known<std::vector<HostPath>> files = tree.glob(HostPath(pattern));
  if (!files) return false;
  return std::any_of(files->begin(), files->end(), [&](const HostPath& path) {
    const FileFact file = tree.read(path, kSmallFile);
    std::string_view text = file.bytes ? std::string_view(*file.bytes) : std::string_view();
    while (!text.empty()) {
      const std::size_t end = std::min(text.find('\n'), text.size());
      std::string_view line = text.substr(0, end);
      text.remove_prefix(std::min(end + 1, text.size()));
      line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
      if (!line.starts_with('#') && !line.starts_with(';') && test(line)) return true;
    }
    return false;
  });
}

// ifupdown's networking.service is done before network.target, which sshd waits for, once every interface
// that is `auto` is up (interfaces(5)).
bool waits_for_ifupdown(FileTree& tree) {
  const auto is_auto = [](std::string_view line) {
    return line.starts_with("auto ") && line.substr(5).find_first_not_of(" \t\r") != std::string_view::npos &&
           line.substr(line.find_first_not_of(" \t", 5)) != "lo";
  };
  const bool configured = has_line(tree, "/etc/network/interfaces", is_auto) ||
                          has_line(tree, "/etc/network/interfaces.d/*", is_auto);
  return configured && unit_is_enabled(tree, "networking.service");
}

// ip-sysctl: bind(2) takes an address that the host does not have yet.
bool binds_any_address(FileTree& tree) {
  const auto is_set = [](std::string_view line) {
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos || line.find("ip_nonlocal_bind") > equals) return false;
    const std::size_t value = line.find_first_not_of(" \t", equals + 1);
    return value != std::string_view::npos && line[value] == '1';
  };
  return has_line(tree, "/etc/sysctl.conf", is_set) || has_line(tree, "/etc/sysctl.d/*.conf", is_set);
}

}  // namespace

void collect_network_order(FileTree& tree, Facts& facts) {
  UnitFacts& unit = facts.unit;
  const ConfigEvaluator config(facts.config, facts.ssh);
  const Setting& addresses = config.startup()["listenaddress"];
  const bool named = std::any_of(addresses.all.begin(), addresses.all.end(),
                                 [](const ConfigOrigin& origin) { return !origin.is_default(); });
  if (!named || !unit.found || !unit.by_systemd || unit.socket_enabled || unit.after_network_online) return;
  unit.may_precede_addresses = !waits_for_ifupdown(tree) && !binds_any_address(tree);
}

}  // namespace reentry
