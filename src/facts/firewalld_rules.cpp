// The rules of firewalld's zones, in the words of iptables-restore, which one reader takes already.
#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "facts/firewalld.hpp"
#include "facts/iptables_save.hpp"

namespace reentry {
namespace {

using Words = std::vector<std::string>;
constexpr int kDeepestInclude = 8;
// Handed to a program of which nobody knows what it says: what is not modelled.
constexpr const char* kNobodyKnows = "-j NFQUEUE";

std::string reject_of(bool six) {
  return std::string("-j REJECT --reject-with ") + (six ? "icmp6-adm-prohibited" : "icmp-admin-prohibited");
}

// The family of an address or network as text; 0 where it is neither.
int family_of(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto address = parse_address(text.substr(0, slash));
  if (!address) return 0;
  if (slash == std::string_view::npos) return address->family;
  const auto length = parse_number(text.substr(slash + 1));
  const bool mask = text.find('.', slash) != std::string_view::npos && parse_address(text.substr(slash + 1));
  return (length && *length <= (address->family == 4 ? 32U : 128U)) || mask ? address->family : 0;
}

class ZoneWriter {
 public:
  ZoneWriter(const FirewalldConfig& config, bool six) : config_(config), six_(six) {}

  std::string write() {
    std::string out = "*filter\n:INPUT ACCEPT [0:0]\n";
    std::string input =
        "-A INPUT -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT\n"
        "-A INPUT -m conntrack --ctstatus DNAT -j ACCEPT\n-A INPUT -i lo -j ACCEPT\n"
        "-A INPUT -m conntrack --ctstate INVALID -j DROP\n";
    std::string zones;
    std::vector<const FirewalldZone*> sorted;
    for (const FirewalldZone& zone : config_.zones) sorted.push_back(&zone);
    std::sort(sorted.begin(), sorted.end(),
              [](const FirewalldZone* a, const FirewalldZone* b) { return a->name < b->name; });
    for (const FirewalldZone* zone : sorted) {
      out += ":" + chain_of(*zone) + " - [0:0]\n";
      for (const std::string& source : zone->sources)
        each_address(source, "-s ", [&](const std::string& test) {
          input += "-A INPUT " + test + " -g " + chain_of(*zone) + "\n";
        });
      zones += chain(*zone);
    }
    for (const FirewalldZone* zone : sorted) {
      for (const std::string& name : zone->interfaces)
        input += "-A INPUT -i " + name + " -g " + chain_of(*zone) + "\n";
    }
    for (const FirewalldZone* zone : sorted) {
      if (zone->name == config_.default_zone) input += "-A INPUT -g " + chain_of(*zone) + "\n";
    }
    return out + input + zones + "COMMIT\n";
  }

  static std::string chain_of(const FirewalldZone& zone) { return "filter_IN_" + zone.name; }

 private:
  // Every address behind a source or destination of our family, as a test; `!` is put in front where it is
  // negated.
  template <typename Take>
  void each_address(const std::string& value, const std::string& option, Take take) {
    if (!value.starts_with("ipset:")) {
      const int family = family_of(value);
      if (family == (six_ ? 6 : 4)) take(option + value);
      if (family == 0) unsure_ = true;  // a MAC address
      return;
    }
    const auto set = config_.ipsets.find(value.substr(6));
    if (set == config_.ipsets.end() || !set->second) {
      unsure_ = true;
      return;
    }
    for (const std::string& entry : *set->second) {
      if (family_of(entry) == (six_ ? 6 : 4)) take(option + entry);
    }
  }

  static std::string test_of(const FirewalldPort& port) {
    if (port.ports.empty()) return "-p " + port.protocol;
    std::string numbers = port.ports;
    std::replace(numbers.begin(), numbers.end(), '-', ':');
    return "-p tcp --" + std::string(port.of_source ? "sport " : "dport ") + numbers;
  }

  static bool is_of_tcp(const FirewalldPort& port) { return port.protocol == "tcp" || port.protocol == "6"; }

  // Tests of which one must hold; only those of TCP.
  Words port_tests(const std::vector<FirewalldPort>& ports) {
    Words out;
    for (const FirewalldPort& port : ports) {
      if (is_of_tcp(port)) out.push_back(test_of(port));
    }
    return out;
  }

  Words service_tests(const std::string& name, int depth) {
    const auto found = config_.services.find(name);
    if (found == config_.services.end() || !found->second || depth > kDeepestInclude) {
      unsure_ = true;
      return {};
    }
    const FirewalldService& service = *found->second;
    const std::string& to = six_ ? service.destination6 : service.destination4;
    const bool elsewhere = to.empty() && !(six_ ? service.destination4 : service.destination6).empty();
    Words out;
    if (!elsewhere) {
      for (const std::string& test : port_tests(service.ports))
        out.push_back((to.empty() ? "" : "-d " + to + " ") + test);
    }
    for (const std::string& other : service.includes) {
      for (std::string& test : service_tests(other, depth + 1)) out.push_back(std::move(test));
    }
    return out;
  }

  std::string verdict_of(const FirewalldRule& rule) const {
    if (rule.action == "accept") return "-j ACCEPT";
    if (rule.action == "drop") return "-j DROP";
    if (rule.reject_type.empty())
      return std::string("-j REJECT --reject-with ") +
             (six_ ? "icmp6-port-unreachable" : "icmp-port-unreachable");
    std::string type = rule.reject_type;
    if (type == "tcp-rst") type = "tcp-reset";
    return "-j REJECT --reject-with " + type;
  }

  std::string rule_lines(const FirewalldRule& rule, const std::string& chain_name) {
    if (rule.family != 0 && rule.family != (six_ ? 6 : 4)) return {};
    if (rule.action.empty() && !rule.unmodelled) return {};
    const bool known_before = !std::exchange(unsure_, rule.unmodelled);
    Words tests = {""};
    const auto narrow = [&tests](const Words& more) {
      Words out;
      for (const std::string& a : tests) {
        for (const std::string& b : more) out.push_back(a + b + " ");
      }
      tests = std::move(out);
    };
    const auto place = [&](const std::string& value, const std::string& option, bool negated) {
      if (value.empty()) return;
      Words each;
      each_address(value, (negated ? "! " : "") + option,
                   [&each](const std::string& test) { each.push_back(test); });
      if (negated && each.size() > 1) unsure_ = true;
      if (!unsure_) narrow(each);
    };
    place(rule.destination, "-d ", rule.destination_negated);
    place(rule.source, "-s ", rule.source_negated);
    if (!rule.service.empty()) narrow(service_tests(rule.service, 0));
    if (!rule.ports.empty()) narrow(port_tests(rule.ports));
    const bool unknown = std::exchange(unsure_, !known_before);
    if (unknown && tests.empty()) tests = {""};
    std::string out;
    for (const std::string& test : tests) {
      out += "-A " + chain_name + " " + test;
      if (unknown) {
        out += std::string(kNobodyKnows) + "\n";
      } else {
        out += (rule.limited ? "-m limit --limit 1/minute " : "") + verdict_of(rule) + "\n";
      }
    }
    return out;
  }

  std::string rich(const FirewalldZone& zone, const std::string& name, bool (*wanted)(const FirewalldRule&)) {
    std::vector<const FirewalldRule*> rules;
    for (const FirewalldRule& rule : zone.rules) {
      if (wanted(rule)) rules.push_back(&rule);
    }
    std::stable_sort(rules.begin(), rules.end(), [](const FirewalldRule* a, const FirewalldRule* b) {
      return a->priority < b->priority;
    });
    std::string out;
    for (const FirewalldRule* rule : rules) out += rule_lines(*rule, name);
    return out;
  }

  std::string chain(const FirewalldZone& zone) {
    const std::string name = chain_of(zone);
    unsure_ = zone.unmodelled;
    std::string out = rich(zone, name, [](const FirewalldRule& rule) { return rule.priority < 0; });
    out += rich(zone, name,
                [](const FirewalldRule& rule) { return rule.priority == 0 && rule.action != "accept"; });
    for (const std::string& test : port_tests(zone.forwarded))
      out += "-A " + name + " " + test + " " + kNobodyKnows + "\n";
    std::string allow;
    Words tests = port_tests(zone.ports);
    for (const std::string& service : zone.services) {
      for (std::string& test : service_tests(service, 0)) tests.push_back(std::move(test));
    }
    for (const std::string& test : tests) allow += "-A " + name + " " + test + " -j ACCEPT\n";
    allow += rich(zone, name,
                  [](const FirewalldRule& rule) { return rule.priority == 0 && rule.action == "accept"; });
    out += allow + rich(zone, name, [](const FirewalldRule& rule) { return rule.priority > 0; });
    if (unsure_) out += "-A " + name + " " + kNobodyKnows + "\n";
    std::string end = zone.target == "ACCEPT" ? "-j ACCEPT"
                      : zone.target == "DROP" ? "-j DROP"
                                              : reject_of(six_);
    return out + "-A " + name + " " + end + "\n";
  }

  const FirewalldConfig& config_;
  bool six_;
  bool unsure_ = false;
};

void dress(PacketRules& rules, const FirewalldConfig& config) {
  for (PacketTable& table : rules.tables) {
    table.name = "firewalld";
    table.tool = "nft";
    for (PacketChain& chain : table.chains) {
      std::string file;
      for (const FirewalldZone& zone : config.zones) {
        if (ZoneWriter::chain_of(zone) == chain.name) file = zone.file;
      }
      for (PacketRule& rule : chain.rules) {
        rule.place.table = "firewalld";
        rule.place.tool = "nft";
        rule.place.family = "inet";
        rule.place.file = file.empty() ? "/etc/firewalld/firewalld.conf" : file;
        rule.place.line = 0;
      }
    }
  }
}

// A source that two zones want: which one gets it is a matter of the version.
std::optional<Missing> contested(const FirewalldConfig& config) {
  std::vector<std::pair<const FirewalldZone*, std::pair<int, BitsRange>>> all;
  for (const FirewalldZone& zone : config.zones) {
    for (const std::string& source : zone.sources) {
      const int family = family_of(source);
      const std::size_t slash = source.find('/');
      const auto address = parse_address(std::string_view(source).substr(0, slash));
      if (family == 0 || !address) continue;  // a set, or a MAC address
      const auto length = slash == std::string::npos
                              ? std::optional<std::uint64_t>(family == 4 ? 32 : 128)
                              : parse_number(std::string_view(source).substr(slash + 1));
      if (!length) return Missing{Why::not_asked, zone.file, "source " + source};
      const BitsRange range = prefix_range(*address, static_cast<unsigned>(*length));
      for (const auto& [other, taken] : all) {
        if (other != &zone && taken.first == family && taken.second.meets(range))
          return Missing{Why::not_asked, zone.file,
                         "source " + source + ", which zone " + other->name + " has as well"};
      }
      all.emplace_back(&zone, std::pair(family, range));
    }
  }
  return std::nullopt;
}

}  // namespace

Known<PacketRules> rules_of(const FirewalldConfig& config) {
  const bool has_default =
      std::any_of(config.zones.begin(), config.zones.end(),
                  [&config](const FirewalldZone& zone) { return zone.name == config.default_zone; });
  if (!has_default) return Missing{Why::not_asked, "/etc/firewalld", "no zone " + config.default_zone};
  if (auto missing = contested(config)) return *missing;
  for (const FirewalldZone& zone : config.zones) {
    for (const std::string& source : zone.sources) {
      const auto set = config.ipsets.find(source.starts_with("ipset:") ? source.substr(6) : std::string());
      const bool known = family_of(source) != 0 || (set != config.ipsets.end() && set->second);
      if (!known) return Missing{Why::not_asked, zone.file, "source " + source};
    }
  }
  PacketRules all;
  for (const bool six : {false, true}) {
    auto rules = parse_iptables_save(ZoneWriter(config, six).write(), six ? "ip6" : "ip",
                                     six ? "ip6tables" : "iptables");
    if (!rules) return Missing{Why::not_asked, "/etc/firewalld", rules.missing().detail};
    all.append(std::move(*rules));
  }
  dress(all, config);
  return all;
}

}  // namespace reentry
