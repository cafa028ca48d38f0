// What execve(2) sees in the first bytes of a file: which interpreter it wants (fs/binfmt_elf.c,
// fs/binfmt_script.c).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace reentry {

// As many bytes as a collector keeps of a program: a `#!` line and the program headers lie within.
constexpr std::size_t kProgramHead = 4096;

enum class ProgramKind {
  elf,
  script,   // `#!`
  empty,    // execve: ENOEXEC
  foreign,  // anything else: ENOEXEC
};

struct ProgramHead {
  ProgramKind kind = ProgramKind::foreign;
  std::string interpreter;  // PT_INTERP, or the path of the `#!` line; empty for a static program
};

// `head` holds the first kProgramHead bytes, or all of a shorter file. Never fails: what does not parse is
// foreign; an ELF whose interpreter lies further back has none here.
[[nodiscard]] ProgramHead parse_program_head(std::string_view head);

}  // namespace reentry
