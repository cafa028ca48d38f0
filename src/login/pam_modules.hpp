// The modules of Linux-PAM one by one: what each would answer for a login, from the facts. Internal to
// login/.
#pragma once

#include <optional>
#include <string_view>

#include "login/pam_stack.hpp"

namespace reentry::pam {

// The value of `NAME=value` among a handler's arguments; the last one wins.
[[nodiscard]] std::optional<std::string_view> argument(const PamHandler& handler, std::string_view name);
// Whether `word` stands among the arguments by itself.
[[nodiscard]] bool has_argument(const PamHandler& handler, std::string_view word);

[[nodiscard]] ModuleVerdict answers(PamCode code);
// A module that says no, for one reason.
[[nodiscard]] ModuleVerdict denies(PamCode code, Obstacle obstacle);
// A module that may say yes, no, or nothing.
[[nodiscard]] ModuleVerdict unknown(PamCall call, Missing missing);

// The file at `path`, or why there is none; a file that nobody collected is Missing not_asked.
[[nodiscard]] Known<std::string> file_bytes(const Facts& facts, std::string_view path);
[[nodiscard]] const PathFact* path_fact(const Facts& facts, std::string_view path);

enum class Member { no, yes, unknown };
// pam_modutil_user_in_group_nam_nam: primary or listed.
[[nodiscard]] Member in_group(const Facts& facts, const PasswdEntry& user, std::string_view group);
[[nodiscard]] Missing groups_missing(const Facts& facts);

// pam_unix.cpp
[[nodiscard]] ModuleVerdict judge_unix(const PamQuestion& question, const PamHandler& handler);
// pam_access.cpp
[[nodiscard]] ModuleVerdict judge_access(const PamQuestion& question, const PamHandler& handler);
// pam_time.cpp
[[nodiscard]] ModuleVerdict judge_time(const PamQuestion& question, const PamHandler& handler);
// pam_limits.cpp
[[nodiscard]] ModuleVerdict judge_limits(const PamQuestion& question, const PamHandler& handler);
// pam_succeed_if.cpp
[[nodiscard]] ModuleVerdict judge_succeed_if(const PamQuestion& question, const PamHandler& handler);
// pam_files.cpp
[[nodiscard]] ModuleVerdict judge_listfile(const PamQuestion& question, const PamHandler& handler);
[[nodiscard]] ModuleVerdict judge_shells(const PamQuestion& question, const PamHandler& handler);
[[nodiscard]] ModuleVerdict judge_nologin(const PamQuestion& question, const PamHandler& handler);
[[nodiscard]] ModuleVerdict judge_securetty(const PamQuestion& question, const PamHandler& handler);
[[nodiscard]] ModuleVerdict judge_namespace(const PamQuestion& question, const PamHandler& handler);
// pam_writers.cpp
[[nodiscard]] ModuleVerdict judge_lastlog(const PamQuestion& question, const PamHandler& handler);
[[nodiscard]] ModuleVerdict judge_mkhomedir(const PamQuestion& question, const PamHandler& handler);
// pam_faillock.cpp
[[nodiscard]] ModuleVerdict judge_faillock(const PamQuestion& question, const PamHandler& handler);

}  // namespace reentry::pam
