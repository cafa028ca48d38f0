// Whether the shell can run a command: session.c:do_child, execve(2), nologin(8).
#include <algorithm>
#include <array>

#include "base/shown.hpp"
#include "facts/program_head.hpp"
#include "facts/session_paths.hpp"
#include "login/exhibits.hpp"
#include "login/session_parts.hpp"
#include "login/usable_shell.hpp"

namespace reentry {

bool is_nologin_shell(std::string_view shell) {
  constexpr std::array<std::string_view, 9> kNames = {"nologin",  "false",     "true",    "sync",      "halt",
                                                      "shutdown", "git-shell", "scponly", "nologin.sh"};
  while (!shell.empty() && shell.back() == '/') shell.remove_suffix(1);
  const std::string_view name = shell.substr(shell.rfind('/') + 1);
  return std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

ProgramTrouble trouble_with_program(const Facts& facts, const std::string& path,
                                    const std::optional<std::string>& chroot, const Actor& actor) {
  std::string asked = inside(chroot, path).str();
  for (int depth = 0; depth < 4; ++depth) {
    const FileFact* file = facts.paths.find(HostPath(asked));
    if (file == nullptr || file->path.end == PathEnd::denied || file->path.end == PathEnd::failed) {
      return {ProgramTrouble::Kind::unknown, asked,
              file == nullptr ? Missing{Why::not_asked, asked, {}} : file->path.missing()};
    }
    if (!file->path.found()) {
      return {
          depth == 0 ? ProgramTrouble::Kind::absent : ProgramTrouble::Kind::interpreter_absent, asked, {}};
    }
    const PathNode& node = file->path.node();
    if (node.stat.type != FileType::regular || !permits(node, actor, Permission::execute)) {
      return {ProgramTrouble::Kind::not_executable, node.path.str(), {}};
    }
    if (const PathNode* closed = first_closed_directory(file->path, actor)) {
      return {ProgramTrouble::Kind::not_executable, closed->path.str(), {}};
    }
    if (!file->bytes) return {ProgramTrouble::Kind::unknown, asked, file->bytes.missing()};
    const ProgramHead head = parse_program_head(*file->bytes);
    if (head.kind == ProgramKind::empty || head.kind == ProgramKind::foreign) {
      return {ProgramTrouble::Kind::no_program, asked, {}};
    }
    if (head.interpreter.empty() || head.interpreter.front() != '/') return {};
    asked = inside(chroot, head.interpreter).str();
  }
  return {};
}

std::string_view word_for(ProgramTrouble::Kind kind) {
  switch (kind) {
    case ProgramTrouble::Kind::none: return "";
    case ProgramTrouble::Kind::absent: return "missing";
    case ProgramTrouble::Kind::interpreter_absent: return "interpreter missing";
    case ProgramTrouble::Kind::not_executable: return "not executable";
    case ProgramTrouble::Kind::no_program: return "not a program";
    case ProgramTrouble::Kind::unknown: return "unknown";
  }
  return "";
}

Gate shell_gate(const SessionPlan& plan) {
  constexpr std::string_view kId = "session/shell";
  const std::string shell = plan.user.shell.empty() ? "/bin/sh" : plan.user.shell;
  if (plan.internal_sftp) {
    return gate_of(kId, GateResult::skipped,
                   say("internal-sftp needs no shell", "internal-sftp にシェルは不要です"));
  }
  if (is_nologin_shell(shell)) {
    Gate gate = gate_of(kId, GateResult::refuse,
                        say("the shell {} ends every session at once",
                            "シェル {} はセッションをすぐに終了させます", shown(shell)));
    gate.obstacles.push_back({Cause::session_nologin_shell,
                              passwd_exhibit(plan.user),
                              {},
                              {{"user", plan.user.name}, {"shell", shell}}});
    return gate;
  }
  const Actor actor = plan.input.facts.accounts.actor(plan.user);
  const std::string program = session_shell(plan.user);
  const ProgramTrouble trouble = trouble_with_program(plan.input.facts, program, plan.chroot, actor);
  if (trouble.kind == ProgramTrouble::Kind::none) {
    return gate_of(kId, GateResult::pass, say("the shell {} runs", "シェル {} は起動できます", shown(shell)));
  }
  if (trouble.kind == ProgramTrouble::Kind::unknown) {
    return unknown_gate(
        kId, {trouble.missing},
        say("the shell {} could not be looked at", "シェル {} を確認できませんでした", shown(shell)));
  }
  Obstacle obstacle{plan.chroot ? Cause::session_chroot_no_shell : Cause::session_shell_fails,
                    passwd_exhibit(plan.user),
                    {},
                    {{"user", plan.user.name},
                     {"shell", shell},
                     {"why", std::string(word_for(trouble.kind))},
                     {"path", trouble.path}}};
  if (plan.chroot) {
    obstacle.at = config_exhibit(plan.input.facts, plan.input.connection["chrootdirectory"].at);
    obstacle.evidence.push_back(passwd_exhibit(plan.user));
    obstacle.details.emplace_back("chroot", *plan.chroot);
  } else if (trouble.path != program) {
    obstacle.evidence.push_back({"file", trouble.path, 0, {}});
  }
  // A shell that is missing outright is refused long before (auth/shell); in a chroot sshd does not look.
  Gate gate = gate_of(kId, GateResult::refuse,
                      say("the shell {} can't be started: {} is {}", "シェル {} を起動できません（{}: {}）",
                          shown(shell), shown(trouble.path), word_for(trouble.kind)));
  gate.obstacles.push_back(std::move(obstacle));
  return gate;
}

}  // namespace reentry
