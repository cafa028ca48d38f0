#include "login/packet_index.hpp"

#include <algorithm>

namespace reentry {
namespace {

constexpr std::size_t kSmall = 16;
// nf_nat_core.c hangs every nat chain below its own hooks of these priorities.
constexpr int kDestinationNat = -100;
constexpr int kSourceNat = 100;

std::string set_name(std::string_view family, std::string_view table, std::string_view name) {
  std::string out(family);
  out += ' ';
  out += table;
  out += ' ';
  out += name;
  return out;
}

bool has_family(const PacketTable& table, PacketHook hook, int family) {
  if (hook == PacketHook::ingress) return table.family == "netdev" || table.family == "inet";
  return table.family == "inet" || table.family == (family == 4 ? "ip" : "ip6");
}

int priority_of(const PacketChain& chain) {
  if (!chain.nat) return chain.priority;
  const bool early = chain.hook == PacketHook::prerouting || chain.hook == PacketHook::output;
  return early ? kDestinationNat : kSourceNat;
}

}  // namespace

PacketFilter::Index::Index(const PacketRules& rules) : rules_(rules) {
  for (const PacketTable& table : rules.tables) {
    auto& names = chains_[&table];
    for (const PacketChain& chain : table.chains) {
      names.emplace(chain.name, &chain);
      for (const PacketRule& rule : chain.rules) {
        for (const PacketStatement& statement : rule.statements) {
          order(statement.elements);
          has_limits_ = has_limits_ || statement.kind == PacketStatement::Kind::limit;
        }
      }
    }
  }
  for (const PacketSet& set : rules.sets) {
    sets_.emplace(set_name(set.family, set.table, set.name), &set);
    order(set.elements);
  }
}

void PacketFilter::Index::order(const std::vector<SetElement>& elements) {
  if (elements.size() < kSmall) return;
  std::vector<BitsRange> all;
  all.reserve(elements.size());
  for (const SetElement& element : elements) {
    if (element.key.size() != 1 || element.except || element.rest) return;
    all.push_back(element.key.front());
  }
  std::sort(all.begin(), all.end(), [](const BitsRange& a, const BitsRange& b) { return a.first < b.first; });
  std::vector<BitsRange> joined;
  for (const BitsRange& range : all) {
    if (!joined.empty() && range.first <= joined.back().last) {
      joined.back().last = std::max(joined.back().last, range.last);
    } else {
      joined.push_back(range);
    }
  }
  ranges_.emplace(&elements, std::move(joined));
}

std::vector<PacketFilter::Index::Base> PacketFilter::Index::base_chains(PacketHook hook, int family) const {
  std::vector<Base> out;
  // Of two with the same priority the one that came later goes first (netfilter/core.c:nf_hook_entries_grow).
  for (auto table = rules_.tables.rbegin(); table != rules_.tables.rend(); ++table) {
    if (!has_family(*table, hook, family)) continue;
    for (auto chain = table->chains.rbegin(); chain != table->chains.rend(); ++chain) {
      if (chain->hook == hook) out.push_back({&*table, &*chain, priority_of(*chain)});
    }
  }
  std::stable_sort(out.begin(), out.end(), [](const Base& a, const Base& b) {
    if (a.priority != b.priority) return a.priority < b.priority;
    return a.chain->priority < b.chain->priority;
  });
  return out;
}

const PacketChain* PacketFilter::Index::chain(const PacketTable& table, const std::string& name) const {
  const auto names = chains_.find(&table);
  if (names == chains_.end()) return nullptr;
  const auto found = names->second.find(name);
  return found == names->second.end() ? nullptr : found->second;
}

const PacketSet* PacketFilter::Index::set(const PacketTable& table, const std::string& name) const {
  const auto found = sets_.find(set_name(table.family, table.name, name));
  return found == sets_.end() ? nullptr : found->second;
}

const PacketSet* PacketFilter::Index::ipset(const std::string& name) const {
  const auto found = sets_.find(set_name({}, {}, name));
  return found == sets_.end() ? nullptr : found->second;
}

const std::vector<BitsRange>* PacketFilter::Index::ranges(const std::vector<SetElement>& elements) const {
  const auto found = ranges_.find(&elements);
  return found == ranges_.end() ? nullptr : &found->second;
}

}  // namespace reentry
