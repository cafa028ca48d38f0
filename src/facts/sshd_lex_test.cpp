#include "facts/sshd_lex.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace reentry {
namespace {

using testing::ElementsAre;

SshBuild build_of(int major, int minor) {
  SshBuild build;
  build.version = {major, minor, 1};
  return build;
}

std::vector<std::string> cut(std::string_view text) {
  std::vector<std::string> out;
  WordCutter cutter(text);
  while (std::optional<std::string> word = cutter.next()) out.push_back(std::move(*word));
  return out;
}

std::vector<std::pair<std::size_t, std::string>> lines_of(std::string_view bytes, const SshBuild& build) {
  std::vector<std::pair<std::size_t, std::string>> out;
  SshdLines lines(bytes, build);
  while (const std::optional<SshdTextLine> line = lines.next()) out.emplace_back(line->number, line->text);
  return out;
}

TEST(SshdWordCutter, OneEqualSignSeparates) {
  EXPECT_THAT(cut("Port=22"), ElementsAre("Port", "22"));
  EXPECT_THAT(cut("Port = 22"), ElementsAre("Port", "22"));
  EXPECT_THAT(cut("Port == 22"), ElementsAre("Port", "", "22"));
}

TEST(SshdWordCutter, QuotesGroupAndMustBeClosed) {
  EXPECT_THAT(cut("a \"b c\" d"), ElementsAre("a", "b c", "d"));
  EXPECT_THAT(cut("a\"b c\""), ElementsAre("ab c", ""));
  EXPECT_THAT(cut("a \"b"), ElementsAre("a"));
}

TEST(SshdSplitArguments, QuotesOfBothKindsAnywhere) {
  EXPECT_THAT(*split_arguments("a'b c'd \"e f\""), ElementsAre("ab cd", "e f"));
  EXPECT_THAT(*split_arguments("a\\ b \\\"c \\d"), ElementsAre("a b", "\"c", "\\d"));
  EXPECT_FALSE(split_arguments("a 'b").has_value());
}

TEST(SshdSplitArguments, CommentsStartWhereAWordWould) {
  EXPECT_THAT(*split_arguments("a b#c # d"), ElementsAre("a", "b#c"));
}

TEST(SshdLines, NumbersCountEveryLine) {
  EXPECT_THAT(lines_of("# x\n\n  a 1\r\nb 2", build_of(9, 2)),
              ElementsAre(std::pair<std::size_t, std::string>(3, "a 1"),
                          std::pair<std::size_t, std::string>(4, "b 2")));
}

TEST(SshdLines, OldVersionsCutAtEveryHash) {
  EXPECT_EQ(lines_of("Banner \"/a#b\"\n", build_of(8, 4))[0].second, "Banner \"/a");
  EXPECT_EQ(lines_of("Banner \"/a#b\"\n", build_of(8, 7))[0].second, "Banner \"/a#b\"");
}

TEST(SshdLines, NulByteSwallowsTheRestAndTheNewline) {
  using namespace std::string_literals;
  EXPECT_THAT(lines_of("Port 2\0xx\n2\nb\n"s, build_of(9, 2)),
              ElementsAre(std::pair<std::size_t, std::string>(1, "Port 22"),
                          std::pair<std::size_t, std::string>(3, "b")));
}

}  // namespace
}  // namespace reentry
