// ~/.bashrc: bash(1), INVOCATION, "Invoked by remote shell daemon": bash reads it before a command that comes
// by ssh, so that an `exit` or `exec` on its way ends the session before the command.
#include <array>

#include "base/shown.hpp"
#include "login/exhibits.hpp"
#include "login/session_parts.hpp"

namespace reentry {
namespace {

constexpr std::string_view kUserRcGate = "session/user-rc";
constexpr std::size_t kMostLines = 2000;

std::string_view trimmed(std::string_view line) {
  const std::size_t start = line.find_first_not_of(" \t\r");
  if (start == std::string_view::npos) return {};
  return line.substr(start, line.find_last_not_of(" \t\r") + 1 - start);
}

bool begins_with_word(std::string_view line, std::string_view word) {
  if (line.substr(0, word.size()) != word) return false;
  return line.size() == word.size() ||
         std::string_view(" \t;").find(line[word.size()]) != std::string_view::npos;
}

bool opens_block(std::string_view line) {
  constexpr std::array<std::string_view, 7> kWords = {"if",    "case",   "for",     "while",
                                                      "until", "select", "function"};
  for (const std::string_view word : kWords) {
    if (begins_with_word(line, word)) return true;
  }
  return line.find("() {") != std::string_view::npos || line.find("(){") != std::string_view::npos ||
         line == "{";
}

bool closes_block(std::string_view line) {
  constexpr std::array<std::string_view, 4> kWords = {"fi", "esac", "done", "}"};
  for (const std::string_view word : kWords) {
    if (begins_with_word(line, word)) return true;
    if (line.size() > word.size() && line.substr(line.size() - word.size()) == word &&
        std::string_view(" ;").find(line[line.size() - word.size() - 1]) != std::string_view::npos) {
      return true;
    }
  }
  return false;
}

// `exec` with nothing but redirections only changes the shell's own files.
bool replaces_shell(std::string_view line) {
  if (!begins_with_word(line, "exec")) return false;
  const std::string_view rest = trimmed(line.substr(4));
  return !rest.empty() && std::string_view("<>&0123456789;").find(rest.front()) == std::string_view::npos;
}

// From here on the first command that fails ends the shell.
bool ends_at_failures(std::string_view line) {
  if (!begins_with_word(line, "set")) return false;
  const std::string_view rest = trimmed(line.substr(3));
  if (rest.starts_with("-o")) return rest.find("errexit") != std::string_view::npos;
  return rest.starts_with('-') &&
         rest.substr(0, rest.find_first_of(" \t;")).find('e') != std::string_view::npos;
}

struct RcEnd {
  std::size_t line = 0;  // 0: none
  bool certain = true;   // false: what the lines behind it answer decides, and we can't run them
};

// The first line that ends every session, or 0. Only what stands outside of any block and comes
// before the first `return` is looked at: the rest depends on what we can't run.
RcEnd ending_line(std::string_view bytes) {
  int depth = 0;
  for (std::size_t number = 1; number <= kMostLines && !bytes.empty(); ++number) {
    const std::size_t end = bytes.find('\n');
    const std::string_view raw = bytes.substr(0, end);
    bytes.remove_prefix(end == std::string_view::npos ? bytes.size() : end + 1);
    const std::string_view line = trimmed(raw);
    if (line.empty() || line.front() == '#') continue;
    // Quotes and here-documents that run on over lines can't be followed line by line.
    if (line.find("<<") != std::string_view::npos || line.back() == '\\') return {};
    if (line.find("return") != std::string_view::npos) return {};
    if (opens_block(line)) {
      if (!closes_block(line)) ++depth;
      continue;
    }
    if (closes_block(line)) {
      depth -= depth > 0 ? 1 : 0;
      continue;
    }
    if (depth != 0) continue;
    if (begins_with_word(line, "exit") || begins_with_word(line, "logout") || replaces_shell(line))
      return {number, true};
    if (ends_at_failures(line)) return {number, false};
  }
  return {};
}

bool is_bash(const std::string& shell) {
  const std::string_view name = std::string_view(shell).substr(shell.rfind('/') + 1);
  return name == "bash";
}

}  // namespace

Gate user_rc_gate(const SessionPlan& plan) {
  if (!is_bash(plan.user.shell) || plan.chroot || plan.internal_sftp)
    return gate_of(kUserRcGate, GateResult::skipped);
  Gate gate = gate_of(kUserRcGate, GateResult::pass);
  for (const HostPath& path : {HostPath("/etc/bash.bashrc"), HostPath(plan.user.home) / ".bashrc"}) {
    const FileFact* file = plan.input.facts.paths.find(path);
    if (file == nullptr || !file->bytes) continue;
    const PathNode& node = file->path.node();
    if (!permits(node, plan.input.facts.accounts.actor(plan.user), Permission::read)) continue;
    const auto [line, certain] = ending_line(*file->bytes);
    if (line == 0) continue;
    if (!certain) {
      gate.unknown.push_back({Why::not_asked, path.str(), line_of(*file->bytes, line)});
      gate.detail =
          say("from line {1} of {0} on, a command that fails ends the session",
              "{0} の {1} 行目以降は、コマンドが失敗するとセッションが終了します", shown(path.str()), line);
      continue;
    }
    Exhibit at{"file", path.str(), line, line_of(*file->bytes, line)};
    gate.detail = say("{} line {} ends the session before the command runs",
                      "{} の {} 行目がコマンドの実行前にセッションを終了させます", shown(path.str()), line);
    gate.obstacles.push_back({Cause::session_user_rc, at, {}, {{"user", plan.user.name}, {"line", at.text}}});
  }
  settle(gate);
  return gate;
}

}  // namespace reentry
