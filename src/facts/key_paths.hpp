// Which files sshd reads for a user: AuthorizedKeysFile and AuthorizedPrincipalsFile with their tokens put in
// (auth.c:expand_authorized_keys, misc.c:percent_expand, misc.c:tilde_expand). Pure.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/host_path.hpp"
#include "facts/accounts.hpp"
#include "facts/path.hpp"
#include "facts/ssh_build.hpp"
#include "facts/sshd_config.hpp"

namespace reentry {

enum class KeyPathState {
  path,           // `path` is what sshd opens
  none,           // the word `none`: no file
  unknown_token,  // sshd's monitor dies on it: `token`
  too_long,       // longer than PATH_MAX after expansion: sshd dies
};

struct KeyPath {
  KeyPathState state = KeyPathState::path;
  std::string pattern;  // as configured
  HostPath path;
  std::string token;        // `%z`
  bool glob = false;        // from 10.0 on the path is a glob: it has wildcards and must be matched
  bool root_tilde = false;  // the `~` was taken for root's home although the user is not root
};

// One configured value for one account.
[[nodiscard]] KeyPath expand_key_path(std::string_view pattern, const PasswdEntry& user,
                                      const AccountFacts& accounts, const SshBuild& build);

// Every AuthorizedKeysFile value that any line of the configuration has, and the default where none sets it
// for every login: what a collector must read so that any Match variation can be judged.
[[nodiscard]] std::vector<std::string> all_keys_file_patterns(const SshdConfig& config);

// Names in ~/.ssh that people give to authorized_keys by mistake; `name` itself is not `authorized_keys` or
// `authorized_keys2`.
[[nodiscard]] bool is_misnamed_keys_file(std::string_view name);

// Directories in a home that people or other programs use in place of .ssh.
inline constexpr std::array<std::string_view, 5> kMisnamedKeyDirectories = {".ssh2", "ssh", ".SSH", "_ssh",
                                                                            ".shh"};

// Files below `home`, as names relative to it, that may hold keys although sshd may not read them: the usual
// names, and the near misses that a collector found. The store keeps of such a directory (~/.ssh and the
// names above), in place of a file's bytes, the near misses in it, one a line.
[[nodiscard]] std::vector<std::string> misnamed_candidates(const PathStore& paths, const HostPath& home);

}  // namespace reentry
