// The expressions within nft's JSON (libnftables-json(5)): what a rule looks at, and what it holds it
// against.
#pragma once

#include <rapidjson/document.h>

#include <optional>
#include <string_view>
#include <vector>

#include "facts/packet_rules.hpp"

namespace reentry::nft {

using Json = rapidjson::Value;

// Never null: an empty value where there is no such member.
[[nodiscard]] const Json& member(const Json& object, const char* name);
[[nodiscard]] std::string_view text_in(const Json& value);
[[nodiscard]] std::string_view text_in(const Json& object, const char* name);

// The only member of an object and its name: `{"payload": {…}}`. Empty where it is none.
struct Single {
  std::string_view name;
  const Json* value = nullptr;
};
[[nodiscard]] Single single(const Json& object);

// What kind of value a field holds, so that words and addresses can be read.
enum class ValueKind { number, word, address, interface, boolean, opaque };
struct KeyPart {
  PacketKey key;
  ValueKind kind = ValueKind::opaque;
  WordKind words = WordKind::protocol;
  int family = 0;  // only packets of this family (4 or 6) have it; 0: all
};

// The left side of a match, a concatenation in its parts. Never empty; what is not modelled is
// PacketField::other.
[[nodiscard]] std::vector<KeyPart> key_parts(const Json& expression);
// A value that stands alone, a prefix or a range. Nothing for what is not modelled.
[[nodiscard]] std::optional<BitsRange> value_range(const Json& value, const KeyPart& part);
// A mask or a list of flags as one number.
[[nodiscard]] std::optional<Bits> flags_in(const Json& value, const KeyPart& part);
// The key of one entry of a set. Nothing for what is not modelled.
[[nodiscard]] std::optional<SetElement> set_element(const Json& value, const std::vector<KeyPart>& parts);
// The parts of a named set's key, by its `type`.
[[nodiscard]] std::vector<KeyPart> parts_of_type(const Json& type);

}  // namespace reentry::nft
