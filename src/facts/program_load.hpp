// What the dynamic loader needs to start a program: ld.so(8).
#pragma once

#include <string>
#include <vector>

#include "base/known.hpp"
#include "facts/path.hpp"

namespace reentry {

enum class LibraryProblem {
  missing,         // no directory of the loader has it
  damaged,         // the file that the loader takes is empty, cut short or no library
  version,         // it is there and lacks a symbol version: half an upgrade
  not_executable,  // the interpreter (ld.so) has no x bit
};

// A library that keeps a program from running, as ld.so(8) would find it.
struct LibraryFault {
  LibraryProblem problem = LibraryProblem::missing;
  std::string name;       // `libcrypto.so.3`, or the path of the interpreter
  std::string path;       // the file that would be taken; empty when there is none
  std::string wanted;     // the version, for LibraryProblem::version
  std::string wanted_by;  // the object that names it: a path
  std::string program;    // the program that it keeps from running
  std::string reason;     // English, for damaged
};

// One program and what is loaded with it.
struct ProgramLoad {
  std::vector<LibraryFault> faults;  // in the order in which the loader meets them
  std::vector<Missing> unknown;      // what could not be read
  std::vector<PathFact> libraries;   // that were found, without the interpreter: the loader opens them as the
                                     // user that starts the program
};

}  // namespace reentry
