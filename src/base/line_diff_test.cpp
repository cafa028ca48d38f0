#include "base/line_diff.hpp"

#include <gtest/gtest.h>

#include <cstdint>

namespace reentry {
namespace {

std::string patched(std::string_view before, const std::vector<LineHunk>& hunks) {
  const auto lines = split_lines(before);
  std::string out;
  std::size_t at = 0;
  for (const LineHunk& hunk : hunks) {
    for (; at < hunk.begin; ++at) out += lines[at];
    at += hunk.removed;
    for (const std::string& line : hunk.added) out += line;
  }
  for (; at < lines.size(); ++at) out += lines[at];
  return out;
}

TEST(LineDiff, HunksTurnOneTextIntoTheOther) {
  std::uint32_t state = 7;
  const auto next = [&state](std::uint32_t below) {
    state = state * 1664525U + 1013904223U;
    return (state >> 16U) % below;
  };
  for (int round = 0; round < 2000; ++round) {
    std::string a;
    std::string b;
    for (std::uint32_t i = next(12); i > 0; --i) a += std::string(1, static_cast<char>('a' + next(4))) + "\n";
    for (std::uint32_t i = next(12); i > 0; --i) b += std::string(1, static_cast<char>('a' + next(4))) + "\n";
    if (next(3) == 0) a += "end";
    if (next(3) == 0) b += "end";
    EXPECT_EQ(patched(a, line_hunks(a, b)), b) << "from:\n" << a;
  }
}

TEST(LineDiff, TheSameTextHasNoDiff) {
  EXPECT_TRUE(line_hunks("a\nb\n", "a\nb\n").empty());
  EXPECT_EQ(unified_diff("/x", "a\n", "a\n"), "");
}

TEST(LineDiff, LooksAsDiffDoes) {
  EXPECT_EQ(
      unified_diff("/etc/ssh/sshd_config", "1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nfive\n6\n7\n8\n9\n"),
      "--- /etc/ssh/sshd_config\n+++ /etc/ssh/sshd_config\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n "
      "8\n");
  EXPECT_EQ(unified_diff("/n", "", "one\n"), "--- /n\n+++ /n\n@@ -0,0 +1 @@\n+one\n");
  EXPECT_EQ(unified_diff("/n", "a", "a\n"),
            "--- /n\n+++ /n\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n");
}

TEST(LineDiff, HostileBytesAreShownSafely) {
  const std::string diff = unified_diff("/n", "\x1b[2J\n", "x\n");
  EXPECT_EQ(diff.find('\x1b'), std::string::npos);
}

TEST(LineDiff, LargeTextsThatShareNothingStayBounded) {
  std::string a;
  std::string b;
  for (int i = 0; i < 20000; ++i) {
    a += "a" + std::to_string(i) + "\n";
    b += "b" + std::to_string(i) + "\n";
  }
  const auto hunks = line_hunks(a, b);
  ASSERT_EQ(hunks.size(), 1U);
  EXPECT_EQ(patched(a, hunks), b);
}

TEST(MergeEdits, KeepsBothChanges) {
  EXPECT_EQ(merge_edits("a\nb\nc\nd\n", "A\nb\nc\nd\n", "a\nb\nc\nD\n"), "A\nb\nc\nD\n");
  EXPECT_EQ(merge_edits("a\nb\nc\n", "a\nc\n", "a\nb\nx\nc\n"), "a\nx\nc\n");
  EXPECT_EQ(merge_edits("a\nb\n", "A\nb\n", "A\nb\n"), "A\nb\n");
}

TEST(MergeEdits, RefusesTwoMindsAboutOneLine) {
  EXPECT_EQ(merge_edits("a\nb\n", "A\nb\n", "x\nb\n"), std::nullopt);
  EXPECT_EQ(merge_edits("a\n", "a\n1\n", "a\n2\n"), std::nullopt);
}

TEST(MergeEdits, ALastLineWithoutNewlineGetsOneWhenMoreFollows) {
  EXPECT_EQ(merge_edits("a\nb", "A\nb", "a\nb\nc\n"), "A\nb\nc\n");
}

}  // namespace
}  // namespace reentry
