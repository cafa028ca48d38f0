#include <algorithm>
#include <utility>

#include "collect/firewall.hpp"
#include "collect/unit_file.hpp"
#include "facts/iptables_save.hpp"

namespace reentry {
namespace {

// The file that `nft -f` of the unit names; Debian's and Red Hat's differ.
std::string nftables_file(FileTree& tree) {
  const LoadedUnit unit = load_unit(tree, "nftables.service", {"nftables.service"});
  if (!unit.found || unit.masked) return {};
  for (const UnitLine& line : unit.list("Service", "ExecStart")) {
    const std::size_t at = line.text.find(" -f ");
    if (at == std::string::npos) continue;
    const std::string rest = line.text.substr(at + 4);
    return rest.substr(0, rest.find(' '));
  }
  return "/etc/nftables.conf";
}

void keep(Facts& facts, FileFact file) {
  if (facts.paths.find(file.path.asked) == nullptr) facts.paths.put(std::move(file));
}

// A file of iptables-save, absent: none is loaded.
Known<PacketRules> saved_iptables(FileTree& tree, Facts& facts, const char* path, bool six) {
  FileFact file = tree.read(HostPath(path));
  if (file.bytes.is_absent()) return PacketRules{};
  if (!file.bytes) return file.bytes.missing();
  auto rules = parse_iptables_save(*file.bytes, six ? "ip6" : "ip", six ? "ip6tables" : "iptables", path);
  keep(facts, std::move(file));
  return rules;
}

class Gathered {
 public:
  void add(Known<PacketRules> more) {
    if (more) {
      rules_.append(std::move(*more));
    } else if (!missing_) {
      missing_ = more.missing();
    }
  }
  Known<PacketRules> take() {
    if (missing_) return *missing_;
    return std::move(rules_);
  }

 private:
  PacketRules rules_;
  std::optional<Missing> missing_;
};

bool starts(FileTree& tree, const char* unit) {
  if (!unit_is_enabled(tree, unit)) return false;
  const LoadedUnit loaded = load_unit(tree, unit, {unit});
  return loaded.found && !loaded.masked;
}

}  // namespace

Known<PacketRules> saved_firewall(FileTree& tree, RunningSystem& system, Facts& facts) {
  Gathered all;
  if (starts(tree, "nftables.service")) all.add(saved_nftables(tree, system, facts, nftables_file(tree)));
  if (starts(tree, "netfilter-persistent.service")) {
    all.add(saved_iptables(tree, facts, "/etc/iptables/rules.v4", false));
    all.add(saved_iptables(tree, facts, "/etc/iptables/rules.v6", true));
  }
  if (starts(tree, "iptables.service"))
    all.add(saved_iptables(tree, facts, "/etc/sysconfig/iptables", false));
  if (starts(tree, "ip6tables.service"))
    all.add(saved_iptables(tree, facts, "/etc/sysconfig/ip6tables", true));
  if (starts(tree, "ufw.service")) all.add(saved_ufw(tree, facts));
  if (starts(tree, "firewalld.service")) all.add(saved_firewalld(tree, facts));
  all.add(saved_bans_of(tree, facts));
  return all.take();
}

}  // namespace reentry
