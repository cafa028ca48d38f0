// Which methods and keys the server takes for the user, and what becomes of a session: as the client sees it.
#include <algorithm>
#include <array>

#include "base/shown.hpp"
#include "login/exhibits.hpp"
#include "login/walk.hpp"

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

bool has_any(std::string_view text, std::initializer_list<std::string_view> parts) {
  return std::any_of(parts.begin(), parts.end(),
                     [text](std::string_view part) { return text.find(part) != std::string_view::npos; });
}

std::string user_of(const WalkFacts& facts) {
  return facts.client.settings ? facts.client.settings->user() : std::string();
}

std::string name_of(const AskedKey& asked) {
  return asked.key.fingerprint() + (asked.path.empty() ? "" : " (" + asked.path + ")");
}

std::string list_of(const std::vector<std::string>& methods) {
  std::string out;
  for (const std::string& method : methods) out += (out.empty() ? "" : ",") + method;
  return out;
}

Exhibit message(const WalkFacts& facts, std::string text) {
  return {"probe", user_of(facts) + "@" + facts.lookup.name, 0, std::move(text)};
}

void add_candidates(Gate& gate, const Exhibit& at, std::initializer_list<Cause> causes) {
  for (const Cause cause : causes) gate.obstacles.push_back(candidate(cause, at));
}

// The account that a cloud image's forced command names: `Please login as the user "ubuntu" rather than the
// user "root".` (cloud-init, disable_root_opts).
std::string named_account(std::string_view said) {
  constexpr std::string_view kWords = "login as the user \"";
  const std::size_t at = said.find(kWords);
  if (at == std::string_view::npos) return {};
  const std::string_view rest = said.substr(at + kWords.size());
  return std::string(rest.substr(0, rest.find('"')));
}

Gate methods_gate(const WalkFacts& facts) {
  const ProbeReply& reply = *facts.reply;
  const AuthReply& auth = reply.auth;
  Gate gate = gate_of("auth/methods", GateResult::pass);
  if (auth.none_accepted) {
    gate.detail = say("the server lets {} in without any proof", "サーバーは認証なしで {} を受け入れます",
                      shown(user_of(facts)));
    return gate;
  }
  if (!auth.methods_known) {
    gate.result = GateResult::refuse;
    const std::string words = reply.disconnect ? reply.disconnect->text : std::string("no list of methods");
    gate.detail = say("no method was named: {}", "認証方式が示されませんでした: {}", shown(words));
    add_candidates(gate, message(facts, words),
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
        {Cause::auth_no_method_enabled, message(facts, "Permission denied ()."), {}, {}});
  } else if (!offers(auth, "publickey") && !facts.asked.empty()) {
    gate.obstacles.push_back(candidate(Cause::auth_pubkey_off,
                                       message(facts, "Permission denied (" + list_of(auth.methods) + ").")));
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
          {Cause::client_no_keys, message(facts_, "Permission denied (publickey)."), {}, {}});
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
           message(facts_, name_of(key)),
           {},
           {{"before", std::to_string(before)}, {"path", key.path}, {"key", name_of(key)}},
           false});
      return std::move(gate_);
    }
    if (auth_.login == LoginAnswer::not_tried && !key.can_sign) {
      gate_.obstacles.push_back(candidate(Cause::client_key_encrypted, {"file", key.path, 0, "passphrase"}));
      gate_.obstacles.back().details.emplace_back("path", key.path);
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
      gate_.obstacles.push_back({Cause::auth_methods_need_more,
                                 message(facts_, "Authenticated using \"publickey\" with partial success."),
                                 {},
                                 {}});
    } else if (auth_.login == LoginAnswer::signer_refused) {
      gate_.result = GateResult::refuse;
      gate_.detail = say("{} is right, but nobody signs with it here", "{} は正しいですが、署名できません",
                         shown(name_of(key)));
      gate_.obstacles.push_back(
          {Cause::client_agent_refuses, message(facts_, "agent refused operation"), {}, {}});
    } else if (auth_.login == LoginAnswer::refused || auth_.login == LoginAnswer::waiting) {
      gate_.result = GateResult::refuse;
      std::string words = reply.disconnect ? reply.disconnect->text : std::string("Connection closed");
      if (!auth_.banner.empty()) words = auth_.banner;
      gate_.detail =
          say("{} is right, and then the account is refused: {}",
              "{} は正しいですが、その後アカウントが拒否されます: {}", shown(name_of(key)), shown(words));
      // What PAM's modules tell the client themselves.
      if (has_any(words, {"account has expired"}))
        add_candidates(gate_, message(facts_, words), {Cause::account_expired});
      if (has_any(words, {"System is booting up", "System is going down"}))
        add_candidates(gate_, message(facts_, words), {Cause::account_nologin});
      add_candidates(
          gate_, message(facts_, words),
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
                       shown(user_of(facts_)));
    if (cut || too_many) {
      gate_.obstacles.push_back({Cause::client_too_many_keys,
                                 message(facts_, too_many ? reply.disconnect->text : denied),
                                 {},
                                 {{"before", std::to_string(count_refused())}},
                                 false});
    }
    if (no_algorithm())
      gate_.obstacles.push_back(candidate(Cause::auth_key_algorithm_refused, message(facts_, denied)));
    const std::string other = named_account(auth_.banner);
    if (!other.empty()) {
      gate_.obstacles.push_back(
          {Cause::auth_other_account, message(facts_, auth_.banner), {}, {{"account", other}}});
    }
    suspects(message(facts_, denied));
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
    if (user_of(facts_) == "root") add_candidates(gate_, at, {Cause::auth_root_login});
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

const ChannelReply* channel_for(const SessionReply& session, ChannelPurpose purpose) {
  for (const ChannelReply& one : session.channels) {
    if (one.purpose == purpose) return &one;
  }
  return nullptr;
}

class SessionWalk {
 public:
  explicit SessionWalk(const WalkFacts& facts)
      : facts_(facts), gate_(gate_of("session/open", GateResult::pass)) {}

  Gate judge() {
    const SessionReply& session = facts_.reply->session;
    if (const ChannelReply* one = channel_for(session, ChannelPurpose::command)) command(*one);
    if (const ChannelReply* one = channel_for(session, ChannelPurpose::sftp);
        one != nullptr && gate_.obstacles.empty())
      sftp(*one);
    if (const ChannelReply* one = channel_for(session, ChannelPurpose::shell);
        one != nullptr && gate_.obstacles.empty())
      shell(*one);
    if (gate_.obstacles.empty())
      gate_.detail = say("a session opens and ends as it should", "セッションを開始・終了できました");
    return std::move(gate_);
  }

 private:
  void refuse(Text detail, std::string seen, std::initializer_list<Cause> causes) {
    gate_.result = GateResult::refuse;
    gate_.detail = std::move(detail);
    add_candidates(gate_, message(facts_, std::move(seen)), causes);
  }

  void command(const ChannelReply& one) {
    const std::string said = one.out + one.err;
    if (one.state == ChannelState::open_failed) {
      return refuse(say("no channel is opened: {}", "チャネルを開けません: {}", shown(one.failure_text)),
                    one.failure_text, {Cause::session_max_sessions_zero});
    }
    if (one.state == ChannelState::request_failed) {
      return refuse(say("a channel opens, but no command may be run in it",
                        "チャネルは開きますが、コマンドを実行できません"),
                    "exec request failed on channel 0",
                    {Cause::session_limits, Cause::session_forced_command});
    }
    if (one.state != ChannelState::ended && one.state != ChannelState::running) {
      return refuse(
          say("logged in, and hung up before a session began",
              "ログイン直後、セッション開始前に切断されました"),
          "Connection closed by remote host",
          {Cause::session_pam_denies, Cause::session_chroot_ownership, Cause::session_chroot_missing,
           Cause::session_limits, Cause::session_nologin_file, Cause::session_pam_module_missing,
           Cause::service_session_binary_missing, Cause::system_file_system_full, Cause::system_read_only,
           Cause::system_task_limit, Cause::account_password_change_required});
    }
    if (one.exit_status.value_or(0) == 0 && one.exit_signal.empty()) return;
    ended_badly(one, said);
  }

  void ended_badly(const ChannelReply& one, const std::string& said) {
    const std::string status = one.exit_signal.empty() ? "exit status " + std::to_string(*one.exit_status)
                                                       : "signal " + one.exit_signal;
    const Text detail =
        say("`true` ended with {}: {}", "`true` が {} で終了しました: {}", status, shown(said));
    const std::string other = named_account(said);
    if (!other.empty()) {
      gate_.result = GateResult::refuse;
      gate_.detail = detail;
      gate_.obstacles.push_back({Cause::auth_other_account, message(facts_, said), {}, {{"account", other}}});
    } else if (said.find("currently not available") != std::string::npos) {
      refuse(detail, said, {Cause::session_nologin_shell});
    } else if (has_any(said, {"assword has expired", "assword change required", "hange your password"})) {
      refuse(detail, said, {Cause::account_password_change_required});
    } else if (said.find("sftp connections only") != std::string::npos) {
      refuse(detail, said, {Cause::session_forced_command});
    } else if (one.exit_status == 254U || said.find("too many logins") != std::string::npos) {
      refuse(detail, said, {Cause::session_limits, Cause::session_pam_denies});
    } else if (one.exit_status == 1U && said.empty()) {
      refuse(detail, status,
             {Cause::session_nologin_shell, Cause::session_shell_fails, Cause::session_forced_command,
              Cause::session_user_rc, Cause::account_password_change_required, Cause::session_nologin_file,
              Cause::session_chroot_no_shell, Cause::system_task_limit});
    } else {
      refuse(detail, said.empty() ? status : said,
             {Cause::session_shell_fails, Cause::session_forced_command_fails, Cause::session_forced_command,
              Cause::session_user_rc, Cause::session_chroot_no_shell, Cause::session_nologin_shell,
              Cause::session_nologin_file, Cause::session_pam_denies, Cause::session_pam_module_missing,
              Cause::session_limits, Cause::account_password_change_required, Cause::system_file_system_full,
              Cause::system_read_only, Cause::system_task_limit});
    }
  }

  void sftp(const ChannelReply& one) {
    if (one.sftp_version) return;
    Obstacle obstacle = candidate(Cause::session_sftp_subsystem, message(facts_, "subsystem request failed"));
    if (one.sftp_length) {
      obstacle = candidate(Cause::session_noisy_startup,
                           message(facts_, "Received message too long " + std::to_string(*one.sftp_length)));
      obstacle.certain = true;
      obstacle.details.emplace_back("text", one.out);
    }
    gate_.obstacles.push_back(std::move(obstacle));
    gate_.detail = say("a session opens, sftp does not", "セッションは開きますが、sftp は使えません");
  }

  void shell(const ChannelReply& one) {
    if (one.state != ChannelState::ended || one.exit_status.value_or(0) == 0) return;
    gate_.detail =
        say("commands run, a shell ends at once", "コマンドは実行できますが、シェルがすぐに終了します");
    gate_.obstacles.push_back(candidate(Cause::session_shell_fails, message(facts_, one.out + one.err)));
    gate_.result = GateResult::refuse;
  }

  const WalkFacts& facts_;
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
  if (facts.reply->auth.login == LoginAnswer::accepted) gates.push_back(SessionWalk(facts).judge());
  return gates;
}

}  // namespace reentry
