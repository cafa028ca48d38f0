// The command line, defined once: parsing, --help and the words of its errors.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/text.hpp"

namespace reentry::cli {

enum class Color { automatic, always, never };

// What every command takes.
struct CommonOptions {
  bool json = false;
  std::optional<std::string> html;  // file to write the page to
  Language language = Language::en;
  Color color = Color::automatic;
  bool quiet = false;
  bool verbose = false;
};

// Which target, and which logins are asked about.
struct TargetOptions {
  std::optional<std::string> root;        // --root DIR; nothing: this machine
  std::optional<std::string> facts;       // --facts FILE: judge facts saved elsewhere
  std::optional<std::string> save_facts;  // --save-facts FILE
  std::vector<std::string> users;
  std::vector<std::string> keys;  // files
  std::optional<std::string> from;
  std::optional<int> port;
  bool password = false;
  bool reboot = false;  // --reboot: as of the next boot
};

struct CheckOptions {
  CommonOptions common;
  TargetOptions target;
};

struct FixOptions {
  CommonOptions common;
  TargetOptions target;
  bool apply = false;
  bool yes = false;
  std::vector<std::string> only;      // cause ids
  bool choice = false;                // --risk choice
  std::optional<std::string> report;  // file for the incident record; `-` is standard output
};

struct UndoOptions {
  CommonOptions common;
  std::optional<std::string> root;
  std::optional<std::string> transaction;
  bool list = false;
  bool apply = false;
  bool yes = false;
  bool force = false;
  std::optional<std::string> report;
};

struct ExplainOptions {
  CommonOptions common;
  std::optional<std::string> cause;
  bool list = false;
};

struct DiagnoseOptions {
  CommonOptions common;
  std::string destination;              // [USER@]HOST
  std::optional<int> port;              // -p
  std::vector<std::string> identities;  // -i
  std::optional<std::string> config;    // -F
  std::optional<std::string> jump;      // -J
  std::optional<std::string> login;     // -l
  std::vector<std::string> settings;    // -o
  bool v4 = false;                      // -4
  bool v6 = false;                      // -6
  std::optional<std::string> bind;      // -b
  int timeout = 10;                     // --timeout, seconds for each stage
};

struct LabOptions {
  CommonOptions common;
  std::string action;  // list, run, prove, end
  std::vector<std::string> names;
  bool keep = false;
  std::string suite;
};

// Parses argv and runs the verb. Returns the exit status of the contract.
[[nodiscard]] int run(int argc, char** argv);

}  // namespace reentry::cli
