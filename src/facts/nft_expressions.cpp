#include "facts/nft_expressions.hpp"

#include <array>
#include <string>

namespace reentry::nft {
namespace {

constexpr int kMaxDepth = 8;

struct Field {
  std::string_view owner;  // the protocol of a payload, `meta`, `ct`
  std::string_view name;
  PacketField field;
  ValueKind kind;
  WordKind words = WordKind::protocol;
  int family = 0;
};

constexpr std::array<Field, 28> kFields = {{
    {"ip", "saddr", PacketField::source4, ValueKind::address, {}, 4},
    {"ip", "daddr", PacketField::destination4, ValueKind::address, {}, 4},
    {"ip", "protocol", PacketField::protocol, ValueKind::word, WordKind::protocol, 4},
    {"ip6", "saddr", PacketField::source6, ValueKind::address, {}, 6},
    {"ip6", "daddr", PacketField::destination6, ValueKind::address, {}, 6},
    {"ip6", "nexthdr", PacketField::protocol, ValueKind::word, WordKind::protocol, 6},
    {"tcp", "sport", PacketField::source_port, ValueKind::number},
    {"tcp", "dport", PacketField::destination_port, ValueKind::number},
    {"tcp", "flags", PacketField::tcp_flags, ValueKind::word, WordKind::tcp_flag},
    {"th", "sport", PacketField::source_port, ValueKind::number},
    {"th", "dport", PacketField::destination_port, ValueKind::number},
    {"meta", "nfproto", PacketField::family, ValueKind::word, WordKind::family},
    {"meta", "protocol", PacketField::family, ValueKind::word, WordKind::family},
    {"meta", "l4proto", PacketField::protocol, ValueKind::word, WordKind::protocol},
    {"meta", "iif", PacketField::in_interface, ValueKind::interface},
    {"meta", "iifname", PacketField::in_interface, ValueKind::interface},
    {"meta", "oif", PacketField::out_interface, ValueKind::interface},
    {"meta", "oifname", PacketField::out_interface, ValueKind::interface},
    {"meta", "mark", PacketField::mark, ValueKind::number},
    {"meta", "pkttype", PacketField::packet_type, ValueKind::word, WordKind::packet_type},
    {"ct", "state", PacketField::ct_state, ValueKind::word, WordKind::ct_state},
    {"ct", "status", PacketField::ct_status, ValueKind::word, WordKind::ct_status},
    {"ct", "direction", PacketField::ct_direction, ValueKind::word, WordKind::ct_direction},
    {"ct", "mark", PacketField::ct_mark, ValueKind::number},
    {"type", "ipv4_addr", PacketField::source4, ValueKind::address, {}, 4},
    {"type", "ipv6_addr", PacketField::source6, ValueKind::address, {}, 6},
    {"type", "inet_service", PacketField::destination_port, ValueKind::number},
    {"type", "mark", PacketField::mark, ValueKind::number},
}};

constexpr std::array<Field, 5> kTypes = {{
    {"type", "inet_proto", PacketField::protocol, ValueKind::word, WordKind::protocol},
    {"type", "ct_state", PacketField::ct_state, ValueKind::word, WordKind::ct_state},
    {"type", "ifname", PacketField::in_interface, ValueKind::interface},
    {"type", "iface_index", PacketField::in_interface, ValueKind::interface},
    {"type", "tcp_flag", PacketField::tcp_flags, ValueKind::word, WordKind::tcp_flag},
}};

KeyPart part_of(const Field& field) {
  return {{field.field, {}}, field.kind, field.words, field.family};
}

KeyPart named_part(std::string_view owner, std::string_view name) {
  for (const Field& field : kFields) {
    if (field.owner == owner && field.name == name) return part_of(field);
  }
  for (const Field& field : kTypes) {
    if (field.owner == owner && field.name == name) return part_of(field);
  }
  return {};
}

KeyPart payload_part(const Json& payload) {
  const std::string_view protocol = text_in(payload, "protocol");
  KeyPart part = named_part(protocol, text_in(payload, "field"));
  if (part.key.field != PacketField::other) return part;
  if (protocol == "ip") part.family = 4;
  if (protocol == "ip6") part.family = 6;
  for (const std::string_view foreign : {"udp", "udplite", "sctp", "dccp", "icmp", "icmpv6", "igmp", "arp",
                                         "esp", "ah", "comp", "vlan", "gre", "vxlan"}) {
    if (protocol == foreign) part.key.field = PacketField::absent;
  }
  return part;
}

bool has_word(const Json& list, std::string_view word) {
  if (!list.IsArray()) return text_in(list) == word;
  for (const Json& entry : list.GetArray()) {
    if (text_in(entry) == word) return true;
  }
  return false;
}

KeyPart fib_part(const Json& fib) {
  const std::string_view result = text_in(fib, "result");
  const Json& flags = member(fib, "flags");
  const bool source = has_word(flags, "saddr");
  if (result == "type") {
    const auto field = source ? PacketField::source_type : PacketField::destination_type;
    return {{field, {}}, ValueKind::word, WordKind::address_type, 0};
  }
  if (!source) return {};
  return {{PacketField::no_way_back, {}}, ValueKind::boolean, {}, 0};
}

KeyPart key_part(const Json& expression, int depth) {
  const Single one = single(expression);
  if (one.value == nullptr || depth > kMaxDepth) return {};
  if (one.name == "payload") return payload_part(*one.value);
  if (one.name == "meta") return named_part("meta", text_in(*one.value, "key"));
  if (one.name == "ct" && !one.value->HasMember("dir")) return named_part("ct", text_in(*one.value, "key"));
  if (one.name == "fib") return fib_part(*one.value);
  if (one.name != "&" || !one.value->IsArray() || one.value->Size() != 2) return {};
  KeyPart part = key_part((*one.value)[0], depth + 1);
  if (part.key.mask) return {};
  part.key.mask = flags_in((*one.value)[1], part);
  if (!part.key.mask) part.key.field = PacketField::other;
  return part;
}

std::optional<Bits> word_value(std::string_view word, const KeyPart& part) {
  if (const auto number = parse_number(word)) return Bits{0, *number};
  switch (part.kind) {
    case ValueKind::word:
      if (const auto number = number_of_word(part.words, word)) return Bits{0, *number};
      // A protocol or a family of another kind: a number that no packet of ours has.
      if (part.words == WordKind::protocol || part.words == WordKind::family) return Bits{0, 0xffff};
      return std::nullopt;
    case ValueKind::address: {
      const auto address = parse_address(word);
      // An IPv4 address within IPv6 stays what it is in a field of IPv6.
      if (address && address->family == 4 && part.family == 6) {
        return Bits{0, (std::uint64_t{0xffff} << 32U) | address->bits.low};
      }
      if (!address || address->family != part.family) return std::nullopt;
      return address->bits;
    }
    default: return std::nullopt;
  }
}

std::optional<BitsRange> prefix_value(const Json& prefix, const KeyPart& part) {
  const auto address = word_value(text_in(prefix, "addr"), part);
  const Json& length = member(prefix, "len");
  if (!address || !length.IsUint() || part.kind != ValueKind::address) return std::nullopt;
  return prefix_range({part.family, *address}, length.GetUint());
}

std::optional<BitsRange> plain_value(const Json& value, const KeyPart& part) {
  if (part.kind == ValueKind::boolean) {
    if (!value.IsBool()) return std::nullopt;
    return point(value.GetBool() ? std::uint64_t{0} : std::uint64_t{1});
  }
  if (part.kind == ValueKind::interface) {
    if (!value.IsString()) return std::nullopt;
    return name_range(text_in(value), '*');
  }
  if (value.IsUint64()) return point(value.GetUint64());
  if (!value.IsString()) return std::nullopt;
  const auto bits = word_value(text_in(value), part);
  if (!bits) return std::nullopt;
  return point(*bits);
}

std::optional<Bits> flags_within(const Json& value, const KeyPart& part, int depth) {
  if (depth > kMaxDepth) return std::nullopt;
  const Json* list = value.IsArray() ? &value : nullptr;
  const Single one = single(value);
  if (one.name == "|" && one.value->IsArray()) list = one.value;
  if (list == nullptr) {
    const auto range = plain_value(value, part);
    if (!range) return std::nullopt;
    return range->first;
  }
  Bits all;
  for (const Json& entry : list->GetArray()) {
    const auto bits = flags_within(entry, part, depth + 1);
    if (!bits) return std::nullopt;
    all = all | *bits;
  }
  return all;
}

}  // namespace

const Json& member(const Json& object, const char* name) {
  static const Json nothing;
  if (!object.IsObject()) return nothing;
  const auto found = object.FindMember(name);
  return found == object.MemberEnd() ? nothing : found->value;
}

std::string_view text_in(const Json& value) {
  if (!value.IsString()) return {};
  return {value.GetString(), value.GetStringLength()};
}

std::string_view text_in(const Json& object, const char* name) {
  return text_in(member(object, name));
}

Single single(const Json& object) {
  if (!object.IsObject() || object.MemberCount() != 1) return {};
  const auto first = object.MemberBegin();
  return {text_in(first->name), &first->value};
}

std::vector<KeyPart> key_parts(const Json& expression) {
  const Single one = single(expression);
  if (one.name != "concat" || !one.value->IsArray() || one.value->Empty()) return {key_part(expression, 0)};
  std::vector<KeyPart> parts;
  for (const Json& entry : one.value->GetArray()) parts.push_back(key_part(entry, 1));
  return parts;
}

std::optional<BitsRange> value_range(const Json& value, const KeyPart& part) {
  const Single one = single(value);
  if (one.name == "prefix") return prefix_value(*one.value, part);
  if (one.name == "range" && one.value->IsArray() && one.value->Size() == 2) {
    const auto first = plain_value((*one.value)[0], part);
    const auto last = plain_value((*one.value)[1], part);
    if (!first || !last) return std::nullopt;
    return BitsRange{first->first, last->last};
  }
  if (value.IsArray() || one.name == "|") {
    const auto bits = flags_within(value, part, 0);
    if (!bits) return std::nullopt;
    return point(*bits);
  }
  return plain_value(value, part);
}

std::optional<Bits> flags_in(const Json& value, const KeyPart& part) {
  return flags_within(value, part, 0);
}

std::optional<SetElement> set_element(const Json& value, const std::vector<KeyPart>& parts) {
  SetElement element;
  const Json* key = &value;
  if (const Single one = single(value); one.name == "elem") key = &member(*one.value, "val");
  if (text_in(*key) == "*" && parts.front().kind != ValueKind::interface) {
    element.rest = true;
    return element;
  }
  if (parts.size() == 1) {
    const auto range = value_range(*key, parts.front());
    if (!range) return std::nullopt;
    element.key.push_back(*range);
    return element;
  }
  const Single one = single(*key);
  if (one.name != "concat" || !one.value->IsArray() || one.value->Size() != parts.size()) return std::nullopt;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const auto range = value_range((*one.value)[static_cast<rapidjson::SizeType>(i)], parts[i]);
    if (!range) return std::nullopt;
    element.key.push_back(*range);
  }
  return element;
}

std::vector<KeyPart> parts_of_type(const Json& type) {
  if (const Single one = single(type); one.name == "typeof") return key_parts(*one.value);
  if (!type.IsArray()) return {named_part("type", text_in(type))};
  std::vector<KeyPart> parts;
  for (const Json& entry : type.GetArray()) parts.push_back(named_part("type", text_in(entry)));
  if (parts.empty()) parts.emplace_back();
  return parts;
}

}  // namespace reentry::nft
