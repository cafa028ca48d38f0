#include "cli/own_words.hpp"

#include <gtest/gtest.h>

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "cli/out_file.hpp"
#include "cli/record_files.hpp"

namespace reentry::cli {
namespace {

namespace fs = std::filesystem;

TEST(OwnWords, TheWholeQuestionIsRepeated) {
  FixOptions options;
  options.target.root = "/mnt/my disk";
  options.target.users = {"alice"};
  options.target.keys = {"it's.pub"};
  options.target.from = "203.0.113.5";
  options.target.port = 2222;
  options.target.password = true;
  options.only = {"auth/home-writable"};
  options.choice = true;
  EXPECT_EQ(
      fix_command(options),
      "reentry fix --root '/mnt/my disk' --user alice --key 'it'\\''s.pub' --from 203.0.113.5 --port 2222 "
      "--password --only auth/home-writable --risk choice");
}

TEST(OwnWords, NothingOfAWordMovesTheCursor) {
  EXPECT_EQ(quoted("a\x1b[2Jb"), "$'a\\x1b[2Jb'");
  EXPECT_EQ(quoted(""), "''");
  EXPECT_EQ(quoted("日本"), "'日本'");
}

class OutFileTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::path(::testing::TempDir()) / ("out-file-" + std::to_string(::getpid()));
    fs::create_directory(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }
  [[nodiscard]] std::string text(const std::string& name) const {
    std::ifstream in(folder_ / name);
    return std::string(std::istreambuf_iterator<char>(in), {});
  }
  [[nodiscard]] long names() const {
    return std::distance(fs::directory_iterator(folder_), fs::directory_iterator());
  }
  fs::path folder_;
};

TEST_F(OutFileTest, WhatWasThereStaysUntilTheNewIsWhole) {
  std::ofstream(folder_ / "a.md") << "old";
  {
    auto file = OutFile::open((folder_ / "a.md").string());
    ASSERT_TRUE(file);
    EXPECT_EQ(text("a.md"), "old");
  }
  EXPECT_EQ(text("a.md"), "old");
  EXPECT_EQ(names(), 1);
  ASSERT_TRUE(write_file((folder_ / "a.md").string(), "new"));
  EXPECT_EQ(text("a.md"), "new");
  EXPECT_EQ(names(), 1);
}

TEST_F(OutFileTest, ALinkIsFollowedAndADeviceStays) {
  std::ofstream(folder_ / "real") << "old";
  fs::create_symlink("real", folder_ / "link");
  ASSERT_TRUE(write_file((folder_ / "link").string(), "new"));
  EXPECT_TRUE(fs::is_symlink(folder_ / "link"));
  EXPECT_EQ(text("real"), "new");
  ASSERT_TRUE(write_file("/dev/null", "gone"));
  EXPECT_TRUE(fs::is_character_file("/dev/null"));
}

TEST_F(OutFileTest, WhatCantBeWrittenIsKnownBefore) {
  EXPECT_FALSE(OutFile::open((folder_ / "no" / "such").string()));
  EXPECT_FALSE(OutFile::open(folder_.string()));
}

TEST_F(OutFileTest, StandardOutputHasRoomForOneThing) {
  CommonOptions common;
  common.json = true;
  const auto both = RecordFiles::open(common, std::string("-"));
  ASSERT_FALSE(both);
  EXPECT_EQ(both.error().kind, ErrorKind::usage);
  common.json = false;
  EXPECT_TRUE(RecordFiles::open(common, std::string("-")));
}

}  // namespace
}  // namespace reentry::cli
