// Whether one statement of a rule matches the packet.
#include <algorithm>

#include "login/packet_walk.hpp"

namespace reentry {
namespace {

using FieldState = FieldValue::State;

Tristate inverse(Tristate value, bool invert) {
  if (!invert || value == Tristate::unknown) return value;
  return value == Tristate::yes ? Tristate::no : Tristate::yes;
}

// The mask's ones stand together at the left of the lowest 32 bits, or of all.
bool is_prefix_mask(Bits mask) {
  if (mask.high == 0) {
    const std::uint64_t rest = ~mask.low & 0xffffffffU;
    return (rest & (rest + 1)) == 0;
  }
  const Bits rest = ~mask;
  return is_zero(rest & next_of(rest));
}

FieldValue under_mask(const FieldValue& value, const std::optional<Bits>& mask) {
  if (!mask || value.state != FieldState::known) return value;
  const BitsRange range{value.range.first & *mask, value.range.last & *mask};
  const bool single = value.range.is_point() || (range.is_point() && is_prefix_mask(*mask));
  if (!single) return {};
  return {FieldState::known, range, value.known | ~*mask};
}

Tristate lies_within(const FieldValue& value, const BitsRange& range) {
  if (value.state == FieldState::unknown || value.known != kAllBits) return Tristate::unknown;
  if (range.has(value.range)) return Tristate::yes;
  return range.meets(value.range) ? Tristate::unknown : Tristate::no;
}

Tristate lies_within(const FieldValue& value, const std::vector<BitsRange>& sorted) {
  if (value.state == FieldState::unknown || value.known != kAllBits) return Tristate::unknown;
  const auto after =
      std::upper_bound(sorted.begin(), sorted.end(), value.range.last,
                       [](const Bits& bits, const BitsRange& range) { return bits < range.first; });
  if (after == sorted.begin()) return Tristate::no;
  return lies_within(value, *(after - 1));
}

// How many values an entry stands for: the fewer, the more it says.
Bits width_of(const SetElement& element) {
  const BitsRange& range = element.key.front();
  return range.last ^ range.first;
}

}  // namespace

Tristate key_match(const SetElement& element, const std::vector<FieldValue>& values) {
  if (element.key.size() != values.size()) return Tristate::unknown;
  Tristate all = Tristate::yes;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const Tristate one = lies_within(values[i], element.key[i]);
    if (one == Tristate::no) return one;
    if (one == Tristate::unknown) all = one;
  }
  return all;
}

std::vector<FieldValue> PacketWalk::values_of(const std::vector<PacketKey>& keys) const {
  std::vector<FieldValue> values;
  values.reserve(keys.size());
  for (const PacketKey& key : keys) values.push_back(under_mask(packet_[key.field], key.mask));
  return values;
}

Tristate PacketWalk::among(const std::vector<SetElement>& elements,
                           const std::vector<FieldValue>& values) const {
  const std::vector<BitsRange>* sorted = index_.ranges(elements);
  if (sorted != nullptr && values.size() == 1) return lies_within(values.front(), *sorted);
  Tristate found = Tristate::no;
  bool rest = false;
  // Of overlapping entries of ipset(8) the narrowest decides.
  const SetElement* narrowest = nullptr;
  for (const SetElement& element : elements) {
    rest = rest || element.rest;
    if (element.rest) continue;
    const Tristate one = key_match(element, values);
    if (one == Tristate::unknown) {
      if (found == Tristate::no) found = one;
    } else if (one == Tristate::yes) {
      if (narrowest == nullptr || width_of(element) < width_of(*narrowest)) narrowest = &element;
    }
  }
  if (narrowest != nullptr && (found == Tristate::no || !narrowest->except))
    found = narrowest->except ? Tristate::no : Tristate::yes;
  return found == Tristate::no && rest ? Tristate::yes : found;
}

Tristate PacketWalk::flags_match(const PacketStatement& statement) const {
  const FieldValue& value = packet_[statement.key.front().field];
  if (value.state == FieldState::absent) return Tristate::no;
  if (value.state == FieldState::unknown || !value.range.is_point()) return Tristate::unknown;
  if (!is_zero(value.range.first & statement.mask & value.known))
    return inverse(Tristate::yes, statement.negated);
  if (!is_zero(statement.mask & ~value.known)) return Tristate::unknown;
  return inverse(Tristate::no, statement.negated);
}

Tristate PacketWalk::ipset_match(const PacketStatement& statement) const {
  const PacketSet* set = index_.ipset(statement.set);
  if (set == nullptr || set->opaque) return Tristate::unknown;
  std::vector<FieldValue> values;
  std::string_view sides = statement.text;
  for (const std::string& kind : set->kinds) {
    const std::size_t comma = std::min(sides.find(','), sides.size());
    const bool source = sides.substr(0, comma) == "src";
    if (sides.empty()) return Tristate::unknown;
    sides.remove_prefix(std::min(comma + 1, sides.size()));
    PacketField field = source ? PacketField::source_port : PacketField::destination_port;
    if (kind == "iface") field = source ? PacketField::in_interface : PacketField::out_interface;
    if (kind == "ip" || kind == "net") {
      field = set->version == 4 ? (source ? PacketField::source4 : PacketField::destination4)
                                : (source ? PacketField::source6 : PacketField::destination6);
    }
    values.push_back(packet_[field]);
    // A set of the other family has none of these addresses.
    if (values.back().state == FieldState::absent) return inverse(Tristate::no, statement.negated);
  }
  Tristate found = among(set->elements, values);
  if (found != Tristate::yes && touched_.count(statement.set) != 0) found = Tristate::unknown;
  return inverse(found, statement.negated);
}

Tristate PacketWalk::matches(const PacketTable& table, const PacketStatement& statement) const {
  if (statement.kind == PacketStatement::Kind::any_flag) return flags_match(statement);
  if (statement.kind == PacketStatement::Kind::ipset) return ipset_match(statement);
  const std::vector<FieldValue> values = values_of(statement.key);
  for (const FieldValue& value : values) {
    if (value.state == FieldState::absent) return Tristate::no;
  }
  if (statement.set.empty()) return inverse(among(statement.elements, values), statement.negated);
  const PacketSet* set = index_.set(table, statement.set);
  if (set == nullptr) return Tristate::unknown;
  Tristate found = among(set->elements, values);
  if (found != Tristate::yes && (set->opaque || touched_.count(statement.set) != 0))
    found = Tristate::unknown;
  return inverse(found, statement.negated);
}

Tristate PacketWalk::limit(const PacketStatement& statement) const {
  if (!limits_) return Tristate::unknown;
  return statement.negated == used_up_ ? Tristate::yes : Tristate::no;
}

}  // namespace reentry
