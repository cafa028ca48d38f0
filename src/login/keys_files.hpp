// The files of keys that sshd opens for an account, and what stands in the way of opening them
// (auth2-pubkey.c:user_key_allowed, auth2-pubkeyfile.c:auth_openfile).
#pragma once

#include <string>
#include <vector>

#include "facts/authorized_keys.hpp"
#include "facts/key_paths.hpp"
#include "login/key_context.hpp"

namespace reentry {

enum class KeysFileState {
  unset,    // `none`
  fatal,    // sshd's monitor dies when it comes to this entry
  missing,  // ENOENT
  present,  // it is there; obstacles say whether sshd opens it
  unseen,   // we don't know: unknown says why
};

struct KeysFile {
  KeyPath name;
  KeysFileState state = KeysFileState::unseen;
  const FileFact* fact = nullptr;
  std::vector<Obstacle> obstacles;  // of the path, in the order in which they must be mended
  std::vector<Missing> unknown;
  AuthorizedKeys keys;  // of a present file whose bytes we could read

  [[nodiscard]] bool opens() const {
    return state == KeysFileState::present && obstacles.empty() && unknown.empty();
  }
  [[nodiscard]] const std::string& path() const { return name.path.str(); }
};

// How sshd opens one file as the user: closed directories, read permission, type, StrictModes. Nothing is
// parsed. Also for AuthorizedPrincipalsFile, which is opened in the same way.
[[nodiscard]] KeysFile open_as_user(const KeyContext& context, KeyPath name);

// What StrictModes would say of the directories above a file that is not there, were it made as the user's.
[[nodiscard]] std::vector<Obstacle> unsafe_above(const KeyContext& context, const KeysFile& missing);

// Every AuthorizedKeysFile entry in effect for this login, in order, parsed.
[[nodiscard]] std::vector<KeysFile> keys_files(const KeyContext& context);

// The cause that a line's damage belongs to.
[[nodiscard]] Cause cause_of(LineDamage damage);
// The obstacle of a dead line: details damage, error, last_line, fingerprint, mended (the line as it should
// be).
[[nodiscard]] Obstacle damaged_line(const KeysFile& file, const AuthorizedLine& line);
[[nodiscard]] Exhibit line_exhibit(const KeysFile& file, const AuthorizedLine& line);

}  // namespace reentry
