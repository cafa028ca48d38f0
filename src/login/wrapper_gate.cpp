#include "login/wrapper_gate.hpp"

#include "base/shown.hpp"
#include "facts/hosts_access.hpp"

namespace reentry {

Gate wrapper_gate(const GateInput& input) {
  Gate gate;
  gate.id = "banner/hosts-access";
  gate.stage = Stage::banner;
  if (!input.facts.ssh.libwrap) {
    gate.result = GateResult::skipped;
    gate.detail = say("this sshd is not built with libwrap", "この sshd は libwrap なしで作られています");
    return gate;
  }
  const WrapperAnswer answer = hosts_access(input.facts.hosts_access, "sshd", input.question.from);
  switch (answer.verdict) {
    case WrapperVerdict::granted: gate.result = GateResult::pass; return gate;
    case WrapperVerdict::unknown:
      gate.result = GateResult::unknown;
      gate.unknown = answer.unknown;
      gate.detail = say("{} line {} decides by a fact that is not known here",
                        "{} の {} 行目は、ここでは分からない事実で決まります", answer.table, answer.line);
      return gate;
    case WrapperVerdict::refused: break;
  }
  gate.result = GateResult::refuse;
  Obstacle obstacle;
  obstacle.cause = Cause::banner_hosts_deny;
  obstacle.at = {"file", answer.table, answer.line, answer.text};
  obstacle.details = {{"from", input.question.from.value_or("")}, {"rule", answer.text}};
  gate.obstacles.push_back(std::move(obstacle));
  gate.detail = say("{} line {} refuses: {}", "{} の {} 行目が拒否します: {}", answer.table, answer.line,
                    shown(answer.text));
  return gate;
}

}  // namespace reentry
