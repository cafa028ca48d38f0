// Every source at once: the rules name so many ranges of addresses, and within each all sources are alike.
#include <algorithm>
#include <array>
#include <string_view>

#include "login/packet_index.hpp"

namespace reentry {
namespace {

constexpr std::size_t kMostCells = 4000;

class Borders {
 public:
  explicit Borders(int family) : family_(family), all_(every_address(family)) { cuts_.push_back(all_.first); }

  void add(const BitsRange& range) {
    if (cuts_.size() > 2 * kMostCells + 64) return;
    if (range.first <= all_.last) cuts_.push_back(range.first);
    if (range.last < all_.last) cuts_.push_back(next_of(range.last));
  }
  void add(const std::vector<PacketKey>& key, const std::vector<SetElement>& elements) {
    const PacketField field = family_ == 4 ? PacketField::source4 : PacketField::source6;
    const PacketField back = family_ == 4 ? PacketField::destination4 : PacketField::destination6;
    for (std::size_t i = 0; i < key.size(); ++i) {
      if (key[i].field != field && key[i].field != back) continue;
      for (const SetElement& element : elements) {
        if (i < element.key.size()) add(element.key[i]);
      }
    }
  }
  // The cells between the cuts; empty where there are too many.
  std::vector<BitsRange> cells() {
    std::sort(cuts_.begin(), cuts_.end());
    cuts_.erase(std::unique(cuts_.begin(), cuts_.end()), cuts_.end());
    std::vector<BitsRange> out;
    if (cuts_.size() > kMostCells) return out;
    for (std::size_t i = 0; i < cuts_.size(); ++i) {
      const Bits last = i + 1 < cuts_.size() ? before(cuts_[i + 1]) : all_.last;
      out.push_back({cuts_[i], last});
    }
    return out;
  }

 private:
  static Bits before(Bits bits) { return {bits.high - (bits.low == 0 ? 1U : 0U), bits.low - 1}; }

  int family_;
  BitsRange all_;
  std::vector<Bits> cuts_;
};

// Sources that no client over a network has (RFC 6890).
std::vector<BitsRange> no_clients(int family) {
  std::vector<BitsRange> out;
  const auto add = [&out](const char* address, unsigned length) {
    out.push_back(prefix_range(*parse_address(address), length));
  };
  if (family == 4) {
    add("0.0.0.0", 8);
    add("127.0.0.0", 8);
    add("224.0.0.0", 3);
  } else {
    out.push_back({{}, {0, ~std::uint64_t{0}}});  // ::/64, ::1 and the IPv4 addresses within IPv6 among them
    add("fe80::", 10);
    add("ff00::", 8);
  }
  return out;
}

void add_sets(const PacketRules& rules, const PacketTable& table, const PacketStatement& statement,
              Borders& borders) {
  const bool ipset = statement.kind == PacketStatement::Kind::ipset;
  const PacketSet* set =
      ipset ? rules.set({}, {}, statement.set) : rules.set(table.family, table.name, statement.set);
  if (set == nullptr) return;
  if (!ipset) {
    borders.add(statement.key, set->elements);
    return;
  }
  for (const SetElement& element : set->elements) {
    for (std::size_t i = 0; i < element.key.size() && i < set->kinds.size(); ++i) {
      if (set->kinds[i] == "ip" || set->kinds[i] == "net") borders.add(element.key[i]);
    }
  }
}

bool is_same(const FilterAnswer& a, const FilterAnswer& b) {
  return a.verdict == b.verdict && a.phase == b.phase && a.reject == b.reject && a.place == b.place &&
         a.arrives_at == b.arrives_at && a.limited == b.limited;
}

}  // namespace

std::vector<PacketFilter::Share> PacketFilter::judge_every_source(const TcpConnection& connection) const {
  Borders borders(connection.family);
  const std::vector<BitsRange> nobody = no_clients(connection.family);
  for (const BitsRange& range : nobody) borders.add(range);
  for (const PacketTable& table : rules_.tables) {
    for (const PacketChain& chain : table.chains) {
      for (const PacketRule& rule : chain.rules) {
        for (const PacketStatement& statement : rule.statements) {
          borders.add(statement.key, statement.elements);
          if (!statement.set.empty()) add_sets(rules_, table, statement, borders);
        }
      }
    }
  }
  std::vector<Share> shares;
  for (const BitsRange& cell : borders.cells()) {
    const bool none = std::any_of(nobody.begin(), nobody.end(),
                                  [&cell](const BitsRange& range) { return range.has(cell); });
    if (none) continue;
    TcpConnection one = connection;
    one.source = cell;
    FilterAnswer answer = judge(one);
    const bool neighbours = !shares.empty() && next_of(shares.back().source.last) == cell.first;
    if (neighbours && is_same(shares.back().answer, answer)) {
      shares.back().source.last = cell.last;
    } else {
      shares.push_back({cell, std::move(answer)});
    }
  }
  return shares;
}

}  // namespace reentry
