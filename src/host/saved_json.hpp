// The words of saved facts that several sources share: names of enumerations, base64 for bytes, Missing.
#pragma once

#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/digest.hpp"
#include "base/known.hpp"

namespace reentry::saved_json {

inline constexpr std::array<std::string_view, 6> kWhys = {"absent",    "denied",  "unreadable",
                                                          "malformed", "offline", "not_asked"};

using SavedWriter = rapidjson::Writer<rapidjson::StringBuffer>;

template <std::size_t N, typename E>
std::string_view word(const std::array<std::string_view, N>& words, E value) {
  return words[static_cast<std::size_t>(value)];
}

template <typename E, std::size_t N>
E from_word(const std::array<std::string_view, N>& words, std::string_view text, E otherwise) {
  const auto found = std::find(words.begin(), words.end(), text);
  return found == words.end() ? otherwise : static_cast<E>(found - words.begin());
}

inline void text(SavedWriter& out, std::string_view value) {
  out.String(value.data(), static_cast<rapidjson::SizeType>(value.size()));
}

inline void field(SavedWriter& out, const char* name, std::string_view value) {
  out.Key(name);
  text(out, value);
}

inline void number(SavedWriter& out, const char* name, std::uint64_t value) {
  out.Key(name);
  out.Uint64(value);
}

inline void missing(SavedWriter& out, const Missing& why) {
  field(out, "missing", word(kWhys, why.why));
  field(out, "detail", base64(why.detail));
}

using SavedValue = rapidjson::Value;

inline std::string string_of(const SavedValue& object, const char* name) {
  const auto found = object.FindMember(name);
  if (found == object.MemberEnd() || !found->value.IsString()) return {};
  return {found->value.GetString(), found->value.GetStringLength()};
}

template <typename T>
T number_of(const SavedValue& object, const char* name) {
  const auto found = object.FindMember(name);
  if (found == object.MemberEnd()) return 0;
  if (found->value.IsUint64()) return static_cast<T>(found->value.GetUint64());
  if (found->value.IsInt64()) return static_cast<T>(found->value.GetInt64());
  return 0;
}

inline std::string decoded(const SavedValue& object, const char* name) {
  return from_base64(string_of(object, name)).value_or(std::string());
}

inline Missing missing_of(const SavedValue& object, const std::string& path) {
  return {from_word(kWhys, string_of(object, "missing"), Why::not_asked), path, decoded(object, "detail")};
}

}  // namespace reentry::saved_json
