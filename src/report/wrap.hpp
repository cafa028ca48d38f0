// Lines for a terminal, by display columns.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace reentry {

// `text` in lines of at most `width` columns. Breaks at blanks, and between Japanese characters where the
// rules of line breaking allow it (never before 。、）」 or behind （「). A word of ASCII is never broken:
// paths and commands stay whole even when they are wider than the line. A newline in `text` ends a line.
[[nodiscard]] std::vector<std::string> wrapped(std::string_view text, std::size_t width);

// `text` cut to `width` columns, the last of them `…` when something was left out.
[[nodiscard]] std::string cut_to(std::string_view text, std::size_t width);

}  // namespace reentry
