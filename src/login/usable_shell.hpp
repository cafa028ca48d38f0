// Whether a program that sshd starts for a user can run at all.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "facts/facts.hpp"

namespace reentry {

// True for programs that end a session instead of giving one: nologin(8), false(1) and their like.
[[nodiscard]] bool is_nologin_shell(std::string_view shell);

// What execve(2) would say to a program, its interpreters included.
struct ProgramTrouble {
  enum class Kind {
    none,
    absent,              // ENOENT of the program itself
    interpreter_absent,  // ENOENT of its `#!` or ELF interpreter
    not_executable,      // EACCES
    no_program,          // ENOEXEC: neither ELF nor `#!`, or empty
    not_loadable,        // the loader ends it: it, or a library, is damaged, missing or too old
    library_unreadable,  // the loader ends it: the user may not read a library
    unknown,             // nobody looked: see `missing`
  };
  Kind kind = Kind::none;
  std::string path;  // the file that is the trouble
  Missing missing;
  const PathNode* node = nullptr;  // what the user lacks a permission on; lives as long as the facts
};
[[nodiscard]] std::string_view word_for(ProgramTrouble::Kind kind);

// `path` as the process sees it, inside `chroot` where there is one. Programs come from facts.paths with
// their first kProgramHead bytes, their libraries from facts.loads.
[[nodiscard]] ProgramTrouble trouble_with_program(const Facts& facts, const std::string& path,
                                                  const std::optional<std::string>& chroot,
                                                  const Actor& actor);

}  // namespace reentry
