#include "login/pam_modules.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

#include "login/exhibits.hpp"

namespace reentry::pam {

std::optional<std::string_view> argument(const PamHandler& handler, std::string_view name) {
  std::optional<std::string_view> value;
  for (const std::string& entry : handler.arguments) {
    const std::string_view text = entry;
    if (text.size() > name.size() && text[name.size()] == '=' && text.substr(0, name.size()) == name) {
      value = text.substr(name.size() + 1);
    }
  }
  return value;
}

bool has_argument(const PamHandler& handler, std::string_view word) {
  return std::find(handler.arguments.begin(), handler.arguments.end(), word) != handler.arguments.end();
}

ModuleVerdict answers(PamCode code) {
  return {{code}, {}, {}};
}

ModuleVerdict denies(PamCode code, Obstacle obstacle) {
  return {{code}, {std::move(obstacle)}, {}};
}

ModuleVerdict unknown(PamCall call, Missing missing) {
  const PamCode no = call == PamCall::authenticate ? PamCode::auth_err
                     : call == PamCall::account    ? PamCode::perm_denied
                                                   : PamCode::session_err;
  return {{PamCode::success, no, PamCode::ignore}, {}, {std::move(missing)}};
}

Known<std::string> file_bytes(const Facts& facts, std::string_view path) {
  const FileFact* file = facts.paths.find(HostPath(path));
  return file == nullptr ? Known<std::string>(Missing{Why::not_asked, std::string(path), {}}) : file->bytes;
}

const PathFact* path_fact(const Facts& facts, std::string_view path) {
  const FileFact* file = facts.paths.find(HostPath(path));
  return file == nullptr ? nullptr : &file->path;
}

Member in_group(const Facts& facts, const PasswdEntry& user, std::string_view group) {
  const AccountFacts& accounts = facts.accounts;
  if (accounts.nss_group.asks_files()) {
    if (!accounts.group && !accounts.group.is_absent()) return Member::unknown;
    const GroupEntry* entry = accounts.group_named(group);
    if (entry != nullptr) {
      const auto gids = accounts.groups_of(user).gids;
      if (std::find(gids.begin(), gids.end(), entry->gid) != gids.end()) return Member::yes;
    }
  }
  return accounts.nss_group.beyond_files() ? Member::unknown : Member::no;
}

Missing groups_missing(const Facts& facts) {
  if (!facts.accounts.group && !facts.accounts.group.is_absent()) return facts.accounts.group.missing();
  return {Why::offline, "/etc/nsswitch.conf", joined(facts.accounts.nss_group.services)};
}

namespace {

constexpr unsigned kAuth = 1;
constexpr unsigned kAccount = 2;
constexpr unsigned kSession = 4;
constexpr unsigned kAll = kAuth | kAccount | kSession;

unsigned mask_of(PamCall call) {
  return call == PamCall::authenticate ? kAuth : call == PamCall::account ? kAccount : kSession;
}

using JudgeFunction = ModuleVerdict (*)(const PamQuestion&, const PamHandler&);

ModuleVerdict succeeds(const PamQuestion&, const PamHandler&) {
  return answers(PamCode::success);
}
ModuleVerdict ignores(const PamQuestion&, const PamHandler&) {
  return answers(PamCode::ignore);
}

// pam_deny.c. It has no reason of its own: what stands before it in the stack has.
ModuleVerdict judge_deny(const PamQuestion& question, const PamHandler&) {
  return answers(question.call == PamCall::open_session ? PamCode::session_err : PamCode::auth_err);
}

// pam_debug.c: answers what its arguments say.
ModuleVerdict judge_debug(const PamQuestion& question, const PamHandler& handler) {
  const std::string_view name = question.call == PamCall::authenticate ? "auth"
                                : question.call == PamCall::account    ? "acct"
                                                                       : "open_session";
  const std::optional<std::string_view> wanted = argument(handler, name);
  for (std::size_t i = 0; wanted && i < kPamCodes; ++i) {
    if (name_of(static_cast<PamCode>(i)) == *wanted) return answers(static_cast<PamCode>(i));
  }
  return answers(PamCode::success);
}

// pam_localuser.c: the user has a line in /etc/passwd, or in file=.
ModuleVerdict judge_localuser(const PamQuestion& question, const PamHandler& handler) {
  if (argument(handler, "file")) {
    return unknown(question.call, {Why::not_asked, std::string(*argument(handler, "file")), {}});
  }
  return answers(PamCode::success);
}

std::int64_t login_def(const AccountFacts& accounts, const std::string& name, std::int64_t otherwise) {
  const auto found = accounts.login_defs.find(name);
  if (found == accounts.login_defs.end()) return otherwise;
  char* end = nullptr;
  const long value = std::strtol(found->second.c_str(), &end, 0);
  return end == found->second.c_str() || *end != '\0' ? otherwise : value;
}

// pam_usertype.c: issystem, isregular. With use_uid it is asked about sshd itself, which is root.
ModuleVerdict judge_usertype(const PamQuestion& question, const PamHandler& handler) {
  const std::int64_t uid = has_argument(handler, "use_uid") ? 0 : question.user.uid;
  const AccountFacts& accounts = question.input.facts.accounts;
  const std::int64_t uid_min = login_def(accounts, "UID_MIN", 1000);
  const std::int64_t least = login_def(accounts, "SYS_UID_MIN", 101);
  const std::int64_t most = login_def(accounts, "SYS_UID_MAX", uid_min - 1);
  const bool system = uid <= 99 || uid == 65534 || (uid >= least && uid <= most);
  if (has_argument(handler, "issystem")) return answers(system ? PamCode::success : PamCode::auth_err);
  if (has_argument(handler, "isregular")) return answers(system ? PamCode::auth_err : PamCode::success);
  return answers(PamCode::service_err);
}

// pam_env.c: a bad line is passed over, a missing file ignored.
ModuleVerdict judge_env(const PamQuestion& question, const PamHandler&) {
  return answers(question.call == PamCall::open_session ? PamCode::success : PamCode::ignore);
}

// pam_wheel.c without use_uid asks for the name that is logged in on sshd's terminal: sshd has none.
ModuleVerdict judge_wheel(const PamQuestion& question, const PamHandler& handler) {
  if (has_argument(handler, "root_only") && question.user.uid != 0) return answers(PamCode::ignore);
  return unknown(question.call, {Why::offline, "pam_wheel", "it asks who runs sshd"});
}

// pam_tally.c, pam_tally2.c: the account call only resets the counter.
ModuleVerdict judge_tally(const PamQuestion& question, const PamHandler&) {
  if (question.call == PamCall::account) return answers(PamCode::success);
  return unknown(question.call, {Why::not_asked, "/var/log/tallylog", {}});
}

struct Module {
  std::string_view name;  // without .so
  unsigned functions;     // calls that the module implements; any other answers module_unknown
  JudgeFunction judge;
};

// Functions as `nm -D` lists them for the modules of Linux-PAM 1.5 and systemd.
constexpr std::array kModules = {
    Module{"pam_access", kAll, judge_access},
    Module{"pam_cap", kAuth, ignores},
    Module{"pam_debug", kAll, judge_debug},
    Module{"pam_deny", kAll, judge_deny},
    Module{"pam_echo", kAll, ignores},
    Module{"pam_env", kAll, judge_env},
    Module{"pam_faildelay", kAuth, ignores},
    Module{"pam_faillock", kAuth | kAccount, judge_faillock},
    Module{"pam_group", kAuth, ignores},
    Module{"pam_issue", kAuth, ignores},
    Module{"pam_keyinit", kAuth | kSession, succeeds},
    Module{"pam_lastlog", kAll, judge_lastlog},
    Module{"pam_lastlog2", kAuth | kSession, succeeds},
    Module{"pam_limits", kSession, judge_limits},
    Module{"pam_listfile", kAll, judge_listfile},
    Module{"pam_localuser", kAll, judge_localuser},
    Module{"pam_loginuid", kAccount | kSession, succeeds},
    Module{"pam_mail", kAuth | kSession, succeeds},
    Module{"pam_mkhomedir", kSession, judge_mkhomedir},
    Module{"pam_motd", kSession, ignores},
    Module{"pam_namespace", kSession, judge_namespace},
    Module{"pam_nologin", kAuth | kAccount, judge_nologin},
    Module{"pam_permit", kAll, succeeds},
    Module{"pam_rootok", kAuth | kAccount, succeeds},
    Module{"pam_securetty", kAuth | kAccount, judge_securetty},
    Module{"pam_selinux", kAuth | kSession, succeeds},
    Module{"pam_sepermit", kAuth | kAccount, ignores},
    Module{"pam_shells", kAuth | kAccount, judge_shells},
    Module{"pam_succeed_if", kAll, judge_succeed_if},
    Module{"pam_systemd", kAuth | kSession, succeeds},
    Module{"pam_tally", kAuth | kAccount, judge_tally},
    Module{"pam_tally2", kAuth | kAccount, judge_tally},
    Module{"pam_time", kAccount, judge_time},
    Module{"pam_tty_audit", kSession, succeeds},
    Module{"pam_umask", kSession, succeeds},
    Module{"pam_unix", kAll, judge_unix},
    Module{"pam_usertype", kAll, judge_usertype},
    Module{"pam_warn", kAll, ignores},
    Module{"pam_wheel", kAuth | kAccount, judge_wheel},
    Module{"pam_wtmpdb", kSession, succeeds},
    Module{"pam_xauth", kSession, succeeds},
};

std::string_view plain_name(std::string_view module) {
  module = module.substr(module.rfind('/') == std::string_view::npos ? 0 : module.rfind('/') + 1);
  const std::size_t dot = module.rfind(".so");
  return dot == std::string_view::npos || dot + 3 != module.size() ? module : module.substr(0, dot);
}

Cause module_missing_cause(PamCall call) {
  switch (call) {
    case PamCall::authenticate: return Cause::auth_pam_stack_denies;
    case PamCall::account: return Cause::account_pam_module_missing;
    case PamCall::open_session: return Cause::session_pam_module_missing;
  }
  return Cause::account_pam_module_missing;
}

Obstacle cannot_load(const PamQuestion& question, const PamHandler& handler, std::string why) {
  Obstacle obstacle{
      module_missing_cause(question.call), exhibit_of(handler), {}, {{"module", handler.module}}};
  obstacle.details.emplace_back("why", std::move(why));
  if (handler.module.find('\r') != std::string::npos) obstacle.details.emplace_back("carriage_return", "yes");
  const std::vector<HostPath>& directories = question.input.facts.pam.module_directories;
  if (!directories.empty()) obstacle.details.emplace_back("directory", directories.front().str());
  return obstacle;
}

}  // namespace
}  // namespace reentry::pam

namespace reentry {

ModuleVerdict judge_module(const PamQuestion& question, const PamHandler& handler) {
  const PamFacts& facts = question.input.facts.pam;
  const auto found = facts.modules.find(handler.module);
  if (found == facts.modules.end()) return pam::unknown(question.call, {Why::not_asked, handler.module, {}});
  const PathFact& file = found->second;
  if (file.end == PathEnd::denied || file.end == PathEnd::failed)
    return pam::unknown(question.call, file.missing());
  if (!file.found()) {
    return pam::denies(PamCode::module_unknown, pam::cannot_load(question, handler, "missing"));
  }
  const FileStat& stat = file.node().stat;
  if (stat.type != FileType::regular || stat.size == 0) {
    return pam::denies(PamCode::module_unknown,
                       pam::cannot_load(question, handler, stat.size == 0 ? "empty" : "not a file"));
  }
  const std::string_view name = pam::plain_name(handler.module);
  for (const pam::Module& module : pam::kModules) {
    if (module.name != name) continue;
    if ((module.functions & pam::mask_of(question.call)) != 0) return module.judge(question, handler);
    return pam::denies(
        PamCode::module_unknown,
        pam::cannot_load(question, handler, "no " + std::string(name_of(type_of(question.call)))));
  }
  return pam::unknown(question.call, {Why::not_asked, handler.module, {}});
}

}  // namespace reentry
