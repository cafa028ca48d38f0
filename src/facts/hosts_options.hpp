// The options of a rule of hosts.allow or hosts.deny (hosts_options(5); tcp_wrappers 7.6 options.c).
#pragma once

#include <optional>
#include <string_view>

namespace reentry {

// What the options of a rule that matched make of it.
struct WrapperOptionAnswer {
  std::optional<bool> grants;  // nothing: they leave the answer to the table
  bool uncertain = false;      // a command that is not run here decides
};

// `options` is everything behind the second colon, the end of the line included. Each fault in them refuses,
// as libwrap has it (process_options, tcpd_jump).
[[nodiscard]] WrapperOptionAnswer wrapper_option_answer(std::string_view options);

}  // namespace reentry
