// Who the user is and whether sshd lets him try at all: auth.c:getpwnamallow and allowed_user, in their
// order.
#include <algorithm>

#include "base/ascii_case.hpp"
#include "base/shown.hpp"
#include "base/time.hpp"
#include "facts/pattern.hpp"
#include "login/allow_lists.hpp"
#include "login/exhibits.hpp"
#include "login/gates.hpp"

namespace reentry {
namespace {

// One letter added, dropped or changed.
bool one_letter_apart(std::string_view a, std::string_view b) {
  if (a.size() > b.size()) std::swap(a, b);
  if (b.size() - a.size() > 1 || a.size() < 3) return false;
  std::size_t i = 0;
  while (i < a.size() && a[i] == b[i]) ++i;
  return a.size() == b.size() ? a.substr(i + 1) == b.substr(i + 1) : a.substr(i) == b.substr(i + 1);
}

// An account that the asker may have meant; empty when none comes near.
std::string similar_account(const AccountFacts& accounts, std::string_view name) {
  std::string close;
  for (const PasswdEntry& entry : *accounts.passwd) {
    if (equal_ignoring_case(entry.name, name)) return entry.name;
    if (close.empty() && one_letter_apart(entry.name, name)) close = entry.name;
  }
  return close;
}

const BadLine* unusable_line(const AccountFacts& accounts, const std::string& name) {
  const auto found = std::find_if(
      accounts.bad_passwd_lines.begin(), accounts.bad_passwd_lines.end(),
      [&name](const BadLine& line) { return line.text.compare(0, name.size() + 1, name + ":") == 0; });
  return found == accounts.bad_passwd_lines.end() ? nullptr : &*found;
}

Missing directory_of(const NssDatabase& database) {
  return {Why::offline, "/etc/nsswitch.conf", joined(database.services)};
}

// The account is in /etc/passwd, but nsswitch.conf asks elsewhere.
Gate files_not_asked(const AccountFacts& accounts, const std::string& user) {
  const NssDatabase& database = accounts.nss_passwd;
  // nss-systemd(8) makes up a root account when nobody else knows one.
  const bool made_up = user == "root" && database.has("systemd");
  if (database.beyond_files() || made_up) {
    return unknown_gate(
        "auth/user", {directory_of(database)},
        say("whether {} exists is for a directory service to say: nsswitch.conf does not ask the files",
            "nsswitch.conf が files を参照しないため、{} の有無はディレクトリサービス次第です", shown(user)));
  }
  Gate gate = gate_of(
      "auth/user", GateResult::refuse,
      say("nsswitch.conf does not let anybody look into /etc/passwd, so {} does not exist for sshd",
          "nsswitch.conf が /etc/passwd を参照しないため、sshd から見て {} は存在しません", shown(user)));
  gate.obstacles.push_back(
      {Cause::system_nsswitch,
       nsswitch_exhibit(accounts, database),
       {},
       {{"user", user}, {"database", "passwd"}, {"services", joined(database.services)}}});
  return gate;
}

Gate missing_user(const AccountFacts& accounts, const std::string& user) {
  if (const BadLine* line = unusable_line(accounts, user)) {
    Gate gate = gate_of("auth/user", GateResult::refuse,
                        say("the line of {} in /etc/passwd is damaged: {}",
                            "/etc/passwd の {} の行が壊れています（{}）", shown(user), line->why));
    gate.obstacles.push_back({Cause::auth_user_unresolvable,
                              {"file", "/etc/passwd", line->line, line->text},
                              {},
                              {{"user", user}, {"why", line->why}}});
    return gate;
  }
  if (accounts.nss_passwd.beyond_files()) {
    return unknown_gate(
        "auth/user", {directory_of(accounts.nss_passwd)},
        say("{} is not in /etc/passwd; a directory service may know it",
            "{} は /etc/passwd にありません。ディレクトリサービスが知っている可能性があります", shown(user)));
  }
  Gate gate =
      gate_of("auth/user", GateResult::refuse,
              say("there is no account named {}", "{} という名前のアカウントはありません", shown(user)));
  Obstacle obstacle{Cause::auth_user_missing, {"file", "/etc/passwd", 0, {}}, {}, {{"user", user}}};
  const std::string similar = similar_account(accounts, user);
  if (!similar.empty()) obstacle.details.emplace_back("similar", similar);
  gate.obstacles.push_back(std::move(obstacle));
  return gate;
}

Gate user_gate(const GateInput& input) {
  const AccountFacts& accounts = input.facts.accounts;
  const std::string& user = input.question.user;
  if (!accounts.nsswitch && !accounts.nsswitch.is_absent()) {
    return unknown_gate("auth/user", {accounts.nsswitch.missing()},
                        say("/etc/nsswitch.conf could not be read", "/etc/nsswitch.conf を読めませんでした"));
  }
  if (!accounts.nss_passwd.asks_files()) return files_not_asked(accounts, user);
  if (!accounts.passwd) {
    const Missing& missing = accounts.passwd.missing();
    if (missing.why != Why::absent || accounts.nss_passwd.beyond_files()) {
      return unknown_gate("auth/user", {missing},
                          say("/etc/passwd could not be read", "/etc/passwd を読めませんでした"));
    }
    Gate gate =
        gate_of("auth/user", GateResult::refuse, say("/etc/passwd is missing", "/etc/passwd がありません"));
    gate.obstacles.push_back(
        {Cause::system_passwd_unreadable, {"file", "/etc/passwd", 0, {}}, {}, {{"user", user}}});
    return gate;
  }
  if (accounts.passwd->empty() && accounts.bad_passwd_lines.empty() && !accounts.nss_passwd.beyond_files()) {
    Gate gate = gate_of("auth/user", GateResult::refuse, say("/etc/passwd is empty", "/etc/passwd が空です"));
    gate.obstacles.push_back({Cause::system_passwd_unreadable,
                              {"file", "/etc/passwd", 0, {}},
                              {},
                              {{"user", user}, {"why", "empty"}}});
    return gate;
  }
  const PasswdEntry* entry = accounts.user(user);
  if (entry == nullptr) return missing_user(accounts, user);
  return gate_of("auth/user", GateResult::pass,
                 say("{} is uid {} (/etc/passwd:{})", "{} は uid {} です（/etc/passwd:{}）", shown(user),
                     entry->uid, entry->line));
}

// From 9.9 on, after Match: monitor.c:mm_answer_pwnamallow.
Gate refuse_connection_gate(const GateInput& input) {
  const Setting& setting = input.connection["refuseconnection"];
  if (setting.uncertain) {
    return unknown_gate("auth/refuse-connection", {{Why::not_asked, setting.at.file, "Match"}},
                        say("a Match block that can't be decided sets RefuseConnection",
                            "判定できない Match ブロックが RefuseConnection を設定しています"));
  }
  if (!input.facts.ssh.at_least(9, 9) || setting.first() != "yes") {
    return gate_of("auth/refuse-connection", GateResult::pass);
  }
  Gate gate = gate_of("auth/refuse-connection", GateResult::refuse,
                      say("RefuseConnection yes holds for this login",
                          "このログインには RefuseConnection yes が適用されます"));
  gate.obstacles.push_back({Cause::auth_connection_refused_by_config,
                            config_exhibit(input.facts, setting.at),
                            {},
                            {{"user", input.question.user}}});
  return gate;
}

// platform.c:platform_locked_account and auth-shadow.c:auth_shadow_acctexpired; both only with UsePAM no.
// sshd's own expiry test refuses one day later than pam_unix does.
Gate account_state_gate(const GateInput& input, const PasswdEntry& user) {
  constexpr std::string_view kId = "auth/account-state";
  if (input.facts.ssh.pam && input.connection.yes("usepam")) {
    return gate_of(kId, GateResult::skipped,
                   say("UsePAM yes: left to PAM", "UsePAM yes のため PAM が判断します"));
  }
  const AccountFacts& accounts = input.facts.accounts;
  if (!accounts.shadow && !accounts.shadow.is_absent()) {
    return unknown_gate(kId, {accounts.shadow.missing()},
                        say("/etc/shadow could not be read", "/etc/shadow を読めませんでした"));
  }
  Gate gate = gate_of(kId, GateResult::pass);
  const ShadowEntry* shadow = accounts.nss_shadow.asks_files() ? accounts.shadow_of(user.name) : nullptr;
  if (shadow == nullptr && accounts.nss_shadow.beyond_files()) {
    gate.unknown.push_back(directory_of(accounts.nss_shadow));
  }
  const std::string& password = shadow != nullptr ? shadow->hash : user.password;
  const std::int64_t today = input.facts.now / kSecondsPerDay;
  const ConfigOrigin& use_pam = input.connection["usepam"].at;
  std::vector<Exhibit> evidence;
  if (!use_pam.is_default()) evidence.push_back(config_exhibit(input.facts, use_pam));
  if (shadow != nullptr && shadow->expire_day && today > *shadow->expire_day) {
    const std::string date = utc_date(*shadow->expire_day * kSecondsPerDay);
    gate.obstacles.push_back({Cause::auth_account_expired_no_pam,
                              shadow_exhibit(*shadow),
                              evidence,
                              {{"user", user.name}, {"expired", date}}});
    gate.detail =
        say("the account expired on {} (UsePAM no)", "アカウントは {} に失効しています（UsePAM no）", date);
  }
  if (!password.empty() && password.front() == '!') {
    gate.obstacles.push_back({Cause::auth_account_locked,
                              shadow != nullptr ? shadow_exhibit(*shadow) : passwd_exhibit(user),
                              evidence,
                              {{"user", user.name}, {"use_pam", "no"}}});
    gate.detail = say("the password is locked with `!`, which with UsePAM no locks keys out too",
                      "パスワードが `!` でロックされており、UsePAM no では鍵によるログインも拒否されます");
  }
  settle(gate);
  return gate;
}

std::string octal(std::uint32_t mode) {
  return fmt::format("{:04o}", mode);
}

// allowed_user: stat(2) of the shell, unless the session will be in a chroot. /etc/shells is not looked at.
Gate shell_gate(const GateInput& input, const PasswdEntry& user) {
  constexpr std::string_view kId = "auth/shell";
  const Setting& chroot = input.connection["chrootdirectory"];
  if (!chroot.first().empty() && !equal_ignoring_case(chroot.first(), "none") && !chroot.uncertain) {
    return gate_of(kId, GateResult::skipped,
                   say("ChrootDirectory is set: the shell is not looked at",
                       "ChrootDirectory が有効なためシェルは調べられません"));
  }
  const std::string shell = user.shell.empty() ? "/bin/sh" : user.shell;
  const FileFact* fact = input.facts.paths.find(HostPath(shell));
  if (fact == nullptr || fact->path.end == PathEnd::denied || fact->path.end == PathEnd::failed) {
    const Missing missing = fact == nullptr ? Missing{Why::not_asked, shell, {}} : fact->path.missing();
    return unknown_gate(
        kId, {missing},
        say("the shell {} could not be looked at", "シェル {} を確認できませんでした", shown(shell)));
  }
  Obstacle obstacle{
      Cause::auth_shell_missing, passwd_exhibit(user), {}, {{"user", user.name}, {"shell", shell}}};
  if (!fact->path.found()) {
    if (shell.find('\r') != std::string::npos) obstacle.details.emplace_back("carriage_return", "yes");
    Gate gate = gate_of(kId, GateResult::refuse,
                        say("the shell {} does not exist", "シェル {} が存在しません", shown(shell)));
    gate.obstacles.push_back(std::move(obstacle));
    return gate;
  }
  const PathNode& node = fact->path.node();
  if (node.stat.type == FileType::regular && (node.stat.mode & 0111U) != 0) {
    return gate_of(kId, GateResult::pass,
                   say("the shell {} can be executed", "シェル {} は実行できます", shown(shell)));
  }
  obstacle.cause = Cause::auth_shell_not_executable;
  obstacle.at = {"file", node.path.str(), 0, octal(node.stat.mode)};
  obstacle.evidence.push_back(passwd_exhibit(user));
  obstacle.details.emplace_back("mode", octal(node.stat.mode));
  obstacle.details.emplace_back("regular", node.stat.type == FileType::regular ? "yes" : "no");
  Gate gate = gate_of(kId, GateResult::refuse,
                      say("the shell {} is not executable", "シェル {} を実行できません", shown(shell)));
  gate.obstacles.push_back(std::move(obstacle));
  return gate;
}

}  // namespace

std::vector<Gate> user_gates(const GateInput& input) {
  std::vector<Gate> gates;
  gates.push_back(user_gate(input));
  const PasswdEntry* user = input.facts.accounts.user(input.question.user);
  if (user == nullptr) return gates;
  gates.push_back(refuse_connection_gate(input));
  gates.push_back(account_state_gate(input, *user));
  gates.push_back(shell_gate(input, *user));
  gates.push_back(allow_lists_gate(input, *user));
  return gates;
}

}  // namespace reentry
