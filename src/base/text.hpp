// A message in both languages of the product, made from one call, so that no message exists in only one.
#pragma once

#include <fmt/format.h>

#include <string>
#include <utility>

namespace reentry {

enum class Language { en, ja };

// The same statement twice. Plain text: no colour, no line breaks but those that the author meant; the
// renderers wrap and colour.
struct Text {
  std::string en;
  std::string ja;

  [[nodiscard]] const std::string& in(Language language) const { return language == Language::ja ? ja : en; }
  [[nodiscard]] bool empty() const { return en.empty() && ja.empty(); }
  bool operator==(const Text&) const = default;
};

// Formats both sentences from the same arguments; a placeholder that does not fit its argument does not
// compile. Arguments that come from a target must have passed through `shown()` first.
template <typename... Args>
[[nodiscard]] Text say(fmt::format_string<const Args&...> en, fmt::format_string<const Args&...> ja,
                       const Args&... args) {
  return Text{fmt::format(en, args...), fmt::format(ja, args...)};
}

}  // namespace reentry
