// The one question that reentry answers: may this user, with this credential, from there, log in?
#pragma once

#include <optional>
#include <string>

#include "facts/public_key.hpp"

namespace reentry {

enum class CredentialKind {
  any,       // whatever the account has: each authorized key, then the password
  key,       // one key (or certificate)
  password,  // the right password, whatever it is
};

struct LoginQuestion {
  std::string user;
  CredentialKind kind = CredentialKind::any;
  std::optional<PublicKey> key;     // for `key`; a certificate carries its own
  std::optional<std::string> from;  // the source address as text; nothing: not said
  std::optional<int> port;          // the TCP port that is dialled; nothing: not said
  bool asked = false;               // a person named this user; else it is one of the host's own logins

  // As reports name it: the key's SHA256 fingerprint, `password` or `any`.
  [[nodiscard]] std::string credential() const;
};

}  // namespace reentry
