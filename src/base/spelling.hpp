// Words that were misspelt.
#pragma once

#include <cstddef>
#include <string_view>

namespace reentry {

// Letters added, dropped, changed or swapped with their neighbour to make one word of the other, upper and
// lower case being the same (Damerau's distance, neighbours swapped once).
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b);

// Few enough errors that only one word can have been meant: one, from eight letters on two.
[[nodiscard]] bool is_near(std::string_view written, std::string_view meant);

}  // namespace reentry
