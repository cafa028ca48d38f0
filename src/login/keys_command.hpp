// AuthorizedKeysCommand and AuthorizedPrincipalsCommand: whether sshd would run the program. What it prints
// can't be known from facts (auth2-pubkey.c:user_key_command_allowed2, misc.c:subprocess).
#pragma once

#include <string_view>

#include "login/key_context.hpp"

namespace reentry {

enum class KeysCommandState { unset, broken, usable, unseen };

struct KeysCommand {
  KeysCommandState state = KeysCommandState::unset;
  std::vector<Obstacle> obstacles;  // of a broken one
  Missing unknown;                  // of a usable or unseen one
  bool program_absent = false;      // a package was removed and its line left: noise beside files of keys
};

// `keyword` is authorizedkeyscommand or authorizedprincipalscommand.
[[nodiscard]] KeysCommand keys_command(const KeyContext& context, std::string_view keyword);

}  // namespace reentry
