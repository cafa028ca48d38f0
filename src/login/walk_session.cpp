// What becomes of a session once the server has let the client in.
#include <algorithm>

#include "base/shown.hpp"
#include "login/exhibits.hpp"
#include "login/walk.hpp"
#include "login/walk_words.hpp"

namespace reentry {
namespace {

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
    add_candidates(gate_, walk_exhibit(facts_, std::move(seen)), causes);
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
                    {Cause::session_limits, Cause::session_forced_command, Cause::system_task_limit});
    }
    if (one.state != ChannelState::ended && one.state != ChannelState::running) {
      // sshd says yes to the key and looks at root's login only then (monitor.c, auth_root_allowed).
      if (walk_user(facts_) == "root")
        add_candidates(gate_, walk_exhibit(facts_, "Connection closed by remote host"),
                       {Cause::auth_root_forced_commands_only, Cause::auth_root_login});
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
      gate_.obstacles.push_back(
          {Cause::auth_other_account, walk_exhibit(facts_, said), {}, {{"account", other}}});
    } else if (said.find("currently not available") != std::string::npos) {
      refuse(detail, said, {Cause::session_nologin_shell});
    } else if (says_any(said, {"assword has expired", "assword change required", "hange your password"})) {
      refuse(detail, said, {Cause::account_password_change_required});
    } else if (said.find("sftp connections only") != std::string::npos) {
      refuse(detail, said, {Cause::session_forced_command});
    } else if (one.exit_status == 254U || said.find("too many logins") != std::string::npos) {
      refuse(detail, said,
             {Cause::session_limits, Cause::session_pam_denies, Cause::session_pam_module_missing,
              Cause::session_nologin_file, Cause::system_file_system_full, Cause::system_read_only,
              Cause::system_task_limit});
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
    Obstacle obstacle =
        candidate(Cause::session_sftp_subsystem, walk_exhibit(facts_, "subsystem request failed"));
    if (one.sftp_length) {
      obstacle =
          candidate(Cause::session_noisy_startup,
                    walk_exhibit(facts_, "Received message too long " + std::to_string(*one.sftp_length)));
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
    gate_.obstacles.push_back(candidate(Cause::session_shell_fails, walk_exhibit(facts_, one.out + one.err)));
    gate_.result = GateResult::refuse;
  }

  const WalkFacts& facts_;
  Gate gate_;
};

}  // namespace

Gate session_walk(const WalkFacts& facts) {
  return SessionWalk(facts).judge();
}

}  // namespace reentry
