// Line-wise differences of two texts: what a plan shows, and how two edits of one file are put together.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reentry {

// Lines with their `\n`; the last one may lack it. Bytes are never changed: joined they are the text again.
[[nodiscard]] std::vector<std::string_view> split_lines(std::string_view text);

// Lines [begin, begin + removed) of the old text become `added`.
struct LineHunk {
  std::size_t begin = 0;
  std::size_t removed = 0;
  std::vector<std::string> added;
  bool operator==(const LineHunk&) const = default;
};

// The hunks that turn `before` into `after`, ascending, apart by at least one common line. Shortest (Myers)
// up to a bounded effort, beyond that one hunk over everything between the common head and tail.
[[nodiscard]] std::vector<LineHunk> line_hunks(std::string_view before, std::string_view after);

// `--- path` / `+++ path` / `@@` with `context` common lines, empty if both are the same. A missing newline
// at the end is marked as diff(1) marks it. Lines are made safe by shown().
[[nodiscard]] std::string unified_diff(std::string_view path, std::string_view before, std::string_view after,
                                       std::size_t context = 3);

// Both changes of the same `base` in one text; the same change made twice counts once. Nothing when they
// change the same lines differently or insert different lines at the same place.
[[nodiscard]] std::optional<std::string> merge_edits(std::string_view base, std::string_view first,
                                                     std::string_view second);

}  // namespace reentry
