// Looks for bytes in a file of the target, piece by piece: a program's constants are half a megabyte, of
// which a few words are wanted.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "facts/elf.hpp"

namespace reentry {

// What is looked for is shorter than this, with what must stand around it.
constexpr std::size_t kSearchOverlap = 512;
constexpr std::size_t kSearchWindow = 32 * 1024;

// Calls `look(window, last)` with one window after the other of [offset, offset + length) until it answers
// true. Each begins kSearchOverlap bytes before the end of the one before it, so that whatever is shorter
// stands whole in one of them. False when `look` never did, or where bytes could not be read.
template <typename Look>
bool search_windows(ByteSource& source, std::uint64_t offset, std::uint64_t length, Look look) {
  const std::uint64_t end = offset + length;
  for (std::uint64_t at = offset; at < end; at += kSearchWindow - kSearchOverlap) {
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(kSearchWindow, end - at));
    const Known<std::string> bytes = source.read(at, wanted);
    if (!bytes || bytes->empty()) return false;
    const bool last = at + wanted == end || bytes->size() < wanted;
    if (look(std::string_view(*bytes), last)) return true;
    if (last) return false;
  }
  return false;
}

// Whether the file holds `needle` (up to kSearchOverlap bytes).
[[nodiscard]] bool contains_bytes(ByteSource& source, std::string_view needle);

}  // namespace reentry
