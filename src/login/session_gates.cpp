// What is between "Authenticated" and a running command: session.c, auth-pam.c:do_pam_session. The session
// asked about is `ssh HOST true`.
#include <algorithm>

#include "base/ascii_case.hpp"
#include "base/shown.hpp"
#include "facts/session_paths.hpp"
#include "login/exhibits.hpp"
#include "login/gates.hpp"
#include "login/key_verdict.hpp"
#include "login/labels.hpp"
#include "login/pam_gate.hpp"
#include "login/session_parts.hpp"

namespace reentry {
namespace {

// auth-pam.c:do_pam_session; a stack that fails ends the session with status 254.
Gate pam_gate(const GateInput& input, const PasswdEntry& user) {
  constexpr std::string_view kId = "session/pam";
  if (!uses_pam(input)) return gate_of(kId, GateResult::skipped, say("UsePAM no", "UsePAM no"));
  if (std::optional<Gate> broken = pam_service_gate(input, kId)) return std::move(*broken);
  Gate gate = gate_of_stack(input, kId, judge_pam({input, user, PamCall::open_session}));
  if (gate.result == GateResult::pass)
    gate.detail = say("PAM opens the session", "PAM がセッションを開きます");
  return gate;
}

// session.c:do_nologin; with PAM the modules decide instead. /etc/nologin alone, and never for root.
Gate nologin_gate(const GateInput& input, const PasswdEntry& user) {
  constexpr std::string_view kId = "session/nologin";
  if (uses_pam(input))
    return gate_of(kId, GateResult::skipped,
                   say("UsePAM yes: left to PAM", "UsePAM yes のため PAM が判断します"));
  if (user.uid == 0) return gate_of(kId, GateResult::pass);
  const HostPath path("/etc/nologin");
  const FileFact* file = input.facts.paths.find(path);
  if (file == nullptr || file->path.end == PathEnd::denied || file->path.end == PathEnd::failed) {
    const Missing missing = file == nullptr ? Missing{Why::not_asked, path.str(), {}} : file->path.missing();
    return unknown_gate(kId, {missing},
                        say("/etc/nologin could not be looked at", "/etc/nologin を確認できませんでした"));
  }
  if (!file->path.found()) return gate_of(kId, GateResult::pass);
  Gate gate = gate_of(kId, GateResult::refuse,
                      say("/etc/nologin exists: only root gets a session",
                          "/etc/nologin があるため root 以外はセッションを開けません"));
  gate.obstacles.push_back({Cause::session_nologin_file,
                            {"file", path.str(), 0, file->bytes ? line_of(*file->bytes, 1) : std::string()},
                            {},
                            {{"user", user.name}, {"file", path.str()}}});
  return gate;
}

// session.c:session_open: with MaxSessions 0 no channel is ever opened.
Gate channel_gate(const GateInput& input) {
  constexpr std::string_view kId = "session/channel";
  const Setting& setting = input.connection["maxsessions"];
  if (setting.uncertain || setting.first() != "0") return gate_of(kId, GateResult::pass);
  Gate gate =
      gate_of(kId, GateResult::refuse,
              say("MaxSessions 0: no session is ever opened", "MaxSessions 0 のためセッションを開けません"));
  gate.obstacles.push_back(
      {Cause::session_max_sessions_zero, config_exhibit(input.facts, setting.at), {}, {}});
  return gate;
}

// An external sftp-server is run through the user's shell; a wrong path is met by sftp and scp only.
Gate sftp_gate(const GateInput& input) {
  constexpr std::string_view kId = "session/sftp";
  Gate gate = gate_of(kId, GateResult::pass);
  const Setting& setting = input.connection["subsystem"];
  constexpr std::string_view kName = "sftp ";
  const auto entry = std::find_if(
      setting.values.begin(), setting.values.end(),
      [kName](const std::string& value) { return std::string_view(value).substr(0, kName.size()) == kName; });
  Obstacle obstacle{
      Cause::session_sftp_subsystem, {"file", input.facts.config.main_file.str(), 0, {}}, {}, {}};
  if (entry == setting.values.end()) {
    obstacle.details.emplace_back("why", "not configured");
  } else {
    const std::string command = entry->substr(kName.size());
    const std::string program = absolute_program(command);
    const FileFact* file = program.empty() ? nullptr : input.facts.paths.find(HostPath(program));
    if (is_internal_sftp(command) || file == nullptr || file->path.found()) return gate;
    const auto index = static_cast<std::size_t>(entry - setting.values.begin());
    obstacle.at = config_exhibit(input.facts, index < setting.all.size() ? setting.all[index] : setting.at);
    obstacle.details = {{"why", "no file"}, {"program", program}};
  }
  gate.obstacles.push_back(std::move(obstacle));
  gate.detail = say("sftp and scp do not work: the sftp subsystem is missing",
                    "sftp サブシステムがないため sftp と scp は使えません");
  return gate;
}

// A session starts in `/` when the home is gone (session.c:do_child).
Gate home_gate(const GateInput& input, const PasswdEntry& user) {
  Gate gate = gate_of("session/home", GateResult::pass);
  const FileFact* home = input.facts.paths.find(HostPath(user.home));
  if (home == nullptr || home->path.found() || home->path.end == PathEnd::denied) return gate;
  gate.obstacles.push_back(
      {Cause::session_home_missing, passwd_exhibit(user), {}, {{"user", user.name}, {"home", user.home}}});
  gate.detail = say("the home {} is missing; the session starts in /",
                    "ホーム {} がないため、セッションは / で始まります", shown(user.home));
  return gate;
}

// session.c:do_exec: ForceCommand first, then the key's or certificate's command.
void find_forced_command(SessionPlan& plan) {
  const GateInput& input = plan.input;
  const Setting& setting = input.connection["forcecommand"];
  if (!setting.first().empty() && !equal_ignoring_case(setting.first(), "none")) {
    plan.forced = joined(setting.values);
    plan.forced_at = config_exhibit(input.facts, setting.at);
  } else if (input.question.kind != CredentialKind::password) {
    const KeyVerdict& verdict = key_verdict(input);
    const bool every = !verdict.accepted.empty() &&
                       std::all_of(verdict.accepted.begin(), verdict.accepted.end(),
                                   [](const AcceptedKey& key) { return key.forced_command.has_value(); });
    if (every) {
      plan.forced = *verdict.accepted.front().forced_command;
      plan.forced_at = verdict.accepted.front().at;
      plan.forced_by_key = true;
    }
  }
  plan.internal_sftp = plan.forced && is_internal_sftp(*plan.forced);
}

SessionPlan plan_of(const GateInput& input, const PasswdEntry& user) {
  SessionPlan plan{input, user, std::nullopt, std::nullopt, {}, false, false};
  const Setting& chroot = input.connection["chrootdirectory"];
  if (!chroot.first().empty() && !equal_ignoring_case(chroot.first(), "none")) {
    plan.chroot = expand_chroot(chroot.first(), user, input.facts.accounts);
  }
  find_forced_command(plan);
  return plan;
}

}  // namespace

std::vector<Gate> session_gates(const GateInput& input) {
  const PasswdEntry* user = input.facts.accounts.user(input.question.user);
  if (user == nullptr) return {};
  std::vector<Gate> gates;
  gates.push_back(pam_gate(input, *user));
  gates.push_back(channel_gate(input));
  gates.push_back(nologin_gate(input, *user));
  const SessionPlan plan = plan_of(input, *user);
  gates.push_back(chroot_gate(plan));
  gates.push_back(command_gate(plan));
  gates.push_back(shell_gate(plan));
  if (!plan.chroot && !plan.internal_sftp) gates.push_back(shell_label_gate(input.facts, input.when, *user));
  gates.push_back(user_rc_gate(plan));
  gates.push_back(sftp_gate(input));
  gates.push_back(home_gate(input, *user));
  return gates;
}

}  // namespace reentry
