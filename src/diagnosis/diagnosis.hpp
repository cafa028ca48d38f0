// The whole answer about a target: what refuses, in the order in which it must be mended.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "diagnosis/check.hpp"
#include "diagnosis/finding.hpp"
#include "facts/facts.hpp"
#include "login/trace.hpp"

namespace reentry {

enum class Standing { open, blocked, degraded, unknown };
[[nodiscard]] std::string_view name_of(Standing standing);

struct Diagnosis {
  TargetFacts target;
  std::string openssh;  // `9.2p1`, empty if unknown
  Standing verdict = Standing::unknown;
  std::vector<LoginTrace> logins;
  std::vector<Finding> findings;  // in the order in which they must be mended
  std::vector<Missing> unseen;    // what could not be read and would have been asked
  bool every_door_shut = false;   // no administrator has any way in left
  // Users whose refusal is an administrator's decision that nobody asked about (diagnosis/doors.hpp).
  std::vector<std::string> closed_on_purpose;
};

// Replays the logins and runs the checks. Pure: the same facts give the same diagnosis. Of a target that runs
// the logins are judged as they would go now, and what would refuse them only after the next boot or reload
// is a risk; with `when` next_start they are judged as of then.
// blocked: a login asked about is refused. degraded: none is, but a blocker of another login or a risk is
// found. unknown: none is refused, but one can't be decided. open: all asked about are accepted.
[[nodiscard]] Diagnosis diagnose(const Facts& facts, const std::vector<LoginQuestion>& questions,
                                 std::span<const Check* const> checks, When when);
// At the moment that the target's kind knows.
[[nodiscard]] Diagnosis diagnose(const Facts& facts, const std::vector<LoginQuestion>& questions,
                                 std::span<const Check* const> checks);

}  // namespace reentry
