// Whether PAM takes the account that has proved itself: auth-pam.c:do_pam_account, for every method.
#include "base/shown.hpp"
#include "base/time.hpp"
#include "login/exhibits.hpp"
#include "login/gates.hpp"
#include "login/pam_gate.hpp"

namespace reentry {
namespace {

constexpr std::string_view kPamGate = "account/pam";

// sshd lets such a login in and demands a new password at once; a command without a terminal ends with
// `Password change required but no TTY available.` (session.c:do_pwchange, do_exec).
Gate change_required_gate(const PasswdEntry& user, std::vector<Obstacle> reasons) {
  Gate gate = gate_of(
      kPamGate, GateResult::refuse,
      say("{} must change the password first, which a session without a terminal can't",
          "{} は先にパスワードの変更が必要です。端末のないセッションでは変更できません", shown(user.name)));
  gate.obstacles = std::move(reasons);
  if (gate.obstacles.empty()) {
    gate.obstacles.push_back(
        {Cause::account_password_change_required, passwd_exhibit(user), {}, {{"user", user.name}}});
  }
  return gate;
}

// auth-shadow.c:auth_shadow_pwexpired: with UsePAM no sshd looks at the age itself, and only after a
// password.
Gate gate_without_pam(const GateInput& input, const PasswdEntry& user) {
  const AccountFacts& accounts = input.facts.accounts;
  const ShadowEntry* entry = accounts.nss_shadow.asks_files() ? accounts.shadow_of(user.name) : nullptr;
  if (input.question.kind != CredentialKind::password || entry == nullptr || !entry->last_change) {
    return gate_of(kPamGate, GateResult::skipped, say("UsePAM no", "UsePAM no"));
  }
  const std::int64_t today = input.facts.now / kSecondsPerDay;
  const bool forced = *entry->last_change == 0;
  const bool aged = !forced && entry->max_days && *entry->last_change + *entry->max_days < today;
  if (!forced && !aged) return gate_of(kPamGate, GateResult::skipped, say("UsePAM no", "UsePAM no"));
  Obstacle obstacle{Cause::account_password_change_required,
                    shadow_exhibit(*entry),
                    {},
                    {{"user", user.name}, {"forced", forced ? "yes" : "no"}, {"use_pam", "no"}}};
  return change_required_gate(user, {std::move(obstacle)});
}

}  // namespace

std::vector<Gate> account_gates(const GateInput& input) {
  const PasswdEntry* user = input.facts.accounts.user(input.question.user);
  if (user == nullptr) return {};
  if (!uses_pam(input)) return {gate_without_pam(input, *user)};
  if (std::optional<Gate> broken = pam_service_gate(input, kPamGate)) return {std::move(*broken)};
  PamJudgement judgement = judge_pam({input, *user, PamCall::account});
  if (judgement.result == GateResult::pass && judgement.change_required) {
    return {change_required_gate(*user, std::move(judgement.change_reasons))};
  }
  Gate gate = gate_of_stack(input, kPamGate, judgement);
  if (gate.result == GateResult::pass) {
    gate.detail = say("PAM takes the account", "PAM はこのアカウントを受け入れます");
  }
  return {std::move(gate)};
}

}  // namespace reentry
