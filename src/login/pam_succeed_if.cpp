// pam_succeed_if.c: conditions of three words each, all of which must hold.
#include <fnmatch.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>

#include "base/ascii_case.hpp"
#include "login/exhibits.hpp"
#include "login/pam_modules.hpp"

namespace reentry::pam {
namespace {

constexpr std::array<std::string_view, 6> kFlags = {"debug",      "use_uid",       "quiet",
                                                    "quiet_fail", "quiet_success", "audit"};

// The value of an attribute; nothing for one that the module does not know.
std::optional<Known<std::string>> value_of(const PamQuestion& question, const PasswdEntry& user,
                                           const std::string& attribute) {
  if (attribute == "login" || attribute == "name" || attribute == "user") return user.name;
  if (attribute == "uid") return std::to_string(user.uid);
  if (attribute == "gid") return std::to_string(user.gid);
  if (attribute == "shell") return user.shell;
  if (attribute == "home" || attribute == "dir" || attribute == "homedir") return user.home;
  if (attribute == "service") return question.input.facts.pam.sshd.name;
  if (attribute == "ruser") return std::string();
  if (attribute == "tty") return std::string("ssh");
  if (attribute == "rhost") {
    if (!question.input.question.from || question.input.connection.yes("usedns")) {
      return Known<std::string>(Missing{Why::not_asked, "--from", {}});
    }
    return *question.input.question.from;
  }
  return std::nullopt;
}

std::optional<long long> as_strtoll(const std::string& text) {
  char* end = nullptr;
  errno = 0;
  const long long value = std::strtoll(text.c_str(), &end, 0);
  if (*end != '\0' || errno != 0) return std::nullopt;
  return value;
}

PamCode truth(bool holds) {
  return holds ? PamCode::success : PamCode::auth_err;
}

PamCode compare_numbers(const std::string& left, const std::string& op, const std::string& right) {
  const std::optional<long long> l = as_strtoll(left);
  const std::optional<long long> r = as_strtoll(right);
  if (!l || !r) return PamCode::service_err;
  if (op == "<" || op == "lt") return truth(*l < *r);
  if (op == "<=" || op == "le") return truth(*l <= *r);
  if (op == ">" || op == "gt") return truth(*l > *r);
  if (op == ">=" || op == "ge") return truth(*l >= *r);
  return op == "eq" ? truth(*l == *r) : truth(*l != *r);
}

bool in_list(const std::string& value, std::string_view list) {
  while (true) {
    const std::size_t colon = list.find(':');
    if (list.substr(0, colon) == value) return true;
    if (colon == std::string_view::npos) return false;
    list.remove_prefix(colon + 1);
  }
}

Member in_any_group(const PamQuestion& question, const PasswdEntry& user, std::string_view list) {
  Member result = Member::no;
  while (!list.empty()) {
    const std::size_t colon = list.find(':');
    const std::string_view group = list.substr(0, colon);
    const Member member = group.empty() ? Member::no : in_group(question.input.facts, user, group);
    if (member == Member::yes) return Member::yes;
    if (member == Member::unknown) result = Member::unknown;
    list.remove_prefix(colon == std::string_view::npos ? list.size() : colon + 1);
  }
  return result;
}

// One condition: its answer, or why it can't be told.
Known<PamCode> evaluate(const PamQuestion& question, const PasswdEntry& user, const std::string& attribute,
                        const std::string& op, const std::string& right) {
  const std::optional<Known<std::string>> value = value_of(question, user, attribute);
  if (!value) return PamCode::service_err;
  if (op == "ingroup" || op == "notingroup") {
    const Member member = in_any_group(question, user, right);
    if (member == Member::unknown) return groups_missing(question.input.facts);
    return truth((member == Member::yes) == (op == "ingroup"));
  }
  if (op == "innetgr" || op == "notinnetgr") return Missing{Why::offline, "netgroup " + right, {}};
  if (!*value) return value->missing();
  const std::string& left = **value;
  constexpr std::array<std::string_view, 10> kNumeric = {"<",  "lt", "<=", "le", ">",
                                                         "gt", ">=", "ge", "eq", "ne"};
  if (std::find(kNumeric.begin(), kNumeric.end(), op) != kNumeric.end())
    return compare_numbers(left, op, right);
  if (op == "=") return truth(left == right);
  if (op == "!=") return truth(left != right);
  if (op == "=~" || op == "glob") return truth(::fnmatch(right.c_str(), left.c_str(), 0) == 0);
  if (op == "!~" || op == "noglob") return truth(::fnmatch(right.c_str(), left.c_str(), 0) != 0);
  if (op == "in") return truth(in_list(left, right));
  if (op == "notin") return truth(!in_list(left, right));
  return PamCode::service_err;
}

}  // namespace

ModuleVerdict judge_succeed_if(const PamQuestion& question, const PamHandler& handler) {
  // With use_uid the module asks about sshd's own uid.
  const PasswdEntry* user = &question.user;
  if (has_argument(handler, "use_uid")) {
    user = question.input.facts.accounts.user(question.input.facts.accounts.user_name(0));
    if (user == nullptr) return answers(PamCode::user_unknown);
  }
  std::vector<std::string> words;
  for (const std::string& word : handler.arguments) {
    if (std::find(kFlags.begin(), kFlags.end(), word) == kFlags.end()) words.push_back(word);
  }
  const auto refuse = [&](PamCode code, std::string condition) {
    const Cause cause = question.call == PamCall::account        ? Cause::account_succeed_if
                        : question.call == PamCall::open_session ? Cause::session_pam_denies
                                                                 : Cause::auth_pam_stack_denies;
    return denies(
        code,
        {cause,
         exhibit_of(handler),
         {passwd_exhibit(question.user)},
         {{"user", question.user.name}, {"condition", std::move(condition)}, {"module", handler.module}}});
  };
  std::optional<Missing> open;
  for (std::size_t i = 0; i + 2 < words.size(); i += 3) {
    const Known<PamCode> code =
        evaluate(question, *user, lowered(words[i]), lowered(words[i + 1]), words[i + 2]);
    if (!code) {
      open = code.missing();
    } else if (*code != PamCode::success) {
      return refuse(*code, words[i] + " " + words[i + 1] + " " + words[i + 2]);
    }
  }
  if (words.size() % 3 != 0) return refuse(PamCode::service_err, joined(words));
  return open ? unknown(question.call, *open) : answers(PamCode::success);
}

}  // namespace reentry::pam
