// What replaces the client's command: ForceCommand, command= of a key, force-command of a certificate
// (session.c:do_exec).
#include "base/shown.hpp"
#include "facts/session_paths.hpp"
#include "login/exhibits.hpp"
#include "login/session_parts.hpp"
#include "login/usable_shell.hpp"

namespace reentry {
namespace {

constexpr std::string_view kCommandGate = "session/command";

std::vector<std::pair<std::string, std::string>> details_of(const SessionPlan& plan) {
  return {{"user", plan.user.name},
          {"command", *plan.forced},
          {"by", plan.forced_by_key ? "key" : "ForceCommand"}};
}

// A wrapper that looks at SSH_ORIGINAL_COMMAND may well run what was asked for.
bool may_run_the_original(const SessionPlan& plan) {
  constexpr std::string_view kVariable = "SSH_ORIGINAL_COMMAND";
  if (plan.forced->find(kVariable) != std::string::npos) return true;
  const std::string program = absolute_program(*plan.forced);
  const FileFact* file = program.empty() ? nullptr : plan.input.facts.paths.find(HostPath(program));
  return file != nullptr && file->bytes && file->bytes->find(kVariable) != std::string::npos;
}

}  // namespace

Gate command_gate(const SessionPlan& plan) {
  const Setting& setting = plan.input.connection["forcecommand"];
  if (setting.uncertain) {
    return unknown_gate(kCommandGate, {{Why::not_asked, setting.at.file, "Match"}},
                        say("a Match block that can't be decided sets ForceCommand",
                            "判定できない Match ブロックが ForceCommand を設定しています"));
  }
  if (!plan.forced)
    return gate_of(kCommandGate, GateResult::pass,
                   say("the client's own command runs", "クライアントのコマンドがそのまま実行されます"));
  Gate gate = gate_of(kCommandGate, GateResult::pass,
                      say("{} runs instead of the client's command",
                          "クライアントのコマンドの代わりに {} が実行されます", shown(*plan.forced)));
  if (!plan.internal_sftp) {
    const std::string program = absolute_program(*plan.forced);
    const ProgramTrouble trouble = program.empty()
                                       ? ProgramTrouble{}
                                       : trouble_with_program(plan.input.facts, program, plan.chroot,
                                                              plan.input.facts.accounts.actor(plan.user));
    const bool fails = trouble.kind == ProgramTrouble::Kind::absent ||
                       trouble.kind == ProgramTrouble::Kind::interpreter_absent ||
                       trouble.kind == ProgramTrouble::Kind::not_executable ||
                       trouble.kind == ProgramTrouble::Kind::not_loadable ||
                       trouble.kind == ProgramTrouble::Kind::library_unreadable;
    if (fails) {
      Obstacle obstacle{Cause::session_forced_command_fails,
                        plan.forced_at,
                        {{"file", trouble.path, 0, {}}},
                        details_of(plan)};
      obstacle.details.emplace_back("why", std::string(word_for(trouble.kind)));
      obstacle.details.emplace_back("path", trouble.path);
      gate.obstacles.push_back(std::move(obstacle));
      gate.result = GateResult::refuse;
      gate.detail =
          say("the forced command {} can't be run", "強制コマンド {} を実行できません", shown(*plan.forced));
      return gate;
    }
  }
  if (plan.is_by_design() || (!plan.internal_sftp && may_run_the_original(plan))) return gate;
  gate.obstacles.push_back({Cause::session_forced_command, plan.forced_at, {}, details_of(plan)});
  gate.result = GateResult::refuse;
  return gate;
}

}  // namespace reentry
