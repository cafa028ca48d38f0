// pam_unix: pam_unix_acct.c, passverify.c (get_account_info, check_shadow_expiry, verify_pwd_hash),
// support.c.
#include <algorithm>

#include "base/time.hpp"
#include "login/exhibits.hpp"
#include "login/pam_modules.hpp"
#include "login/password_hash.hpp"

namespace reentry::pam {
namespace {

constexpr PamVersion kAgeingRewritten{1, 6, 0};

Missing shadow_missing(const AccountFacts& accounts) {
  if (!accounts.shadow && !accounts.shadow.is_absent()) return accounts.shadow.missing();
  return {Why::offline, "/etc/nsswitch.conf", joined(accounts.nss_shadow.services)};
}

// Field 2 says that the hash stands in shadow: `x`, or `##name`.
bool is_shadowed(const PasswdEntry& user) {
  return user.password == "x" || user.password == "##" + user.name;
}

const BadLine* damaged_shadow_line(const AccountFacts& accounts, const std::string& name) {
  for (const BadLine& line : accounts.bad_shadow_lines) {
    if (line.text.compare(0, name.size() + 1, name + ":") == 0) return &line;
  }
  return nullptr;
}

// The shadow entry is wanted and there is none.
ModuleVerdict without_shadow(const PamQuestion& question, const PamHandler& handler) {
  const AccountFacts& accounts = question.input.facts.accounts;
  if ((!accounts.shadow && !accounts.shadow.is_absent()) || accounts.nss_shadow.beyond_files()) {
    return unknown(question.call, shadow_missing(accounts));
  }
  if (question.call == PamCall::account && has_argument(handler, "broken_shadow"))
    return answers(PamCode::success);
  Obstacle obstacle{Cause::account_shadow_missing,
                    {"file", "/etc/shadow", 0, {}},
                    {exhibit_of(handler)},
                    {{"user", question.user.name}}};
  if (const BadLine* line = damaged_shadow_line(accounts, question.user.name)) {
    obstacle.at.line = line->line;
    obstacle.details.emplace_back("why", line->why);
  } else if (!accounts.shadow) {
    obstacle.details.emplace_back("why", "no file");
  } else if (!accounts.nss_shadow.asks_files()) {
    obstacle.details.emplace_back("why", "nsswitch");
  }
  return denies(question.call == PamCall::account ? PamCode::authinfo_unavail : PamCode::auth_err,
                std::move(obstacle));
}

// check_shadow_expiry before 1.6.0: an empty last change counts as -1.
PamCode expiry_before_1_6(const ShadowEntry& entry, std::int64_t today) {
  const std::int64_t last = entry.last_change.value_or(-1);
  if (entry.expire_day && today >= *entry.expire_day) return PamCode::acct_expired;
  if (last == 0) return PamCode::new_authtok_reqd;
  if (today < last || !entry.max_days) return PamCode::success;
  const std::int64_t passed = today - last;
  if (entry.inactive_days && passed > *entry.max_days && passed > *entry.inactive_days &&
      passed > *entry.max_days + *entry.inactive_days) {
    return PamCode::authtok_expired;
  }
  return passed > *entry.max_days ? PamCode::new_authtok_reqd : PamCode::success;
}

// From 1.6.0 on: an empty last change switches ageing off, and the last day itself is already too late.
PamCode expiry_from_1_6(const ShadowEntry& entry, std::int64_t today) {
  if (entry.expire_day && *entry.expire_day >= 0 && today >= *entry.expire_day) return PamCode::acct_expired;
  if (!entry.last_change || *entry.last_change < 0) return PamCode::success;
  const std::int64_t last = *entry.last_change;
  if (last == 0) return PamCode::new_authtok_reqd;
  if (today < last || !entry.max_days || *entry.max_days < 0) return PamCode::success;
  const std::int64_t passed = today - last;
  if (entry.inactive_days && *entry.inactive_days >= 0 && passed >= *entry.max_days + *entry.inactive_days) {
    return PamCode::authtok_expired;
  }
  return passed >= *entry.max_days ? PamCode::new_authtok_reqd : PamCode::success;
}

Obstacle expiry_obstacle(const PamQuestion& question, const PamHandler& handler, const ShadowEntry& entry,
                         PamCode code) {
  Obstacle obstacle{
      Cause::account_expired, shadow_exhibit(entry), {exhibit_of(handler)}, {{"user", entry.name}}};
  const auto date = [](std::int64_t day) { return utc_date(day * kSecondsPerDay); };
  if (code == PamCode::acct_expired) {
    obstacle.details.emplace_back("expired", date(*entry.expire_day));
    return obstacle;
  }
  obstacle.cause = code == PamCode::authtok_expired ? Cause::account_password_expired_inactive
                                                    : Cause::account_password_change_required;
  obstacle.details.emplace_back("forced", entry.last_change == 0 ? "yes" : "no");
  if (entry.last_change && entry.max_days) {
    obstacle.details.emplace_back("changed", date(*entry.last_change));
    obstacle.details.emplace_back("max_days", std::to_string(*entry.max_days));
    if (entry.inactive_days)
      obstacle.details.emplace_back("inactive_days", std::to_string(*entry.inactive_days));
  }
  obstacle.details.emplace_back("today", date(question.input.facts.now / kSecondsPerDay));
  return obstacle;
}

ModuleVerdict judge_account(const PamQuestion& question, const PamHandler& handler) {
  const Facts& facts = question.input.facts;
  if (!is_shadowed(question.user)) return answers(PamCode::success);
  const ShadowEntry* entry =
      facts.accounts.nss_shadow.asks_files() ? facts.accounts.shadow_of(question.user.name) : nullptr;
  if (entry == nullptr) return without_shadow(question, handler);
  const std::int64_t today = facts.now / kSecondsPerDay;
  PamCode code = expiry_before_1_6(*entry, today);
  const PamCode newer = expiry_from_1_6(*entry, today);
  if (!facts.pam.version && code != newer) {
    return {{code, newer}, {}, {facts.pam.version.missing()}};
  }
  if (facts.pam.version && *facts.pam.version >= kAgeingRewritten) code = newer;
  const bool aged = code == PamCode::new_authtok_reqd || code == PamCode::authtok_expired;
  // A key login never asked pam_unix for a password, which is what this option looks at.
  if (aged && has_argument(handler, "no_pass_expiry") &&
      question.input.question.kind != CredentialKind::password) {
    return answers(PamCode::success);
  }
  if (code == PamCode::success) return answers(code);
  return denies(code, expiry_obstacle(question, handler, *entry, code));
}

ModuleVerdict judge_password(const PamQuestion& question, const PamHandler& handler) {
  const Facts& facts = question.input.facts;
  const ShadowEntry* entry = nullptr;
  if (is_shadowed(question.user)) {
    entry = facts.accounts.nss_shadow.asks_files() ? facts.accounts.shadow_of(question.user.name) : nullptr;
    if (entry == nullptr) return without_shadow(question, handler);
  }
  const bool empty_is_fine = (has_argument(handler, "nullok") || has_argument(handler, "nullok_secure")) &&
                             question.input.connection.yes("permitemptypasswords");
  return verdict_of_hash(question, entry, empty_is_fine);
}

}  // namespace

ModuleVerdict judge_unix(const PamQuestion& question, const PamHandler& handler) {
  switch (question.call) {
    case PamCall::authenticate: return judge_password(question, handler);
    case PamCall::account: return judge_account(question, handler);
    case PamCall::open_session: return answers(PamCode::success);
  }
  return answers(PamCode::success);
}

}  // namespace reentry::pam
