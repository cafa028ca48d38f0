// The words of a unit's command line with its environment put in. Sources: systemd.service(5) COMMAND LINES,
// systemd.exec(5) EnvironmentFile.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "facts/unit.hpp"

namespace reentry {

// A variable's value and where it was set.
using UnitEnvironment = std::map<std::string, UnitLine, std::less<>>;

// Adds the assignments of an EnvironmentFile; later ones win.
void read_environment_file(std::string_view bytes, const std::string& file, UnitEnvironment& environment);
// Adds those of an Environment= line.
void read_environment_line(const UnitLine& line, UnitEnvironment& environment);

// A word of the command and the line that it comes from.
struct CommandWord {
  std::string text;
  std::string file;
  std::size_t line = 0;
};

// Cuts ExecStart's text; `$NAME` as a word of its own becomes as many words as its value has, `${NAME}` one.
[[nodiscard]] std::vector<CommandWord> command_words(const UnitLine& exec,
                                                     const UnitEnvironment& environment);

}  // namespace reentry
