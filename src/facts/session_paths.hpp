// The paths that a session leans on, as collectors must ask for them and gates look them up.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/host_path.hpp"
#include "facts/accounts.hpp"

namespace reentry {

// ChrootDirectory with `~`, %h, %u, %U and %% put in (session.c:do_setusercontext). Nothing for a token that
// sshd does not know there.
[[nodiscard]] std::optional<std::string> expand_chroot(std::string_view pattern, const PasswdEntry& user,
                                                       const AccountFacts& accounts);

// Every directory from `/` down to `path`, `path` itself last, as session.c:safely_chroot looks at them.
[[nodiscard]] std::vector<HostPath> chroot_components(std::string_view path);

// `path` as seen from inside a chroot, seen from outside.
[[nodiscard]] HostPath inside(const std::optional<std::string>& chroot, std::string_view path);

// The path of an account's shell as the session runs it: /bin/sh for an empty field, a relative one below the
// home, which is the working directory by then (session.c:do_child).
[[nodiscard]] std::string session_shell(const PasswdEntry& user);

// The program of a command line that a shell will run, where it can be told: an absolute path as first word,
// no variable or substitution in it. Empty otherwise.
[[nodiscard]] std::string absolute_program(std::string_view command);

// Whether a command line is sshd's own sftp server (session.c: the word internal-sftp).
[[nodiscard]] bool is_internal_sftp(std::string_view command);

}  // namespace reentry
