#include "facts/nft_statements.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace reentry::nft {
namespace {

using Kind = PacketStatement::Kind;

PacketStatement of_kind(Kind kind, std::string_view text = {}) {
  PacketStatement statement;
  statement.kind = kind;
  statement.text = std::string(text);
  return statement;
}

PacketStatement only_family(int family) {
  PacketStatement statement = of_kind(Kind::match);
  statement.key.push_back({PacketField::family, {}});
  SetElement element;
  element.key.push_back(point(family == 4 ? std::uint64_t{2} : std::uint64_t{10}));
  statement.elements.push_back(std::move(element));
  return statement;
}

// A test of `ip …` holds for IPv4 alone: nft leaves the words out that say so.
void add_families(const std::vector<KeyPart>& parts, std::vector<PacketStatement>& out) {
  for (const KeyPart& part : parts) {
    if (part.family != 0) out.push_back(only_family(part.family));
  }
}

std::vector<PacketKey> keys_of(const std::vector<KeyPart>& parts) {
  std::vector<PacketKey> keys;
  keys.reserve(parts.size());
  for (const KeyPart& part : parts) keys.push_back(part.key);
  return keys;
}

// `@name`, or the entries that stand there.
bool read_elements(const Json& right, const std::vector<KeyPart>& parts, PacketStatement& statement) {
  const std::string_view name = text_in(right);
  if (name.starts_with('@')) {
    statement.set = std::string(name.substr(1));
    return true;
  }
  const Single one = single(right);
  if (one.name != "set") {
    auto element = set_element(right, parts);
    if (!element) return false;
    statement.elements.push_back(std::move(*element));
    return true;
  }
  if (!one.value->IsArray()) {
    auto element = set_element(*one.value, parts);
    if (element) statement.elements.push_back(std::move(*element));
    return element.has_value();
  }
  for (const Json& entry : one.value->GetArray()) {
    auto element = set_element(entry, parts);
    if (!element) return false;
    statement.elements.push_back(std::move(*element));
  }
  return true;
}

bool is_set(const Json& right) {
  return text_in(right).starts_with('@') || single(right).name == "set";
}

// `<`, `>`, `<=`, `>=`.
bool read_order(std::string_view op, const Json& right, const KeyPart& part, PacketStatement& statement) {
  const auto value = value_range(right, part);
  if (!value) return false;
  SetElement element;
  element.key.push_back(*value);
  BitsRange& range = element.key.front();
  // `< x` is what is not `>= x`.
  statement.negated = op == "<" || op == ">";
  if (op == "<=" || op == ">") {
    range.first = {};
  } else {
    range.last = kAllBits;
  }
  statement.elements.push_back(std::move(element));
  return true;
}

bool read_match(const Json& match, const std::vector<KeyPart>& parts, PacketStatement& statement) {
  const std::string_view op = text_in(match, "op");
  const Json& right = member(match, "right");
  statement.key = keys_of(parts);
  if (op == "<" || op == ">" || op == "<=" || op == ">=") {
    return parts.size() == 1 && read_order(op, right, parts.front(), statement);
  }
  const bool flags = (op == "in" || op == "!") && !is_set(right) && parts.size() == 1;
  if (flags) {
    const auto mask = flags_in(right, parts.front());
    if (!mask) return false;
    statement.kind = Kind::any_flag;
    statement.mask = *mask;
    statement.negated = op == "!";
    return true;
  }
  statement.negated = op == "!=";
  return (op == "==" || op == "!=" || op == "in") && read_elements(right, parts, statement);
}

void add_match(const Json& match, std::vector<PacketStatement>& out) {
  const std::vector<KeyPart> parts = key_parts(member(match, "left"));
  add_families(parts, out);
  PacketStatement statement = of_kind(Kind::match);
  // A packet without the field never matches, whatever the right side is.
  if (read_match(match, parts, statement) || parts.front().key.field == PacketField::absent) {
    out.push_back(std::move(statement));
    return;
  }
  out.push_back(of_kind(Kind::unmodelled, single(member(match, "left")).name));
}

void add_map(const Json& map, std::vector<PacketStatement>& out) {
  const std::vector<KeyPart> parts = key_parts(member(map, "key"));
  add_families(parts, out);
  PacketStatement statement = of_kind(Kind::verdict_map);
  statement.key = keys_of(parts);
  const Json& data = member(map, "data");
  if (const std::string_view name = text_in(data); name.starts_with('@')) {
    statement.set = std::string(name.substr(1));
    out.push_back(std::move(statement));
    return;
  }
  const Json* entries = single(data).name == "set" ? single(data).value : nullptr;
  bool good = entries != nullptr && entries->IsArray();
  for (rapidjson::SizeType i = 0; good && i < entries->Size(); ++i) {
    const Json& entry = (*entries)[i];
    good = entry.IsArray() && entry.Size() == 2;
    auto element = good ? set_element(entry[0], parts) : std::nullopt;
    good = element && read_verdict(entry[1], element->verdict, element->chain);
    if (good) statement.elements.push_back(std::move(*element));
  }
  out.push_back(good ? std::move(statement) : of_kind(Kind::elsewhere, "vmap"));
}

void add_limit(bool inverted, std::string_view text, std::vector<PacketStatement>& out) {
  PacketStatement statement = of_kind(Kind::limit, text);
  statement.negated = inverted;
  out.push_back(std::move(statement));
}

bool is_true(const Json& value) {
  return value.IsBool() && value.GetBool();
}

// The first connection is the only one: `ct count 0` has no room even for it.
void add_count(const Json& count, std::vector<PacketStatement>& out) {
  const Json& most = member(count, "val");
  if (most.IsUint() && most.GetUint() == 0) {
    if (!is_true(member(count, "inv"))) out.push_back(of_kind(Kind::verdict));
    return;
  }
  add_limit(is_true(member(count, "inv")), "ct count", out);
}

void add_mark(const Json& mangle, std::vector<PacketStatement>& out) {
  const Single key = single(member(mangle, "key"));
  const Json& value = member(mangle, "value");
  if (key.name == "payload") {
    const std::string_view field = text_in(*key.value, "field");
    const bool harmless = field == "dscp" || field == "ecn" || field == "ttl" || field == "hoplimit";
    if (!harmless) out.push_back(of_kind(Kind::elsewhere, "payload set"));
    return;
  }
  if ((key.name != "meta" && key.name != "ct") || text_in(*key.value, "key") != "mark") return;
  const bool of_connection = key.name == "ct";
  const Single from = single(value);
  PacketStatement statement = of_kind(of_connection ? Kind::set_ct_mark : Kind::set_mark);
  statement.mask = kAllBits;
  if (value.IsUint64()) {
    statement.value = {0, value.GetUint64()};
  } else if (from.value != nullptr && text_in(*from.value, "key") == "mark" && from.name == "meta") {
    statement.kind = of_connection ? Kind::copy_mark : Kind::set_mark;
    statement.mask = {};
  } else if (from.value != nullptr && text_in(*from.value, "key") == "mark" && from.name == "ct") {
    statement.kind = of_connection ? Kind::set_ct_mark : Kind::restore_mark;
    statement.mask = {};
  } else {
    statement.text = "mark";
  }
  out.push_back(std::move(statement));
}

void add_redirect(const Json& target, bool away, std::vector<PacketStatement>& out) {
  PacketStatement statement = of_kind(Kind::redirect);
  statement.away = away;
  if (const std::string_view family = text_in(target, "family"); !family.empty())
    statement.family = family == "ip6" ? 6 : 4;
  const Json& port = member(target, "port");
  if (port.IsUint()) statement.value = {0, port.GetUint()};
  const bool odd = (target.IsObject() && target.HasMember("port") && !port.IsUint()) ||
                   (away && !member(target, "addr").IsString() && target.HasMember("addr"));
  if (odd) statement.text = "nat";
  if (const auto address = parse_address(text_in(target, "addr"))) {
    SetElement element;
    element.key.push_back(point(address->bits));
    statement.elements.push_back(std::move(element));
  }
  out.push_back(std::move(statement));
}

void add_reject(const Json& reject, std::vector<PacketStatement>& out) {
  std::string kind(text_in(reject, "type"));
  if (kind.empty()) kind = "icmpx";
  if (kind == "icmp") out.push_back(only_family(4));
  if (kind == "icmpv6") out.push_back(only_family(6));
  const std::string_view code = text_in(reject, "expr");
  if (kind != "tcp reset") kind += " " + std::string(code.empty() ? "port-unreachable" : code);
  out.push_back(of_kind(Kind::reject, kind));
}

void add_change(const Json& set, std::vector<PacketStatement>& out) {
  const std::vector<KeyPart> parts = key_parts(member(set, "elem"));
  add_families(parts, out);
  const Json& nested = member(set, "stmt");
  if (nested.IsArray()) {
    for (const Json& entry : nested.GetArray()) {
      const Single one = single(entry);
      if (one.name == "limit") add_limit(is_true(member(*one.value, "inv")), "limit", out);
      if (one.name == "ct count") add_count(*one.value, out);
      if (one.name == "quota") out.push_back(of_kind(Kind::unmodelled, "quota"));
    }
  }
  PacketStatement statement = of_kind(Kind::add_to_set);
  std::string_view name = text_in(set, "set");
  if (name.starts_with('@')) name.remove_prefix(1);
  statement.set = std::string(name);
  out.push_back(std::move(statement));
}

// Statements that let the packet through to the next one, whatever they do besides.
bool passes_through(std::string_view name) {
  constexpr std::array<std::string_view, 13> kNames = {
      "counter",  "log",     "ct helper", "ct timeout", "ct expectation", "last", "secmark",
      "continue", "nftrace", "dup",       "flow",       "tcp option",     "reset"};
  return std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

}  // namespace

bool read_verdict(const Json& value, PacketVerdict& verdict, std::string& chain) {
  const Single one = single(value);
  if (one.name == "accept") verdict = PacketVerdict::accept;
  if (one.name == "drop") verdict = PacketVerdict::drop;
  if (one.name == "return") verdict = PacketVerdict::return_;
  if (one.name == "jump") verdict = PacketVerdict::jump;
  if (one.name == "goto") verdict = PacketVerdict::go_to;
  if (one.name == "continue") verdict = PacketVerdict::none;
  if (one.name == "jump" || one.name == "goto") chain = std::string(text_in(*one.value, "target"));
  return verdict != PacketVerdict::none || one.name == "continue";
}

bool is_of_iptables(const Json& statement) {
  const Single one = single(statement);
  return one.name == "xt" && text_in(*one.value, "name") != "comment";
}

void add_statements(const Json& json, std::vector<PacketStatement>& out) {
  const Single one = single(json);
  if (one.value == nullptr) {
    out.push_back(of_kind(Kind::unmodelled, "?"));
    return;
  }
  PacketStatement verdict = of_kind(Kind::verdict);
  if (passes_through(one.name)) return;
  if (read_verdict(json, verdict.verdict, verdict.text)) {
    out.push_back(std::move(verdict));
  } else if (one.name == "match") {
    add_match(*one.value, out);
  } else if (one.name == "vmap") {
    add_map(*one.value, out);
  } else if (one.name == "limit") {
    add_limit(one.value->IsObject() && is_true(member(*one.value, "inv")), "limit", out);
  } else if (one.name == "ct count") {
    add_count(*one.value, out);
  } else if (one.name == "set") {
    add_change(*one.value, out);
  } else if (one.name == "mangle") {
    add_mark(*one.value, out);
  } else if (one.name == "reject") {
    add_reject(*one.value, out);
  } else if (one.name == "notrack") {
    out.push_back(of_kind(Kind::notrack));
  } else if (one.name == "redirect" || one.name == "dnat") {
    add_redirect(*one.value, one.name == "dnat", out);
  } else if (one.name == "snat" || one.name == "masquerade") {
    out.push_back(of_kind(Kind::nat_done));
  } else if (one.name == "xt" && !is_of_iptables(json)) {
    return;
  } else if (one.name == "queue" || one.name == "fwd" || one.name == "tproxy" || one.name == "synproxy") {
    out.push_back(of_kind(Kind::elsewhere, one.name));
  } else {
    out.push_back(of_kind(Kind::unmodelled, one.name));
  }
}

}  // namespace reentry::nft
