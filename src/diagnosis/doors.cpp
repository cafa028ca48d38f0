#include "diagnosis/doors.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "login/replay.hpp"

namespace reentry {
namespace {

constexpr std::array<std::string_view, 3> kAdministratorGroups = {"sudo", "wheel", "admin"};

// What an administrator decides about root's logins.
bool is_decision(Cause cause) {
  switch (cause) {
    case Cause::auth_root_login:
    case Cause::auth_root_forced_commands_only:
    case Cause::auth_deny_users:
    case Cause::auth_deny_groups:
    case Cause::auth_not_in_allow_users:
    case Cause::auth_not_in_allow_groups: return true;
    default: return false;
  }
}

// How a root looks that was never given a credential.
bool is_lack_of_credential(Cause cause) {
  switch (cause) {
    case Cause::auth_key_not_authorized:
    case Cause::auth_keys_file_missing:
    case Cause::auth_keys_file_empty:
    case Cause::auth_password_off:
    case Cause::auth_password_locked:
    case Cause::auth_password_empty: return true;
    default: return false;
  }
}

bool is_uid_0(const Facts& facts, const std::string& name) {
  const PasswdEntry* user = facts.accounts.user(name);
  return user != nullptr && user->uid == 0;
}

bool lets_in(const LoginTrace& trace) {
  return trace.outcome != Outcome::refused;
}

}  // namespace

std::vector<std::string> administrators(const Facts& facts) {
  std::vector<std::string> names;
  if (!facts.accounts.passwd) return names;
  for (const PasswdEntry& user : *facts.accounts.passwd) {
    bool found = user.uid == 0;
    for (const std::string_view group : kAdministratorGroups) {
      const GroupEntry* entry = found ? nullptr : facts.accounts.group_named(group);
      found = found || (entry != nullptr &&
                        (entry->gid == user.gid || std::find(entry->members.begin(), entry->members.end(),
                                                             user.name) != entry->members.end()));
    }
    if (found) names.push_back(user.name);
  }
  return names;
}

bool is_closed_on_purpose(const Facts& facts, const LoginTrace& trace) {
  if (trace.question.asked || trace.outcome != Outcome::refused || !is_uid_0(facts, trace.question.user))
    return false;
  bool lacks = false;
  bool other = false;
  for (const Gate& gate : trace.gates) {
    if (gate.result != GateResult::refuse) continue;
    for (const Obstacle& obstacle : gate.obstacles) {
      if (is_decision(obstacle.cause)) return true;
      if (gate.id != "auth/publickey" && gate.id != "auth/password" && gate.id != "auth/methods") continue;
      (is_lack_of_credential(obstacle.cause) ? lacks : other) = true;
    }
  }
  return lacks && !other;
}

bool no_way_in_left(const Facts& facts, const std::vector<LoginTrace>& traces, When when) {
  if (traces.empty() || std::any_of(traces.begin(), traces.end(), lets_in)) return false;
  std::vector<LoginQuestion> questions;
  for (const std::string& name : administrators(facts)) {
    const bool asked = std::any_of(traces.begin(), traces.end(), [&name](const LoginTrace& trace) {
      return trace.question.user == name && trace.question.kind == CredentialKind::any;
    });
    if (asked) continue;
    LoginQuestion question;
    question.user = name;
    question.from = traces.front().question.from;
    questions.push_back(std::move(question));
  }
  const std::vector<LoginTrace> others = replay(facts, questions, when);
  return std::none_of(others.begin(), others.end(), lets_in);
}

}  // namespace reentry
