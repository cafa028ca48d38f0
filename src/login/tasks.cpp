#include "login/tasks.hpp"

#include <algorithm>
#include <string>

#include "base/shown.hpp"
#include "base/time.hpp"
#include "login/exhibits.hpp"

namespace reentry {
namespace {

// A login is a process of sshd's for the connection, one without privileges before and after authentication,
// and the user's shell. pam_systemd takes them to the user's own group, where what follows is counted; the
// two of the connection begin in sshd's. Trials with OpenSSH 9.2 and pids.max: 0 left closes a connection
// without a word, 1 ends it before the banner's answer, 2 leaves no shell.
std::uint64_t tasks_of_login(const Facts& facts) {
  const std::vector<PamHandler>& stack = facts.pam.sshd.stack(PamType::session);
  const bool leaves = std::any_of(stack.begin(), stack.end(), [](const PamHandler& handler) {
    return handler.module.find("pam_systemd") != std::string::npos;
  });
  const bool of_the_kernel = facts.system.tasks->source.starts_with("/proc/");
  return leaves && !of_the_kernel ? 2 : 3;
}

}  // namespace

Gate tasks_gate(const Facts& facts) {
  Gate gate = gate_of("system/tasks", GateResult::pass);
  const TaskLimit& limit = *facts.system.tasks;
  if (limit.left() >= tasks_of_login(facts)) return gate;
  const std::string count = std::to_string(limit.now) + " of " + std::to_string(limit.most);
  // The count is another one a moment later.
  gate.obstacles.push_back(
      {Cause::system_task_limit,
       {"process", limit.source, 0, count + " processes and threads"},
       {},
       {{"source", limit.source}, {"most", std::to_string(limit.most)}, {"now", std::to_string(limit.now)}},
       false});
  gate.result = GateResult::refuse;
  gate.detail = say("sshd can't start a process for a login: {} are used",
                    "ログインのためのプロセスを sshd が起動できません（使用数 {}）", shown(count));
  return gate;
}

Gate memory_gate(const Facts& facts) {
  Gate gate = gate_of("system/memory", GateResult::pass);
  gate.obstacles.push_back({Cause::system_out_of_memory,
                            {"log", facts.system.oom_log, 0, facts.system.oom_line},
                            {},
                            {{"log", facts.system.oom_log}},
                            false});
  return gate;
}

Gate clock_gate(const Facts& facts) {
  constexpr std::int64_t kDay = 86'400;
  constexpr std::int64_t kLongAfter = 20 * 365 * kDay;
  Gate gate = gate_of("system/clock", GateResult::pass);
  const SystemFacts& system = facts.system;
  const bool behind = facts.now + kDay < system.newest_file;
  const bool ahead = facts.now > system.newest_file + kLongAfter;
  if (!behind && !ahead) return gate;
  gate.obstacles.push_back({Cause::system_clock,
                            {"file", system.newest_path, 0, "changed " + utc_timestamp(system.newest_file)},
                            {},
                            {{"path", system.newest_path},
                             {"changed", utc_timestamp(system.newest_file)},
                             {"now", utc_timestamp(facts.now)},
                             {"how", behind ? "behind" : "ahead"}},
                            false});
  return gate;
}

}  // namespace reentry
