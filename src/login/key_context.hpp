// What every judge of a key works on: one login, its account, and what could not be decided so far.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "facts/accounts.hpp"
#include "facts/authorized_keys.hpp"
#include "facts/key_paths.hpp"
#include "login/gates.hpp"
#include "login/key_verdict.hpp"
#include "login/trace.hpp"

namespace reentry {

// Obstacles and gaps of one source of keys, and the way in where there is one.
struct KeyOutcome {
  std::vector<Obstacle> obstacles;
  std::vector<Missing> unknown;
  std::optional<AcceptedKey> accepted;

  // Accepts if nothing stands in the way and nothing is unknown.
  [[nodiscard]] bool lets_in() const { return accepted && obstacles.empty() && unknown.empty(); }
  [[nodiscard]] bool may_let_in() const { return accepted && obstacles.empty(); }
  void add(KeyOutcome other);
};

struct KeyContext {
  const GateInput& input;
  const PasswdEntry& user;
  Actor actor;           // as whom sshd opens the user's files
  const PathFact* home;  // nullptr: not collected

  [[nodiscard]] const Facts& facts() const { return input.facts; }
  [[nodiscard]] const AccountFacts& accounts() const { return input.facts.accounts; }
  [[nodiscard]] const SshBuild& build() const { return input.facts.ssh; }
  [[nodiscard]] const Setting& setting(std::string_view keyword) const { return input.connection[keyword]; }
};

// Nothing when the account is not in the files.
[[nodiscard]] std::optional<KeyContext> key_context(const GateInput& input);

// A fact that nobody collected or that we could not read ourselves.
[[nodiscard]] Missing missing_fact(const FileFact* fact, const HostPath& path);

// Whether the login's address may use an entry with this from= list; obstacles carry `cause`.
void judge_from(const KeyContext& context, const std::string& list, const Exhibit& at, KeyOutcome& out);

// expiry-time=, principals= on a plain key, from=: auth2-pubkeyfile.c:auth_authorise_keyopts. `ca_line`: the
// line may name a CA.
void judge_options(const KeyContext& context, const KeyOptions& options, bool ca_line, const Exhibit& at,
                   KeyOutcome& out);

}  // namespace reentry
