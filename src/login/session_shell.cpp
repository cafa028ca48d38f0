// Whether the shell can run a command: session.c:do_child, execve(2), nologin(8).
#include <algorithm>
#include <array>

#include "base/shown.hpp"
#include "facts/program_head.hpp"
#include "facts/session_paths.hpp"
#include "login/exhibits.hpp"
#include "login/session_parts.hpp"
#include "login/strict_modes.hpp"
#include "login/usable_shell.hpp"

namespace reentry {

bool is_nologin_shell(std::string_view shell) {
  constexpr std::array<std::string_view, 9> kNames = {"nologin",  "false",     "true",    "sync",      "halt",
                                                      "shutdown", "git-shell", "scponly", "nologin.sh"};
  while (!shell.empty() && shell.back() == '/') shell.remove_suffix(1);
  const std::string_view name = shell.substr(shell.rfind('/') + 1);
  return std::find(kNames.begin(), kNames.end(), name) != kNames.end();
}

namespace {

ProgramTrouble not_permitted(ProgramTrouble::Kind kind, const PathNode& node) {
  return {kind, node.path.str(), {}, &node};
}

// The loader runs as the user, and opens each library to read it.
ProgramTrouble trouble_with_libraries(const Facts& facts, const std::string& asked, const Actor& actor) {
  const auto found = facts.loads.find(asked);
  if (found == facts.loads.end()) return {};
  const ProgramLoad& load = found->second;
  if (!load.faults.empty()) {
    const LibraryFault& fault = load.faults.front();
    return {ProgramTrouble::Kind::not_loadable, fault.path.empty() ? fault.name : fault.path, {}};
  }
  for (const PathFact& library : load.libraries) {
    if (!library.found()) continue;
    const PathNode* closed = first_closed_directory(library, actor);
    if (closed == nullptr && permits(library.node(), actor, Permission::read)) continue;
    return not_permitted(ProgramTrouble::Kind::library_unreadable,
                         closed == nullptr ? library.node() : *closed);
  }
  if (!load.unknown.empty()) return {ProgramTrouble::Kind::unknown, asked, load.unknown.front()};
  return {};
}

}  // namespace

ProgramTrouble trouble_with_program(const Facts& facts, const std::string& path,
                                    const std::optional<std::string>& chroot, const Actor& actor) {
  std::string asked = inside(chroot, path).str();
  std::string loaded;  // the program that the loader starts
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
      return not_permitted(ProgramTrouble::Kind::not_executable, node);
    }
    if (const PathNode* closed = first_closed_directory(file->path, actor)) {
      return not_permitted(ProgramTrouble::Kind::not_executable, *closed);
    }
    if (!file->bytes) return {ProgramTrouble::Kind::unknown, asked, file->bytes.missing()};
    const ProgramHead head = parse_program_head(*file->bytes);
    if (head.kind == ProgramKind::empty || head.kind == ProgramKind::foreign) {
      return {ProgramTrouble::Kind::no_program, asked, {}};
    }
    if (head.kind == ProgramKind::elf && loaded.empty()) loaded = asked;
    if (head.interpreter.empty() || head.interpreter.front() != '/') break;
    asked = inside(chroot, head.interpreter).str();
  }
  return trouble_with_libraries(facts, loaded, actor);
}

std::string_view word_for(ProgramTrouble::Kind kind) {
  switch (kind) {
    case ProgramTrouble::Kind::none: return "";
    case ProgramTrouble::Kind::absent: return "missing";
    case ProgramTrouble::Kind::interpreter_absent: return "interpreter missing";
    case ProgramTrouble::Kind::not_executable: return "not executable";
    case ProgramTrouble::Kind::no_program: return "not a program";
    case ProgramTrouble::Kind::not_loadable: return "not loadable";
    case ProgramTrouble::Kind::library_unreadable: return "library unreadable";
    case ProgramTrouble::Kind::unknown: return "unknown";
  }
  return "";
}

namespace {

// The file that is the trouble, as evidence unless it is the shell that /etc/passwd names already.
void add_seen_file(const AccountFacts& accounts, const ProgramTrouble& trouble, const std::string& shell,
                   Obstacle& obstacle) {
  Obstacle seen{obstacle.cause, {"file", trouble.path, 0, {}}, {}, {}};
  if (trouble.node != nullptr) {
    describe_node(*trouble.node, accounts, seen);
    obstacle.details.insert(obstacle.details.end(), seen.details.begin(), seen.details.end());
    if (trouble.node->stat.type == FileType::directory) obstacle.details.emplace_back("type", "directory");
  } else {
    obstacle.details.emplace_back("path", trouble.path);
  }
  if (trouble.node != nullptr || trouble.path != shell) obstacle.evidence.push_back(std::move(seen.at));
}

}  // namespace

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
  Obstacle obstacle{
      plan.chroot ? Cause::session_chroot_no_shell : Cause::session_shell_fails,
      passwd_exhibit(plan.user),
      {},
      {{"user", plan.user.name}, {"shell", shell}, {"why", std::string(word_for(trouble.kind))}}};
  if (plan.chroot) {
    obstacle.at = config_exhibit(plan.input.facts, plan.input.connection["chrootdirectory"].at);
    obstacle.evidence.push_back(passwd_exhibit(plan.user));
    obstacle.details.emplace_back("chroot", *plan.chroot);
  }
  add_seen_file(plan.input.facts.accounts, trouble, program, obstacle);
  // A shell that is missing outright is refused long before (auth/shell); in a chroot sshd does not look.
  Gate gate = gate_of(kId, GateResult::refuse,
                      say("the shell {} can't be started: {} is {}", "シェル {} を起動できません（{}: {}）",
                          shown(shell), shown(trouble.path), word_for(trouble.kind)));
  gate.obstacles.push_back(std::move(obstacle));
  return gate;
}

}  // namespace reentry
