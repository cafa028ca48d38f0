// The journal's lines: words that no byte of a path can break, each line with a checksum of its own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reentry {

// One line: a name and its words.
using Record = std::vector<std::string>;

// `CHECK word word …\n`: bytes outside `!`-`~`, and `%`, are `%XX`; an empty word is `%`; CHECK is the first
// eight hex digits of the SHA-256 of what follows it and its space.
[[nodiscard]] std::string encode(const Record& record);

struct Records {
  std::vector<Record> records;  // in order; lines whose checksum is wrong are left out
  std::size_t damaged = 0;      // how many were
  bool torn = false;            // the last line has no end
};
[[nodiscard]] Records decode(std::string_view text);

// Decimal without sign or sign first; nothing for anything else.
[[nodiscard]] std::optional<std::int64_t> number_of(std::string_view word);

}  // namespace reentry
