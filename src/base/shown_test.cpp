#include "base/shown.hpp"

#include <gtest/gtest.h>

namespace reentry {
namespace {

TEST(Shown, LeavesTextAlone) {
  EXPECT_EQ(shown("PermitRootLogin no"), "PermitRootLogin no");
  EXPECT_EQ(shown("鍵が拒否されました"), "鍵が拒否されました");
}

TEST(Shown, ControlBytesCantReachTheTerminal) {
  EXPECT_EQ(shown("a\x1b[31mb"), "a\\033[31mb");
  EXPECT_EQ(shown("line\r"), "line\\015");
  EXPECT_EQ(shown(std::string_view("\0x", 2)), "\\000x");
  EXPECT_EQ(shown("\xc2\x9b"
                  "2J"),
            "\\302\\2332J");
}

TEST(Shown, BytesThatAreNotUtf8BecomeOctal) {
  EXPECT_EQ(shown("\xff\xfe"), "\\377\\376");
  EXPECT_EQ(shown("\xe3\x81"), "\\343\\201");
}

TEST(Shown, InvisibleCharactersAreNamed) {
  EXPECT_EQ(shown("\xef\xbb\xbfPort"), "\\u{FEFF}Port");
  EXPECT_EQ(shown("Port\xc2\xa0"
                  "22"),
            "Port\\u{00A0}22");
  EXPECT_EQ(shown("a\xe2\x80\xae"
                  "b"),
            "a\\u{202E}b");
}

TEST(Shown, IsCutWithAMark) {
  EXPECT_EQ(shown("abcdefgh", 4), "abcd…");
}

TEST(Columns, CountsWideCharactersTwice) {
  EXPECT_EQ(columns("abc"), 3U);
  EXPECT_EQ(columns("鍵"), 2U);
  EXPECT_EQ(columns(""), 0U);
}

}  // namespace
}  // namespace reentry
