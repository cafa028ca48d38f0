// Letter case of ASCII, whatever the locale: what sshd, libwrap and PAM mean by "case-insensitive" in their
// files. Bytes outside A-Z stay as they are.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace reentry {

[[nodiscard]] constexpr char lowered(char byte) {
  return byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte - 'A' + 'a') : byte;
}

[[nodiscard]] inline std::string lowered(std::string_view text) {
  std::string out(text);
  for (char& byte : out) byte = lowered(byte);
  return out;
}

[[nodiscard]] constexpr bool equal_ignoring_case(std::string_view left, std::string_view right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [](char a, char b) { return lowered(a) == lowered(b); });
}

[[nodiscard]] constexpr bool starts_with_ignoring_case(std::string_view text, std::string_view prefix) {
  return equal_ignoring_case(text.substr(0, prefix.size()), prefix);
}

}  // namespace reentry
