#include "facts/command_program.hpp"

#include <cstddef>

namespace reentry {

std::string program_of_command(std::string_view command) {
  std::string out;
  char quote = '\0';
  std::size_t i = 0;
  while (i < command.size() && (command[i] == ' ' || command[i] == '\t')) ++i;
  for (; i < command.size(); ++i) {
    const char c = command[i];
    const char next = i + 1 < command.size() ? command[i + 1] : '\0';
    const bool escapes =
        c == '\\' && (next == '\'' || next == '"' || next == '\\' || (quote == '\0' && next == ' '));
    if (escapes) {
      out += next;
      ++i;
    } else if (quote == '\0' && (c == ' ' || c == '\t')) {
      break;
    } else if (quote == '\0' && (c == '"' || c == '\'')) {
      quote = c;
    } else if (quote != '\0' && c == quote) {
      quote = '\0';
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace reentry
