#include "report/terminal.hpp"

#include <gtest/gtest.h>

#include "base/shown.hpp"
#include "report/wrap.hpp"
#include "support/sample_diagnosis.hpp"

namespace reentry {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines(1);
  for (const char c : text) {
    if (c == '\n') {
      lines.emplace_back();
    } else {
      lines.back() += c;
    }
  }
  return lines;
}

std::string rendered(TerminalOptions options) {
  return render_terminal(testing::sample_diagnosis(), options);
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST(Terminal, TheFirstLineIsTheAnswer) {
  EXPECT_EQ(lines_of(rendered({})).front(), "alice from 203.0.113.5: REFUSED at auth/publickey");
  TerminalOptions ja;
  ja.language = Language::ja;
  EXPECT_EQ(lines_of(rendered(ja)).front(),
            "203.0.113.5 からの alice: ログインは auth/publickey で拒否されます");
}

TEST(Terminal, ShowsWhereWhyAndWhatToDo) {
  const std::string text = rendered({});
  EXPECT_TRUE(has(text, "✓ service/config auth/user"));
  EXPECT_TRUE(has(text, "✗ auth/publickey: /home/alice can be written to by everybody"));
  EXPECT_TRUE(has(text, "1. The home directory can be written to by others"));
  EXPECT_TRUE(has(text, "| 0777 alice:alice"));
  EXPECT_TRUE(has(text, "$ chmod go-w /home/alice"));
  EXPECT_TRUE(has(text, "mode of /home/alice: 0777 -> 0755"));
  EXPECT_TRUE(has(text, "session/nologin-shell"));
  EXPECT_TRUE(has(text, "/etc/krb5.keytab may not be read (Permission denied)"));
  EXPECT_TRUE(has(text, "reentry fix --apply"));
  EXPECT_FALSE(has(text, "SECRET"));
}

TEST(Terminal, NoLineIsWiderThanTheTerminal) {
  for (const Language language : {Language::en, Language::ja}) {
    for (const std::size_t width : {60U, 80U, 120U}) {
      TerminalOptions options;
      options.language = language;
      options.width = width;
      for (const std::string& line : lines_of(rendered(options))) EXPECT_LE(columns(line), width) << line;
    }
  }
}

TEST(Terminal, ColoursOnlyWhenAsked) {
  EXPECT_FALSE(has(rendered({}), "\x1b["));
  TerminalOptions options;
  options.color = true;
  EXPECT_TRUE(has(rendered(options), "\x1b["));
}

TEST(Terminal, KeepsToAsciiSignsWithoutUtf8) {
  TerminalOptions options;
  options.utf8 = false;
  for (const char c : rendered(options)) EXPECT_LT(static_cast<unsigned char>(c), 0x80);
}

TEST(Terminal, ManyFindingsOfOneKindAreSummedUp) {
  Diagnosis diagnosis = testing::sample_diagnosis();
  for (int i = 0; i < 9'999; ++i) diagnosis.findings.push_back(testing::sample_finding());
  for (int i = 0; i < 9'999; ++i) diagnosis.logins.push_back(diagnosis.logins.front());
  const std::string text = render_terminal(diagnosis, {});
  EXPECT_LT(lines_of(text).size(), 100U);
  EXPECT_TRUE(has(text, "and 9997 more of auth/home-writable"));
  EXPECT_TRUE(has(text, "10000 refused by auth/home-writable: alice, alice, alice, alice, …"));
}

TEST(Terminal, WhoMayNotSeeEverythingIsToldTheCommandThatDoes) {
  Diagnosis diagnosis = testing::sample_diagnosis();
  diagnosis.unseen.push_back({Why::denied, "/etc/shadow", "Permission denied"});
  TerminalOptions options;
  options.login = "--user alice";
  EXPECT_FALSE(has(render_terminal(diagnosis, options), "sudo"));
  options.privileged = false;
  EXPECT_TRUE(has(render_terminal(diagnosis, options), "  $ sudo reentry check --user alice\n"));
  diagnosis.unseen.clear();
  EXPECT_FALSE(has(render_terminal(diagnosis, options), "sudo"));
}

TEST(Terminal, TheSameDiagnosisGivesTheSameBytes) {
  EXPECT_EQ(rendered({}), rendered({}));
}

TEST(Wrap, BreaksAtBlanksAndNeverInsideAWord) {
  EXPECT_EQ(wrapped("one two three", 8), (std::vector<std::string>{"one two", "three"}));
  EXPECT_EQ(wrapped("/a/very/long/path/that/stays/whole", 10),
            (std::vector<std::string>{"/a/very/long/path/that/stays/whole"}));
  EXPECT_EQ(wrapped("a\nb", 10), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(wrapped("", 10), (std::vector<std::string>{""}));
}

TEST(Wrap, KeepsJapanesePunctuationWithItsText) {
  EXPECT_EQ(wrapped("権限です。次", 8), (std::vector<std::string>{"権限で", "す。次"}));
  EXPECT_EQ(wrapped("所有者（本人）", 8), (std::vector<std::string>{"所有者", "（本人）"}));
  for (const std::string& line :
       wrapped("鍵ファイルの所有者がsshdの期待と異なるため、ログインできません。", 12))
    EXPECT_FALSE(line.starts_with("、") || line.starts_with("。")) << line;
}

TEST(Wrap, CutsByColumns) {
  EXPECT_EQ(cut_to("abcdef", 4), "abc…");
  EXPECT_EQ(cut_to("abcd", 4), "abcd");
  EXPECT_EQ(cut_to("権限権限", 5), "権限…");
}

}  // namespace
}  // namespace reentry
