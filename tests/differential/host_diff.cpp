// The real sshd against the prediction: random host states, one real login each. See --help.
#include <fmt/format.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <string_view>
#include <vector>

#include "collect/collect.hpp"
#include "differential/mutations.hpp"
#include "differential/state_login.hpp"
#include "host/file_tree.hpp"
#include "lab/base_tree.hpp"
#include "lab/host.hpp"
#include "login/replay.hpp"
#include "support/forked.hpp"
#include "support/lab_login.hpp"

namespace reentry::differential {
namespace {

struct Options {
  std::uint64_t states = 200;
  std::uint64_t first = 0;
  std::uint64_t seed = 1;
  unsigned jobs = 2;
  std::string suite = "bookworm";
  Changed changed = Changed::anything;
  bool verbose = false;
};

struct Tally {
  std::uint64_t states = 0, wrong = 0, unknown = 0, accepted = 0, failed = 0;
};

Result<LoginTrace> predict(lab::LabHost& host, const lab::BaseTree& base, const State& state) {
  TRY(const auto tree, open_disk_tree(host.root()));
  TargetFacts target;
  target.name = "lab";
  TRY(LoginQuestion question, testing_support::question_of(request_of(state), base, host));
  question.port = 22;
  TRY(const Facts facts, collect(*tree, target, std::time(nullptr), {state.user}));
  return std::move(replay(facts, {question}).front());
}

void show(const State& state, std::uint64_t index, const LoginTrace& trace, const lab::LoginAnswer& answer,
          const std::string& service, const std::string& log) {
  std::string out =
      fmt::format("---- state {}: {} {} from {}: predicted {}, real {}\n{}", index, state.user,
                  state.key.empty() ? "password" : state.key, state.from, name_of(trace.outcome),
                  answer.accepted ? "accepted" : "refused", state.script);
  for (const Gate& gate : trace.gates) {
    if (gate.result == GateResult::pass || gate.result == GateResult::skipped) continue;
    out += fmt::format("  gate {} {}: {}\n", gate.id, name_of(gate.result), gate.detail.en);
    for (const Obstacle& obstacle : gate.obstacles) {
      out += fmt::format("    {} at {}:{} {}\n", id_of(obstacle.cause), obstacle.at.path, obstacle.at.line,
                         obstacle.at.text);
    }
    for (const Missing& missing : gate.unknown)
      out += fmt::format("    ? {} {}\n", missing.where, missing.detail);
  }
  out += fmt::format("  client: status {} {}\n  service: {}\n  log: {}\n", answer.status, answer.said,
                     service, log.size() > 1500 ? log.substr(log.size() - 1500) : log);
  std::fputs(out.c_str(), stdout);
  std::fflush(stdout);
}

Result<void> judge(const lab::BaseTree& base, const Options& options, std::uint64_t index, Tally& tally) {
  const State state = random_state(options.seed, index, options.changed);
  TRY(lab::LabHost host, lab::LabHost::create(base));
  TRY_VOID(host.run(state.script));
  TRY(const LoginTrace trace, predict(host, base, state));
  TRY(const lab::ServiceState service, host.start_sshd());
  lab::LoginAnswer answer;
  if (service.running) {
    TRY(answer, host.login(request_of(state)));
  }
  ++tally.states;
  if (answer.accepted) ++tally.accepted;
  const bool unknown = trace.outcome == Outcome::unknown;
  const bool wrong = !unknown && (trace.outcome == Outcome::accepted) != answer.accepted;
  if (unknown) ++tally.unknown;
  if (wrong) ++tally.wrong;
  if (wrong || unknown || options.verbose) show(state, index, trace, answer, service.said, host.server_log());
  return {};
}

// One worker: every `jobs`-th state.
Tally work(const lab::BaseTree& base, const Options& options, unsigned number) {
  Tally tally;
  for (std::uint64_t index = options.first + number; index < options.first + options.states;
       index += options.jobs) {
    const auto judged = judge(base, options, index, tally);
    if (!judged) {
      ++tally.failed;
      fmt::print(stdout, "---- state {}: the lab failed: {}: {}\n", index, judged.error().what,
                 judged.error().why);
    }
  }
  return tally;
}

Options parse(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string_view name = argv[i];
    const char* value = i + 1 < argc ? argv[i + 1] : "";
    if (name == "--verbose") {
      options.verbose = true;
      continue;
    }
    ++i;
    if (name == "--states")
      options.states = std::strtoull(value, nullptr, 10);
    else if (name == "--first")
      options.first = std::strtoull(value, nullptr, 10);
    else if (name == "--seed")
      options.seed = std::strtoull(value, nullptr, 10);
    else if (name == "--jobs")
      options.jobs = static_cast<unsigned>(std::strtoul(value, nullptr, 10));
    else if (name == "--suite")
      options.suite = value;
    else if (name == "--only" && std::string_view(value) == "system")
      options.changed = Changed::system;
    else {
      std::puts(
          "host_diff [--states N] [--first I] [--seed S] [--jobs J] [--suite bookworm|bullseye|trixie] "
          "[--only system] [--verbose]");
      std::exit(2);  // NOLINT(concurrency-mt-unsafe): one thread
    }
  }
  if (options.jobs == 0) options.jobs = 1;
  return options;
}

int run(const Options& options) {
  if (::geteuid() != 0) {
    std::puts("SKIPPED: real hosts need root");
    return 77;
  }
  const auto base = lab::base_tree(options.suite, [](std::string_view what) {
    fmt::print(stdout, "{}\n", what);
    std::fflush(stdout);
  });
  if (!base) {
    fmt::print(stdout, "the lab failed: {}: {}\n", base.error().what, base.error().why);
    return 1;
  }
  Tally sum;
  for (const Tally& one : testing_support::run_forked<Tally>(
           options.jobs, [&](unsigned number) { return work(*base, options, number); })) {
    sum.states += one.states;
    sum.wrong += one.wrong;
    sum.unknown += one.unknown;
    sum.accepted += one.accepted;
    sum.failed += one.failed;
  }
  fmt::print(stdout, "{} {} states (seed {}, from {}): {} wrong, {} unknown, {} accepted, {} not judged\n",
             options.suite, sum.states, options.seed, options.first, sum.wrong, sum.unknown, sum.accepted,
             sum.failed);
  const bool good = sum.states == options.states && sum.wrong == 0 && sum.unknown * 100 <= sum.states;
  return good ? 0 : 1;
}

}  // namespace
}  // namespace reentry::differential

int main(int argc, char** argv) {
  return reentry::differential::run(reentry::differential::parse(argc, argv));
}
