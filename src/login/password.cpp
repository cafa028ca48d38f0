// The right password, by the password method or by keyboard-interactive: auth2-passwd.c, auth-passwd.c,
// auth2-kbdint.c, auth-pam.c.
#include "base/shown.hpp"
#include "base/time.hpp"
#include "login/exhibits.hpp"
#include "login/gates.hpp"
#include "login/pam_gate.hpp"
#include "login/password_hash.hpp"
#include "login/ways_in.hpp"

namespace reentry {
namespace {

constexpr std::string_view kPasswordGate = "auth/password";

Gate methods_off(const GateInput& input) {
  const Setting& password = input.connection["passwordauthentication"];
  Gate gate =
      gate_of(kPasswordGate, GateResult::refuse,
              say("no method that takes a password is enabled", "パスワードを受け付ける認証方式が無効です"));
  Obstacle obstacle{Cause::auth_password_off,
                    config_exhibit(input.facts, password.at),
                    {},
                    {{"user", input.question.user}}};
  const Setting& keyboard = input.connection["kbdinteractiveauthentication"];
  if (!keyboard.at.is_default()) obstacle.evidence.push_back(config_exhibit(input.facts, keyboard.at));
  obstacle.details.emplace_back("password", password.first());
  obstacle.details.emplace_back("keyboard_interactive", keyboard_interactive_enabled(input) ? "yes" : "no");
  obstacle.details.emplace_back("use_pam", uses_pam(input) ? "yes" : "no");
  gate.obstacles.push_back(std::move(obstacle));
  return gate;
}

struct Hash {
  const ShadowEntry* entry = nullptr;
  const std::string* text = nullptr;
  std::optional<Missing> missing;
};

// auth.c, xcrypt.c:shadow_pw: shadow's hash where there is an entry, else field 2 of passwd. pam_unix
// (passverify.c:get_account_info) looks at shadow only where field 2 says so.
Hash hash_of(const GateInput& input, const PasswdEntry& user) {
  const AccountFacts& accounts = input.facts.accounts;
  const bool shadowed = user.password == "x" || user.password == "##" + user.name;
  if (uses_pam(input) && !shadowed) return {nullptr, &user.password, std::nullopt};
  if (!accounts.shadow && !accounts.shadow.is_absent()) return {nullptr, nullptr, accounts.shadow.missing()};
  const ShadowEntry* entry = accounts.nss_shadow.asks_files() ? accounts.shadow_of(user.name) : nullptr;
  if (entry == nullptr && accounts.nss_shadow.beyond_files()) {
    return {nullptr, nullptr,
            Missing{Why::offline, "/etc/nsswitch.conf", joined(accounts.nss_shadow.services)}};
  }
  return {entry, entry != nullptr ? &entry->hash : &user.password, std::nullopt};
}

// With UsePAM no the hash alone decides.
Gate by_hash(const GateInput& input, const PasswdEntry& user) {
  const Hash hash = hash_of(input, user);
  if (hash.missing) {
    return unknown_gate(
        kPasswordGate, {*hash.missing},
        say("the password's hash could not be read", "パスワードのハッシュを読めませんでした"));
  }
  const HashState state = state_of_hash(*hash.text, input.facts.pam.yescrypt);
  if (state == HashState::unknown) {
    return unknown_gate(kPasswordGate, {input.facts.pam.yescrypt.missing()},
                        say("whether libcrypt knows the hash could not be seen",
                            "libcrypt がこのハッシュに対応しているか確認できませんでした"));
  }
  Gate gate = gate_of(kPasswordGate, GateResult::pass,
                      say("the right password is taken", "正しいパスワードは受け付けられます"));
  if (auto obstacle = hash_obstacle(user, hash.entry, state, input.connection.yes("permitemptypasswords"))) {
    gate.detail = say("no password matches the account's hash",
                      "このアカウントのハッシュに一致するパスワードはありません");
    gate.obstacles.push_back(std::move(*obstacle));
    gate.result = GateResult::refuse;
  }
  return gate;
}

// An empty password is refused before PAM is asked, by both methods (PAM_DISALLOW_NULL_AUTHTOK).
std::optional<Obstacle> empty_password(const GateInput& input, const PasswdEntry& user) {
  const Hash hash = hash_of(input, user);
  if (hash.missing || !hash.text->empty() || input.connection.yes("permitemptypasswords"))
    return std::nullopt;
  return hash_obstacle(user, hash.entry, HashState::empty, false);
}

}  // namespace

bool needs_no_credential(const GateInput& input) {
  const PasswdEntry* user = input.facts.accounts.user(input.question.user);
  if (user == nullptr || methods_are_bound(input)) return false;
  for (const char* keyword : {"permitemptypasswords", "passwordauthentication"}) {
    if (input.connection[keyword].uncertain || !input.connection.yes(keyword)) return false;
  }
  const Setting& root = input.connection["permitrootlogin"];
  if (user->uid == 0 && (root.uncertain || root.first() != "yes")) return false;
  const Hash hash = hash_of(input, *user);
  return !hash.missing && hash.text->empty() && password_gate(input).result == GateResult::pass;
}

Gate password_gate(const GateInput& input) {
  const PasswdEntry* user = input.facts.accounts.user(input.question.user);
  if (user == nullptr) return gate_of(kPasswordGate, GateResult::skipped);
  const Setting& setting = input.connection["passwordauthentication"];
  const bool pam = uses_pam(input);
  // Without PAM keyboard-interactive is offered, but nothing stands behind it.
  const bool enabled = password_enabled(input) || (pam && keyboard_interactive_enabled(input));
  if (setting.uncertain || input.connection["kbdinteractiveauthentication"].uncertain) {
    return unknown_gate(kPasswordGate, {{Why::not_asked, setting.at.file, "Match"}},
                        say("a Match block that can't be decided sets the methods",
                            "判定できない Match ブロックが認証方式を設定しています"));
  }
  Gate off = enabled ? Gate{} : methods_off(input);
  Gate gate;
  if (!pam) {
    gate = by_hash(input, *user);
  } else if (std::optional<Gate> broken = pam_service_gate(input, kPasswordGate)) {
    gate = std::move(*broken);
  } else {
    gate = gate_of_stack(input, kPasswordGate, judge_pam({input, *user, PamCall::authenticate}));
    if (gate.result == GateResult::pass) {
      if (auto obstacle = empty_password(input, *user)) {
        gate.obstacles.push_back(std::move(*obstacle));
        gate.result = GateResult::refuse;
        gate.detail = say("the password is empty, and empty passwords are refused",
                          "パスワードが空であり、空のパスワードは拒否されます");
      } else {
        gate.detail = say("the right password is taken", "正しいパスワードは受け付けられます");
      }
    }
  }
  if (enabled) return gate;
  // What keeps the password out behind the switched-off method is told as well.
  off.obstacles.insert(off.obstacles.end(), std::make_move_iterator(gate.obstacles.begin()),
                       std::make_move_iterator(gate.obstacles.end()));
  return off;
}

}  // namespace reentry
