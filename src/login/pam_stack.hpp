// What a PAM stack answers, given what each of its modules would: Linux-PAM libpam/pam_dispatch.c over
// values.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "facts/facts.hpp"
#include "facts/pam.hpp"
#include "login/gates.hpp"
#include "login/trace.hpp"

namespace reentry {

// One walk over a stack whose modules' answers are all given.
struct PamRun {
  PamCode status = PamCode::perm_denied;
  std::vector<std::size_t> called;    // indexes of the handlers that were called, in order
  std::vector<std::size_t> decisive;  // of those, the ones whose answer turned the stack against the login
  bool bad_jump = false;              // a jump beyond the end of its (sub)stack: the stack can't succeed
};

// pam_dispatch.c:_pam_dispatch_aux for authenticate, acct_mgmt and open_session. `answers` has one entry for
// each handler; what stands for must_fail and substack handlers is not looked at.
[[nodiscard]] PamRun run_pam_stack(const std::vector<PamHandler>& stack, const std::vector<PamCode>& answers);

// Which function of the modules is called.
enum class PamCall { authenticate, account, open_session };
[[nodiscard]] PamType type_of(PamCall call);

// The login that modules are asked about. The password given is the right one.
struct PamQuestion {
  const GateInput& input;
  const PasswdEntry& user;
  PamCall call = PamCall::account;
};

// What one module would answer.
struct ModuleVerdict {
  std::vector<PamCode> codes;  // one: certain; several: any of them, for the reasons in `unknown`
  std::vector<Obstacle>
      obstacles;  // why it does not answer success; may be empty where it has no reason of its own
  std::vector<Missing> unknown;
};

// login/pam_modules.cpp: asks the module of one handler. A module that can't be loaded answers
// module_unknown.
[[nodiscard]] ModuleVerdict judge_module(const PamQuestion& question, const PamHandler& handler);

struct PamJudgement {
  GateResult result = GateResult::pass;
  bool change_required = false;  // the answer is new_authtok_reqd: sshd lets in and demands a new password
  std::vector<Obstacle> change_reasons;  // why, with change_required
  std::vector<Obstacle> obstacles;       // of a refusal, all that must be mended, in the stack's order
  std::vector<Missing> unknown;
};

// Runs the stack of `question.call`. Modules that can't be judged make the result unknown only where their
// answer matters.
[[nodiscard]] PamJudgement judge_pam(const PamQuestion& question);

// The line of a handler.
[[nodiscard]] Exhibit exhibit_of(const PamHandler& handler);

}  // namespace reentry
