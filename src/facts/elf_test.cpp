#include "facts/elf.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

namespace reentry {
namespace {

std::string bytes_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

ElfFile elf_of(std::string_view bytes) {
  StringSource source(bytes);
  return read_elf(source);
}

// This test is a program like any other.
class ElfTest : public ::testing::Test {
 protected:
  const std::string self_ = bytes_of("/proc/self/exe");
};

TEST_F(ElfTest, ReadsAProgram) {
  const ElfFile elf = elf_of(self_);
  ASSERT_TRUE(elf.ok()) << elf.reason;
  EXPECT_THAT(elf.needed, ::testing::Contains("libc.so.6"));
  EXPECT_THAT(elf.interpreter, ::testing::HasSubstr("/ld-linux"));
  EXPECT_TRUE(elf.soname.empty());
  EXPECT_TRUE(elf.versions_defined.empty());
  const bool wants_glibc =
      std::any_of(elf.versions_needed.begin(), elf.versions_needed.end(), [](const NeededVersion& version) {
        return version.library == "libc.so.6" && version.name.rfind("GLIBC_", 0) == 0 && version.hash != 0;
      });
  EXPECT_TRUE(wants_glibc);
}

TEST_F(ElfTest, TheLibraryDefinesWhatTheProgramNeeds) {
  std::string library;
  for (const char* path :
       {"/lib/x86_64-linux-gnu/libc.so.6", "/lib/aarch64-linux-gnu/libc.so.6", "/lib64/libc.so.6"}) {
    if (library.empty()) library = bytes_of(path);
  }
  if (library.empty()) GTEST_SKIP() << "no libc.so.6 in a usual place";
  const ElfFile libc = elf_of(library);
  ASSERT_TRUE(libc.ok()) << libc.reason;
  EXPECT_EQ(libc.soname, "libc.so.6");
  const ElfFile program = elf_of(self_);
  EXPECT_EQ(libc.machine, program.machine);
  for (const NeededVersion& version : program.versions_needed) {
    if (version.library != "libc.so.6") continue;
    EXPECT_THAT(libc.versions_defined, ::testing::Contains(version.hash)) << version.name;
  }
}

TEST_F(ElfTest, SeesThatAFileWasCut) {
  EXPECT_EQ(elf_of("").state, ElfState::empty);
  EXPECT_EQ(elf_of(self_.substr(0, 20)).state, ElfState::truncated);
  EXPECT_EQ(elf_of(self_.substr(0, 60)).state, ElfState::truncated);
  EXPECT_EQ(elf_of(self_.substr(0, self_.size() / 2)).state, ElfState::truncated);
}

TEST_F(ElfTest, SectionHeadersAreNotNeededToRun) {
  // Symbols and section headers stand at the end and are mapped nowhere.
  EXPECT_TRUE(elf_of(self_.substr(0, self_.size() - 64)).ok());
}

TEST_F(ElfTest, KnowsOtherFiles) {
  EXPECT_EQ(elf_of("#!/bin/sh\nexit 0\n").state, ElfState::not_elf);
  EXPECT_EQ(elf_of(std::string(4096, '\0')).state, ElfState::not_elf);
  EXPECT_NE(elf_of(std::string(4096, '\0')).reason.find("NUL"), std::string::npos);
}

TEST_F(ElfTest, NoDamageToTheHeadersGoesUnheard) {
  for (std::size_t at = 0; at < 1024; ++at) {
    for (const char value : {'\0', '\x7f', '\xff'}) {
      std::string broken = self_.substr(0, std::min<std::size_t>(self_.size(), 1U << 20U));
      broken[at] = value;
      const ElfFile elf = elf_of(broken);
      EXPECT_EQ(elf.ok(), elf.reason.empty());
    }
  }
}

}  // namespace
}  // namespace reentry
