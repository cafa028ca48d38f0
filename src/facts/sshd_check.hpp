// The checks of one line's arguments, by kind of value. Only sshd_values.cpp and sshd_special.cpp know this
// class.
#pragma once

#include <fmt/format.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "facts/ssh_algorithms.hpp"
#include "facts/sshd_values.hpp"

namespace reentry {

class ArgumentCheck {
 public:
  ArgumentCheck(Directive directive, std::string_view keyword, std::optional<std::string_view> rest,
                SshdArgumentWords& words, LineState& state, const SshBuild& build)
      : directive_(directive),
        keyword_(keyword),
        rest_(rest),
        words_(words),
        state_(state),
        build_(build),
        modern_(build.at_least(8, 7)) {}

  [[nodiscard]] LineVerdict run();

 private:
  // sshd_values.cpp
  void check();
  void check_flag();
  void check_choice();
  void check_integer();
  void check_time();
  void check_path();
  void check_text();
  void check_algorithms();
  void check_raw();
  void check_version_addendum();
  // sshd_lists.cpp
  void check_words();
  void finish_words(const std::optional<std::string>& stopper);
  void check_users();
  void check_groups();
  void check_files();
  void check_accept_env();
  void check_set_env();
  void check_log_verbose();
  void check_channel_timeout();
  void check_authentication_methods();
  void check_permitted();
  void check_permitted_one(const std::string& word);
  // sshd_special.cpp
  void check_special();
  void check_port();
  void check_listen_address();
  void check_subsystem();
  void check_max_startups();
  void check_net_block_size();
  void check_source_max_startups();
  void check_penalties();
  void check_tunnel();
  void check_rekey_limit();
  void check_ipqos();
  void check_pubkey_options();
  void check_unused_timeout();
  void check_bind_mask();
  void check_hash();
  void check_environment();

  template <typename... Args>
  void fatal(fmt::format_string<Args...> format, Args&&... args) {
    refuse(ConfigSeverity::fatal, fmt::format(format, std::forward<Args>(args)...));
  }
  template <typename... Args>
  void error(fmt::format_string<Args...> format, Args&&... args) {
    refuse(ConfigSeverity::error, fmt::format(format, std::forward<Args>(args)...));
  }
  void refuse(ConfigSeverity severity, const std::string& message);
  // `KW missing argument.` since 8.7, `older` before.
  void missing(std::string_view older);
  // Takes the next word, or refuses the line; empty words count as missing.
  [[nodiscard]] std::optional<std::string> required(std::string_view older);
  void keep(std::string value) { verdict_.values.push_back(std::move(value)); }
  // `Invalid` since 8.7.
  [[nodiscard]] std::string spec_word() const { return modern_ ? "Invalid" : "Illegal"; }

  Directive directive_;
  std::string_view keyword_;
  std::optional<std::string_view> rest_;
  SshdArgumentWords& words_;
  LineState& state_;
  const SshBuild& build_;
  bool modern_;
  bool whole_line_ = false;  // nothing is left over, whatever follows
  LineVerdict verdict_;
};

}  // namespace reentry
