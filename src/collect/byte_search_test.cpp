#include "collect/byte_search.hpp"

#include <gtest/gtest.h>

#include <string>

namespace reentry {
namespace {

TEST(ByteSearch, FindsWhatTheEndOfAWindowCuts) {
  for (const std::size_t at : {std::size_t{0}, kSearchWindow - 3, kSearchWindow, 3 * kSearchWindow - 1}) {
    std::string bytes(4 * kSearchWindow, 'x');
    bytes.replace(at, 6, "needle");
    StringSource source(bytes);
    EXPECT_TRUE(contains_bytes(source, "needle")) << at;
    EXPECT_FALSE(contains_bytes(source, "needles")) << at;
  }
}

TEST(ByteSearch, EveryShortSpanStandsWholeInOneWindow) {
  const std::size_t length = 3 * kSearchWindow + 77;
  std::string bytes(length, '\0');
  for (std::size_t i = 0; i < length; ++i) bytes[i] = static_cast<char>('a' + i % 23);
  StringSource source(bytes);
  std::size_t end = 0;
  bool was_last = false;
  const bool found = search_windows(source, 0, length, [&](std::string_view window, bool last) {
    EXPECT_FALSE(was_last);
    const std::size_t begin = end == 0 ? 0 : end - kSearchOverlap;
    EXPECT_EQ(window, std::string_view(bytes).substr(begin, window.size()));
    end = begin + window.size();
    was_last = last;
    return false;
  });
  EXPECT_FALSE(found);
  EXPECT_TRUE(was_last);
  EXPECT_EQ(end, length);
}

TEST(ByteSearch, NothingIsInAnEmptyFileOrPastItsEnd) {
  StringSource empty("");
  EXPECT_FALSE(contains_bytes(empty, "x"));
  StringSource small("abc");
  EXPECT_FALSE(search_windows(small, 10, 5, [](std::string_view, bool) { return true; }));
}

}  // namespace
}  // namespace reentry
