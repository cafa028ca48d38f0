// The program that a raw command line of sshd_config names.
#pragma once

#include <string>
#include <string_view>

namespace reentry {

// The first word of the line, quotes and backslashes taken away (misc.c:argv_split). Empty for an empty line.
[[nodiscard]] std::string program_of_command(std::string_view command);

}  // namespace reentry
