// Remedies for single lines of authorized_keys and for files in a form that sshd can't read.
#pragma once

#include <string>

#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"
#include "facts/public_key.hpp"

namespace reentry {

// `TYPE BASE64 COMMENT`.
[[nodiscard]] std::string key_line(const PublicKey& key);

// The damaged line at the locus as it was meant, in its place. Empty when it had options that can't be told
// for certain: a line without its from= would let in more than it was to.
[[nodiscard]] Steps mend_key_line(const SeenCase& it);
// The whole file as plain text with one key a line, whatever it was encoded in.
[[nodiscard]] Steps as_plain_text(const SeenCase& it);
// The key that was asked about, or nullptr when the login names none.
[[nodiscard]] const PublicKey* asked_key(const SeenCase& it);
// The account's key file gets the key as a new last line; directories and the file are made where they lack.
[[nodiscard]] Steps authorize(const SeenCase& it, const PublicKey& key, std::string_view path);
// The same where something else stands in the way of the file, or a file where its directory should be: that
// is kept under `NAME.old`.
[[nodiscard]] Steps authorize_aside(const SeenCase& it, const PublicKey& key, std::string_view path);
// What a person types for that.
[[nodiscard]] std::string authorize_command(const SeenCase& it, std::string_view path);

}  // namespace reentry
