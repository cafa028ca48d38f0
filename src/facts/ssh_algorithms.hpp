// The algorithm names of the SSH protocol as each OpenSSH version knows and offers them, and the lists that
// configurations make of them. Sources: OpenSSH myproposal.h, cipher.c, mac.c, kex.c, sshkey.c, servconf.c
// (assemble_algorithms), kex.c:kex_assemble_names.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "facts/ssh_build.hpp"

namespace reentry {

enum class AlgorithmKind {
  cipher,
  mac,
  kex,
  key,           // host keys, user keys and their signatures
  ca_signature,  // what a certificate authority may sign with
  gssapi_kex,
};

// All names of the kind that this sshd has code for, in its own order.
[[nodiscard]] std::vector<std::string_view> known_algorithms(AlgorithmKind kind, const SshBuild& build);
// What it offers when nothing is configured, best first.
[[nodiscard]] std::vector<std::string_view> default_algorithms(AlgorithmKind kind, const SshBuild& build);

// The first name in `spec` (with or without `+`, `-`, `^` in front) that makes sshd refuse the whole line, or
// nothing when it takes it. An empty name stands for an empty list.
[[nodiscard]] std::optional<std::string> refused_algorithm(AlgorithmKind kind, std::string_view spec,
                                                           const SshBuild& build);

// The list that `spec` makes, wildcards expanded. Nothing when sshd can make none of it and dies (an empty
// list, a `!` in front of a name).
[[nodiscard]] std::optional<std::vector<std::string>> assemble_algorithms(AlgorithmKind kind,
                                                                          std::string_view spec,
                                                                          const SshBuild& build);

}  // namespace reentry
