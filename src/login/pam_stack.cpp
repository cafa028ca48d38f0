#include "login/pam_stack.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "login/exhibits.hpp"

namespace reentry {
namespace {

constexpr std::size_t kMostCombinations = 1024;
constexpr int kMostMends = 8;

enum class Impression { undefined, positive, negative };

struct State {
  Impression impression = Impression::undefined;
  PamCode status = PamCode::perm_denied;
};

// One walk. libpam keeps the state at the entry of each substack, so that `reset` can go back to it.
class Walk {
 public:
  Walk(const std::vector<PamHandler>& stack, const std::vector<PamCode>& answers)
      : stack_(stack), answers_(answers) {
    result_.called.reserve(stack.size());
  }

  PamRun run() {
    int previous_level = 0;
    for (position_ = 0; position_ < stack_.size(); ++position_) {
      const PamHandler& handler = stack_[position_];
      const int level = std::clamp(handler.level, 0, 31);
      if (previous_level < level) saved_[static_cast<std::size_t>(level)] = state_;
      previous_level = level;
      if (handler.kind == PamHandler::Kind::substack) continue;
      step(handler, level);
    }
    if (state_.status == PamCode::success && state_.impression != Impression::positive) {
      state_.status = PamCode::perm_denied;
    }
    result_.status = state_.status;
    return std::move(result_);
  }

 private:
  void step(const PamHandler& handler, int level) {
    const bool must_fail = handler.kind == PamHandler::Kind::must_fail;
    const PamCode code = must_fail ? PamCode::perm_denied : answers_[position_];
    const int action = handler.actions[static_cast<std::size_t>(code)];
    result_.called.push_back(position_);
    if (action == kPamReset) {
      state_ = saved_[static_cast<std::size_t>(level)];
    } else if (action == kPamOk || action == kPamDone) {
      take_good(code);
      if (action == kPamDone && state_.impression == Impression::positive) leave(level);
    } else if (action == kPamBad || action == kPamDie) {
      take_bad(code);
      if (action == kPamDie) leave(level);
    } else if (action > 0) {
      jump(action, level);
    }
  }

  void take_good(PamCode code) {
    if (state_.impression == Impression::undefined ||
        (state_.impression == Impression::positive && state_.status == PamCode::success)) {
      state_ = {Impression::positive, code};
    }
  }

  void take_bad(PamCode code) {
    result_.decisive.push_back(position_);
    if (state_.impression == Impression::negative) return;
    state_ = {Impression::negative, code == PamCode::ignore ? PamCode::perm_denied : code};
  }

  // Skips the rest of this substack (the whole stack on level 0).
  void leave(int level) {
    while (position_ + 1 < stack_.size() && stack_[position_ + 1].level >= level) ++position_;
  }

  void jump(int count, int level) {
    while (count > 0 && position_ + 1 < stack_.size() && stack_[position_ + 1].level >= level) {
      do {
        ++position_;
      } while (position_ + 1 < stack_.size() && stack_[position_ + 1].level > level);
      --count;
    }
    if (count == 0) return;
    result_.bad_jump = true;
    result_.decisive.push_back(result_.called.back());
    state_ = {Impression::negative, PamCode::perm_denied};
  }

  const std::vector<PamHandler>& stack_;
  const std::vector<PamCode>& answers_;
  std::array<State, 32> saved_{};
  State state_;
  std::size_t position_ = 0;
  PamRun result_;
};

bool lets_in(PamCall call, PamCode status) {
  return status == PamCode::success || (call == PamCall::account && status == PamCode::new_authtok_reqd);
}

Cause general_cause(PamCall call) {
  switch (call) {
    case PamCall::authenticate: return Cause::auth_pam_stack_denies;
    case PamCall::account: return Cause::account_pam_denies;
    case PamCall::open_session: return Cause::session_pam_denies;
  }
  return Cause::account_pam_denies;
}

Obstacle broken_line(PamCall call, const PamHandler& handler) {
  const Cause cause = call == PamCall::account ? Cause::account_pam_stack_broken : general_cause(call);
  return {cause, exhibit_of(handler), {}, {{"fault", handler.fault}, {"service", handler.file}}};
}

// One stack under judgement: the verdicts of its modules and what they add up to.
class Judge {
 public:
  explicit Judge(const PamQuestion& question)
      : question_(question), stack_(question.input.facts.pam.sshd.stack(type_of(question.call))) {
    verdicts_.reserve(stack_.size());
    for (const PamHandler& handler : stack_) {
      const bool asks =
          handler.kind == PamHandler::Kind::module || handler.kind == PamHandler::Kind::silent_module;
      verdicts_.push_back(asks ? judge_module(question, handler)
                               : ModuleVerdict{{PamCode::perm_denied}, {}, {}});
      if (verdicts_.back().codes.empty()) verdicts_.back().codes = {PamCode::success};
      if (verdicts_.back().codes.size() > 1) open_.push_back(verdicts_.size() - 1);
    }
  }

  PamJudgement judge() {
    PamJudgement judgement;
    const Tally tally = try_all();
    judgement.change_required = tally.change_required;
    for (const ModuleVerdict& verdict : verdicts_) {
      if (!tally.change_required || verdict.codes.front() != PamCode::new_authtok_reqd) continue;
      judgement.change_reasons.insert(judgement.change_reasons.end(), verdict.obstacles.begin(),
                                      verdict.obstacles.end());
    }
    if (tally.refused == 0 && !tally.cut_short) return judgement;
    if (tally.accepted > 0 || tally.cut_short) {
      judgement.result = GateResult::unknown;
      for (const std::size_t index : open_) {
        const auto& missing = verdicts_[index].unknown;
        judgement.unknown.insert(judgement.unknown.end(), missing.begin(), missing.end());
      }
      return judgement;
    }
    judgement.result = GateResult::refuse;
    judgement.obstacles = all_obstacles();
    return judgement;
  }

 private:
  struct Tally {
    std::size_t accepted = 0;
    std::size_t refused = 0;
    bool change_required = false;
    bool cut_short = false;
  };

  std::vector<PamCode> first_answers() const {
    std::vector<PamCode> answers;
    answers.reserve(verdicts_.size());
    for (const ModuleVerdict& verdict : verdicts_) answers.push_back(verdict.codes.front());
    return answers;
  }

  // Every combination of the open answers, as an odometer.
  Tally try_all() const {
    Tally tally;
    std::vector<std::size_t> digits(open_.size(), 0);
    std::vector<PamCode> answers = first_answers();
    for (std::size_t count = 0;; ++count) {
      if (count == kMostCombinations) {
        tally.cut_short = true;
        return tally;
      }
      const PamRun run = run_pam_stack(stack_, answers);
      if (lets_in(question_.call, run.status)) {
        ++tally.accepted;
        tally.change_required = tally.change_required || run.status == PamCode::new_authtok_reqd;
      } else {
        ++tally.refused;
      }
      std::size_t wheel = 0;
      for (; wheel < digits.size(); ++wheel) {
        const std::vector<PamCode>& codes = verdicts_[open_[wheel]].codes;
        digits[wheel] = (digits[wheel] + 1) % codes.size();
        answers[open_[wheel]] = codes[digits[wheel]];
        if (digits[wheel] != 0) break;
      }
      if (wheel == digits.size()) return tally;
    }
  }

  // What must be mended, found by mending: the reasons of the first refusal are taken away and the stack is
  // walked again, until it lets in.
  std::vector<Obstacle> all_obstacles() const {
    std::vector<Obstacle> obstacles;
    std::vector<PamCode> answers = first_answers();
    std::vector<PamHandler> mended = stack_;
    for (int round = 0; round < kMostMends; ++round) {
      const PamRun run = run_pam_stack(mended, answers);
      if (lets_in(question_.call, run.status)) break;
      const std::vector<std::size_t> reasons = reasons_of(run, answers);
      if (reasons.empty()) break;
      for (const std::size_t index : reasons) {
        std::vector<Obstacle> found = obstacles_of(index, answers[index], run);
        obstacles.insert(obstacles.end(), std::make_move_iterator(found.begin()),
                         std::make_move_iterator(found.end()));
        answers[index] = PamCode::success;
        if (mended[index].kind == PamHandler::Kind::must_fail) mended[index].kind = PamHandler::Kind::module;
        int& on_success = mended[index].actions[static_cast<std::size_t>(PamCode::success)];
        if (on_success == kPamBad || on_success == kPamDie) on_success = kPamOk;
      }
    }
    if (obstacles.empty()) obstacles.push_back(nobody_answered());
    return obstacles;
  }

  // The handlers to blame. A pam_deny that catches what fell through is only the messenger: the modules
  // before it that said no are meant.
  std::vector<std::size_t> reasons_of(const PamRun& run, const std::vector<PamCode>& answers) const {
    std::vector<std::size_t> reasons;
    for (const std::size_t index : run.decisive) {
      if (has_reason(index)) reasons.push_back(index);
    }
    if (!reasons.empty()) return reasons;
    for (const std::size_t index : run.called) {
      if (has_reason(index) && answers[index] != PamCode::success && answers[index] != PamCode::ignore) {
        reasons.push_back(index);
      }
    }
    return reasons.empty() ? run.decisive : reasons;
  }

  bool has_reason(std::size_t index) const {
    return !stack_[index].fault.empty() || !verdicts_[index].obstacles.empty();
  }

  std::vector<Obstacle> obstacles_of(std::size_t index, PamCode code, const PamRun& run) const {
    const PamHandler& handler = stack_[index];
    if (!handler.fault.empty()) return {broken_line(question_.call, handler)};
    if (!verdicts_[index].obstacles.empty()) return verdicts_[index].obstacles;
    Obstacle obstacle{general_cause(question_.call),
                      exhibit_of(handler),
                      {},
                      {{"module", handler.module}, {"answer", std::string(name_of(code))}}};
    if (run.bad_jump) obstacle.details.emplace_back("bad_jump", "yes");
    return {std::move(obstacle)};
  }

  // The stack is empty, or every answer was ignored: libpam then denies.
  Obstacle nobody_answered() const {
    const PamService& service = question_.input.facts.pam.sshd;
    const std::string file = service.file.empty() ? "/etc/pam.d/" + service.name : service.file;
    return {general_cause(question_.call), {"file", file, 0, {}}, {}, {{"no_answer", "yes"}}};
  }

  const PamQuestion& question_;
  const std::vector<PamHandler>& stack_;
  std::vector<ModuleVerdict> verdicts_;
  std::vector<std::size_t> open_;
};

}  // namespace

PamType type_of(PamCall call) {
  switch (call) {
    case PamCall::authenticate: return PamType::auth;
    case PamCall::account: return PamType::account;
    case PamCall::open_session: return PamType::session;
  }
  return PamType::account;
}

Exhibit exhibit_of(const PamHandler& handler) {
  return {"file", handler.file, handler.line, handler.text};
}

PamRun run_pam_stack(const std::vector<PamHandler>& stack, const std::vector<PamCode>& answers) {
  return Walk(stack, answers).run();
}

PamJudgement judge_pam(const PamQuestion& question) {
  return Judge(question).judge();
}

}  // namespace reentry
