#include "collect/firewall.hpp"

#include <algorithm>
#include <utility>

#include "collect/meanwhile.hpp"
#include "facts/iptables_save.hpp"
#include "facts/nft_ruleset.hpp"

namespace reentry {
namespace {

using Words = std::vector<std::string>;

std::string command_of(const Words& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : " ") + word;
  return out;
}

// Standard output of a question that was answered with 0.
Known<std::string> answer_of(RunningSystem& system, const Words& words) {
  Known<SystemAnswer> answer = system.ask(words);
  if (!answer) return answer.missing();
  if (answer->status == 0) return std::move(answer->out);
  if (!system.privileged()) return Missing{Why::denied, command_of(words), "needs root"};
  return Missing{Why::unreadable, command_of(words), answer->complaint};
}

struct SaveTool {
  const char* command;
  const char* family;
  const char* tool;
};

// The first of the commands that is there.
Known<PacketRules> ask_save(RunningSystem& system, const std::vector<SaveTool>& tools) {
  Missing last{Why::absent, "iptables-save", {}};
  for (const SaveTool& tool : tools) {
    const Known<std::string> text = answer_of(system, {tool.command});
    if (text) return parse_iptables_save(*text, tool.family, tool.tool);
    last = text.missing();
    if (!text.is_absent()) break;
  }
  return last;
}

bool wants_ipset(const PacketRules& rules) {
  for (const PacketTable& table : rules.tables) {
    for (const PacketChain& chain : table.chains) {
      for (const PacketRule& rule : chain.rules) {
        for (const PacketStatement& one : rule.statements) {
          if (one.kind == PacketStatement::Kind::ipset) return true;
        }
      }
    }
  }
  return false;
}

// Tables of iptables-nft, and of iptables where there is no nft.
Known<PacketRules> ask_iptables(RunningSystem& system, bool v4, bool v6) {
  PacketRules all;
  for (const bool six : {false, true}) {
    if (!(six ? v6 : v4)) continue;
    auto rules =
        six ? ask_save(system,
                       {{"ip6tables-nft-save", "ip6", "ip6tables"}, {"ip6tables-save", "ip6", "ip6tables"}})
            : ask_save(system,
                       {{"iptables-nft-save", "ip", "iptables"}, {"iptables-save", "ip", "iptables"}});
    if (!rules) return rules.missing();
    all.append(std::move(*rules));
  }
  return all;
}

Known<PacketRules> ask_nft(RunningSystem& system) {
  const Known<std::string> json = answer_of(system, {"nft", "-j", "list", "ruleset"});
  if (!json) return json.missing();
  Known<NftRuleset> nft = parse_nft_ruleset(*json);
  if (!nft) return nft.missing();
  if (nft->rules.empty()) return PacketRules{};
  if (const Known<std::string> words = answer_of(system, {"nft", "-a", "list", "ruleset"}))
    name_nft_rules(*words, nft->rules);
  const auto of = [&nft](std::string_view family) {
    return std::any_of(nft->of_iptables.begin(), nft->of_iptables.end(),
                       [family](const std::string& name) { return name.starts_with(family); });
  };
  PacketRules saved;
  if (of("ip ") || of("ip6 ")) {
    Known<PacketRules> asked = ask_iptables(system, of("ip "), of("ip6 "));
    if (asked) saved = std::move(*asked);
  }
  return with_iptables(std::move(*nft), std::move(saved));
}

// Tables of the older kernel interface are there once somebody has asked for them.
Known<PacketRules> ask_legacy(FileTree& tree, RunningSystem& system) {
  PacketRules all;
  for (const bool six : {false, true}) {
    const HostPath names(six ? "/proc/net/ip6_tables_names" : "/proc/net/ip_tables_names");
    const FileFact file = tree.read(names);
    if (file.bytes.is_absent() || (file.bytes && file.bytes->empty())) continue;
    if (!file.bytes) return file.bytes.missing();
    auto rules = six ? ask_save(system, {{"ip6tables-legacy-save", "ip6", "ip6tables-legacy"},
                                         {"ip6tables-save", "ip6", "ip6tables"}})
                     : ask_save(system, {{"iptables-legacy-save", "ip", "iptables-legacy"},
                                         {"iptables-save", "ip", "iptables"}});
    if (!rules) return rules.missing();
    all.append(std::move(*rules));
  }
  return all;
}

Known<PacketRules> ask_rules(FileTree& tree, RunningSystem& system, NftAnswer asked) {
  Known<PacketRules> rules = asked.get();
  if (!rules && rules.is_absent()) {
    rules = ask_iptables(system, true, true);
    // Without a tool and without the kernel's module nobody has made a rule.
    const bool none = !rules && rules.is_absent() && !tree.locate(HostPath("/sys/module/nf_tables")).found();
    if (none) rules = PacketRules{};
  }
  if (!rules) return rules;
  Known<PacketRules> legacy = ask_legacy(tree, system);
  if (!legacy) return legacy;
  rules->append(std::move(*legacy));
  if (wants_ipset(*rules)) {
    if (const Known<std::string> text = answer_of(system, {"ipset", "save"})) {
      if (auto sets = parse_ipset_save(*text)) rules->append(std::move(*sets));
    }
  }
  return rules;
}

void collect_network(FileTree& tree, FirewallFacts& facts) {
  const auto text_of_file = [&tree](const char* path) {
    FileFact file = tree.read(HostPath(path));
    return file.bytes ? std::move(*file.bytes) : std::string();
  };
  facts.routes = parse_ipv4_routes(text_of_file("/proc/net/route"));
  for (Route& route : parse_ipv6_routes(text_of_file("/proc/net/ipv6_route")))
    facts.routes.push_back(std::move(route));
  facts.addresses = parse_ipv6_addresses(text_of_file("/proc/net/if_inet6"));
  for (const NetAddress& address : parse_local_ipv4(text_of_file("/proc/net/fib_trie")))
    facts.addresses.push_back({{}, address});
}

bool speaks(const Known<PacketRules>& rules) {
  return rules && !rules->empty();
}

}  // namespace

NftAnswer ask_for_nft_rules(RunningSystem& system) {
  return ask_meanwhile(system, [&system] { return ask_nft(system); });
}

void collect_firewall(FileTree& tree, RunningSystem& system, NftAnswer asked, Facts& facts) {
  FirewallFacts& firewall = facts.firewall;
  firewall.collected = true;
  firewall.next_start = saved_firewall(tree, system, facts);
  if (!system.runs()) {
    firewall.now = Missing{Why::offline, "packet filter", {}};
    return;
  }
  firewall.now = ask_rules(tree, system, std::move(asked));
  if (speaks(firewall.now) || speaks(firewall.next_start)) collect_network(tree, firewall);
}

}  // namespace reentry
