// Which of the host keys sshd can load (sshd.c:main, authfile.c:sshkey_perm_ok, sshkey_load_private).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "facts/facts.hpp"
#include "facts/sshd_config.hpp"
#include "login/trace.hpp"

namespace reentry {

enum class HostKeyState { usable, missing, too_open, damaged, unknown };

struct HostKeyVerdict {
  HostKeyState state = HostKeyState::unknown;
  std::string reason;  // English, one line, unless usable
  Missing missing;     // when unknown
};

// One key as this sshd would take it. A file that is both damaged and readable by others is damaged.
[[nodiscard]] HostKeyVerdict judge_host_key(const HostKeyFact& key, const Facts& facts,
                                            const EffectiveConfig& startup);

// The names under which a loaded key can be offered: `rsa-sha2-512`, `rsa-sha2-256` and `ssh-rsa` for RSA.
[[nodiscard]] std::vector<std::string> host_key_algorithms(std::string_view type);

// service/host-keys: at least one key must load.
[[nodiscard]] Gate host_keys_gate(const Facts& facts, const EffectiveConfig& startup);

}  // namespace reentry
