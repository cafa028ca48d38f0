// Which methods and keys the server takes for the user, and what becomes of a session: as the client sees it.
#include <algorithm>
#include <array>

#include "base/shown.hpp"
#include "login/exhibits.hpp"
#include "login/walk.hpp"
#include "login/walk_words.hpp"

namespace reentry {
namespace {

// What sshd's MaxAuthTries is where nobody has changed it (servconf.c).
constexpr std::size_t kUsualTries = 6;

bool offers(const AuthReply& auth, std::string_view method) {
  return std::find(auth.methods.begin(), auth.methods.end(), method) != auth.methods.end();
}
// Whether ssh would go on to ask its person for something (sshconnect2.c:authmethod_get).
bool asks_a_person(const WalkFacts& facts) {
  const SshClientSettings& settings = *facts.client.settings;
  if (settings.batch_mode()) return false;
  const std::vector<std::string> preferred = settings.preferred_authentications();
  const auto would = [&](const char* method, bool enabled) {
    const bool wanted =
        preferred.empty() || std::find(preferred.begin(), preferred.end(), method) != preferred.end();
    return enabled && wanted && offers(facts.reply->auth, method);
  };
  return would("password", settings.password_authentication()) ||
         would("keyboard-interactive", settings.kbd_interactive_authentication());
}

std::string name_of(const AskedKey& asked) {
  return asked.key.fingerprint() + (asked.path.empty() ? "" : " (" + asked.path + ")");
}

std::string list_of(const std::vector<std::string>& methods) {
  std::string out;
  for (const std::string& method : methods) out += (out.empty() ? "" : ",") + method;
  return out;
}

Gate methods_gate(const WalkFacts& facts) {
  const ProbeReply& reply = *facts.reply;
  const AuthReply& auth = reply.auth;
  Gate gate = gate_of("auth/methods", GateResult::pass);
  if (auth.none_accepted) {
    gate.detail = say("the server lets {} in without any proof", "サーバーは認証なしで {} を受け入れます",
                      shown(walk_user(facts)));
    return gate;
  }
  if (!auth.methods_known) {
    gate.result = GateResult::refuse;
    const std::string words = reply.disconnect ? reply.disconnect->text : std::string("no list of methods");
    gate.detail = say("no method was named: {}", "認証方式が示されませんでした: {}", shown(words));
    add_candidates(gate, walk_exhibit(facts, words),
                   {Cause::auth_connection_refused_by_config, Cause::auth_login_grace_time,
                    Cause::account_pam_stack_broken, Cause::account_pam_service_missing,
                    Cause::account_pam_module_missing, Cause::auth_max_tries_zero,
                    Cause::service_session_binary_missing, Cause::system_task_limit});
    return gate;
  }
  gate.detail = say("the server takes {}", "サーバーが受け付ける認証方式: {}", shown(list_of(auth.methods)));
  if (auth.methods.empty()) {
    gate.result = GateResult::refuse;
    gate.obstacles.push_back(
        {Cause::auth_no_method_enabled, walk_exhibit(facts, "Permission denied ()."), {}, {}});
  } else if (!offers(auth, "publickey") && !facts.asked.empty()) {
    add_candidates(gate, walk_exhibit(facts, "Permission denied (" + list_of(auth.methods) + ")."),
                   {Cause::auth_pubkey_off, Cause::auth_methods_need_more});
    if (!asks_a_person(facts)) gate.result = GateResult::refuse;
  }
  return gate;
}

class Keys {
 public:
  explicit Keys(const WalkFacts& facts, const Gate* identities)
      : facts_(facts),
        auth_(facts.reply->auth),
        identities_(identities),
        gate_(gate_of("auth/keys", GateResult::pass)) {}

  Gate judge() {
    if (auth_.none_accepted) return gate_of("auth/keys", GateResult::skipped);
    if (!offers(auth_, "publickey")) return only_person();
    if (facts_.asked.empty()) return nothing_to_offer();
    const std::size_t good = first(KeyAnswer::accepted);
    if (good < facts_.asked.size()) return accepted(good);
    return refused();
  }

 private:
  [[nodiscard]] std::size_t first(KeyAnswer answer) const {
    std::size_t i = 0;
    while (i < auth_.keys.size() && auth_.keys[i].answer != answer) ++i;
    return i < auth_.keys.size() ? i : facts_.asked.size();
  }

  Gate only_person() {
    return unknown_gate("auth/keys", {{Why::not_asked, "password", "reentry never sends one"}},
                        say("only a person's answer could tell: {}", "対話による認証が必要です: {}",
                            shown(list_of(auth_.methods))));
  }

  Gate nothing_to_offer() {
    if (identities_ != nullptr) gate_.obstacles = identities_->obstacles;
    const bool has_named = !gate_.obstacles.empty();
    if (!has_named) {
      gate_.obstacles.push_back(
          {Cause::client_no_keys, walk_exhibit(facts_, "Permission denied (publickey)."), {}, {}});
    }
    if (asks_a_person(facts_)) {
      gate_.detail = say("no key to offer; a password would be asked for",
                         "提示できる鍵がないため、パスワードを求められます");
      gate_.result = GateResult::unknown;
      gate_.unknown.push_back({Why::not_asked, "password", "reentry never sends one"});
      return std::move(gate_);
    }
    gate_.result = GateResult::refuse;
    gate_.detail = say("the server wants a key, and there is none to offer",
                       "サーバーは鍵を要求しますが、提示できる鍵がありません");
    return std::move(gate_);
  }

  Gate accepted(std::size_t good) {
    const AskedKey& key = facts_.asked[good];
    gate_.detail = say("the server accepts {}", "サーバーは {} を受け入れます", shown(name_of(key)));
    std::size_t before = 0;
    for (std::size_t i = 0; i < auth_.keys.size(); ++i) {
      const bool earlier = facts_.asked[i].place < key.place;
      before += earlier && auth_.keys[i].answer != KeyAnswer::accepted ? 1 : 0;
    }
    if (before >= kUsualTries) {
      gate_.result = GateResult::refuse;
      gate_.obstacles.push_back(
          {Cause::client_too_many_keys,
           walk_exhibit(facts_, name_of(key)),
           {},
           {{"before", std::to_string(before)}, {"path", key.path}, {"key", name_of(key)}},
           false});
      return std::move(gate_);
    }
    if (auth_.login == LoginAnswer::not_tried && !key.can_sign) {
      gate_.obstacles.push_back(candidate(Cause::client_key_encrypted, {"file", key.path, 0, "passphrase"}));
      gate_.obstacles.back().details.emplace_back("path", key.path);
      // Nobody is asked for the passphrase.
      if (facts_.client.settings->batch_mode()) gate_.result = GateResult::refuse;
    }
    after_signing(key);
    return std::move(gate_);
  }

  void after_signing(const AskedKey& key) {
    const ProbeReply& reply = *facts_.reply;
    if (auth_.login == LoginAnswer::partial) {
      gate_.result = GateResult::refuse;
      gate_.detail =
          say("{} is right, and the server wants more: {}", "{} は正しいですが、追加の認証が必要です: {}",
              shown(name_of(key)), shown(list_of(auth_.login_methods)));
      gate_.obstacles.push_back(
          {Cause::auth_methods_need_more,
           walk_exhibit(facts_, "Authenticated using \"publickey\" with partial success."),
           {},
           {}});
    } else if (auth_.login == LoginAnswer::signer_refused) {
      gate_.result = GateResult::refuse;
      gate_.detail = say("{} is right, but nobody signs with it here", "{} は正しいですが、署名できません",
                         shown(name_of(key)));
      gate_.obstacles.push_back(
          {Cause::client_agent_refuses, walk_exhibit(facts_, "agent refused operation"), {}, {}});
    } else if (auth_.login == LoginAnswer::refused || auth_.login == LoginAnswer::waiting) {
      gate_.result = GateResult::refuse;
      std::string words = reply.disconnect ? reply.disconnect->text : std::string("Connection closed");
      if (!auth_.banner.empty()) words = auth_.banner;
      gate_.detail =
          say("{} is right, and then the account is refused: {}",
              "{} は正しいですが、その後アカウントが拒否されます: {}", shown(name_of(key)), shown(words));
      // What PAM's modules tell the client themselves.
      if (says_any(words, {"account has expired"}))
        add_candidates(gate_, walk_exhibit(facts_, words), {Cause::account_expired});
      if (says_any(words, {"System is booting up", "System is going down"}))
        add_candidates(gate_, walk_exhibit(facts_, words), {Cause::account_nologin});
      add_candidates(
          gate_, walk_exhibit(facts_, words),
          {Cause::account_pam_denies, Cause::account_nologin, Cause::account_expired,
           Cause::account_password_expired_inactive, Cause::account_access_conf, Cause::account_time_conf,
           Cause::account_listfile, Cause::account_succeed_if, Cause::account_pam_shells,
           Cause::account_shadow_missing, Cause::account_pam_service_missing,
           Cause::account_pam_module_missing, Cause::account_pam_stack_broken, Cause::auth_root_login,
           Cause::auth_root_forced_commands_only});
    }
  }

  Gate refused() {
    const ProbeReply& reply = *facts_.reply;
    gate_.result = GateResult::refuse;
    const std::string denied = "Permission denied (" + list_of(auth_.methods) + ").";
    const bool cut = std::any_of(auth_.keys.begin(), auth_.keys.end(), [](const KeyReply& one) {
      return one.answer == KeyAnswer::not_asked && one.why == NotAsked::budget;
    });
    const bool too_many = reply.disconnect && reply.disconnect->text.find("Too many") != std::string::npos;
    gate_.detail = say("the server refuses each of the {} keys asked about for {}",
                       "サーバーは {1} に対する {0} 個の鍵をすべて拒否しました", count_refused(),
                       shown(walk_user(facts_)));
    if (cut || too_many) {
      gate_.obstacles.push_back({Cause::client_too_many_keys,
                                 walk_exhibit(facts_, too_many ? reply.disconnect->text : denied),
                                 {},
                                 {{"before", std::to_string(count_refused())}},
                                 false});
    }
    if (no_algorithm())
      gate_.obstacles.push_back(candidate(Cause::auth_key_algorithm_refused, walk_exhibit(facts_, denied)));
    const std::string other = named_account(auth_.banner);
    if (!other.empty()) {
      gate_.obstacles.push_back(
          {Cause::auth_other_account, walk_exhibit(facts_, auth_.banner), {}, {{"account", other}}});
    }
    suspects(walk_exhibit(facts_, denied));
    if (identities_ != nullptr) {
      // A key file that could not be used may be the one that opens the account.
      for (const Obstacle& one : identities_->obstacles) {
        gate_.obstacles.insert(gate_.obstacles.begin(), one);
        gate_.obstacles.front().certain = false;
      }
    }
    return std::move(gate_);
  }

  // Whatever makes sshd answer SSH_MSG_USERAUTH_FAILURE to a key, the commonest first.
  void suspects(const Exhibit& at) {
    if (walk_user(facts_) == "root") add_candidates(gate_, at, {Cause::auth_root_login});
    const bool certified = std::any_of(facts_.asked.begin(), facts_.asked.end(),
                                       [](const AskedKey& one) { return one.key.certificate.has_value(); });
    if (certified) {
      add_candidates(
          gate_, at,
          {Cause::auth_cert_expired, Cause::auth_cert_principal, Cause::auth_cert_untrusted,
           Cause::auth_cert_not_yet_valid, Cause::auth_cert_source_address, Cause::auth_cert_option});
    }
    add_candidates(gate_, at,
                   {Cause::auth_key_not_authorized,
                    Cause::auth_user_missing,
                    Cause::auth_not_in_allow_users,
                    Cause::auth_home_writable,
                    Cause::auth_ssh_dir_owner,
                    Cause::auth_ssh_dir_writable,
                    Cause::auth_keys_file_owner,
                    Cause::auth_keys_file_writable,
                    Cause::auth_keys_file_missing,
                    Cause::auth_not_in_allow_groups,
                    Cause::auth_deny_users,
                    Cause::auth_deny_groups,
                    Cause::auth_key_from_excludes,
                    Cause::auth_account_locked,
                    Cause::auth_key_line_damaged,
                    Cause::auth_keys_file_unreadable,
                    Cause::auth_ssh_dir_unreadable,
                    Cause::auth_home_missing,
                    Cause::auth_home_owner,
                    Cause::auth_keys_path_unsafe,
                    Cause::auth_keys_file_misnamed,
                    Cause::auth_keys_file_empty,
                    Cause::auth_keys_file_none,
                    Cause::auth_keys_file_token,
                    Cause::auth_keys_file_encoding,
                    Cause::auth_keys_file_foreign_format,
                    Cause::auth_keys_file_private_key,
                    Cause::auth_keys_file_not_regular,
                    Cause::auth_key_option_invalid,
                    Cause::auth_key_expired,
                    Cause::auth_key_algorithm_refused,
                    Cause::auth_rsa_key_too_short,
                    Cause::auth_key_revoked,
                    Cause::auth_revoked_keys_unreadable,
                    Cause::auth_shell_missing,
                    Cause::auth_shell_not_executable,
                    Cause::auth_account_expired_no_pam,
                    Cause::auth_keys_command_broken,
                    Cause::auth_selinux_label,
                    Cause::auth_selinux_home,
                    Cause::auth_user_unresolvable,
                    Cause::system_passwd_unreadable,
                    Cause::system_nsswitch,
                    Cause::service_config_not_loaded});
  }

  [[nodiscard]] std::size_t count_refused() const {
    return static_cast<std::size_t>(
        std::count_if(auth_.keys.begin(), auth_.keys.end(),
                      [](const KeyReply& one) { return one.answer == KeyAnswer::refused; }));
  }
  [[nodiscard]] bool no_algorithm() const {
    return std::any_of(auth_.keys.begin(), auth_.keys.end(), [](const KeyReply& one) {
      return one.why == NotAsked::no_algorithm && one.answer == KeyAnswer::not_asked;
    });
  }

  const WalkFacts& facts_;
  const AuthReply& auth_;
  const Gate* identities_;
  Gate gate_;
};

}  // namespace

std::vector<Gate> auth_walk(const WalkFacts& facts) {
  std::vector<Gate> gates;
  if (!facts.reply || !facts.reply->kex.finished || facts.authentications == 0) return gates;
  gates.push_back(methods_gate(facts));
  if (gates.back().result == GateResult::refuse) return gates;
  const std::vector<Gate> client = client_walk(facts);
  const auto identities = std::find_if(client.begin(), client.end(),
                                       [](const Gate& gate) { return gate.id == "client/identities"; });
  gates.push_back(Keys(facts, identities != client.end() ? &*identities : nullptr).judge());
  if (facts.reply->auth.login == LoginAnswer::accepted) gates.push_back(session_walk(facts));
  return gates;
}

}  // namespace reentry
