// What `fix` promises against what the real sshd then does: random host states, one login each. Where the
// check after `fix --risk choice --apply` says that the login is accepted, the real one must be; and `undo`
// must give the same tree back bit for bit. See --help.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "differential/mutations.hpp"
#include "differential/state_login.hpp"
#include "lab/base_tree.hpp"
#include "lab/host.hpp"
#include "login/cause.hpp"
#include "mending/mender.hpp"
#include "scenarios/snapshot.hpp"
#include "support/forked.hpp"
#include "support/lab_login.hpp"

namespace reentry::mending {
namespace {

using differential::State;

struct Options {
  std::string program;
  std::uint64_t states = 60;
  std::uint64_t first = 0;
  std::uint64_t seed = 1;
  unsigned jobs = 2;
  std::string suite = "bookworm";
  bool verbose = false;
};

constexpr std::size_t kCauses = 0
#define REENTRY_CAUSE(symbol, id) +1
#include "login/causes.def"
#undef REENTRY_CAUSE
    ;

struct Tally {
  std::uint64_t states = 0;
  std::uint64_t open = 0;       // nothing had to be mended: no transaction, and the login works
  std::uint64_t promised = 0;   // the login is said to work after the repairs
  std::uint64_t broken = 0;     // ... and does not
  std::uint64_t shy = 0;        // it works, and is said not to
  std::uint64_t unsettled = 0;  // undo did not give the tree back, or a second fix differs from the first
  std::uint64_t unknown = 0;    // no promise, because something can't be judged
  std::uint64_t failed = 0;     // the lab failed
  std::array<std::uint32_t, kCauses> in_the_way{};  // of logins without a promise: what still refuses
};

struct Outcome {
  Promise promise;
  lab::ServiceState service;
  lab::LoginAnswer answer;
  std::string unsettled;  // empty: undo gave everything back and the second fix did what the first did
};

Result<Outcome> play(const lab::BaseTree& base, const Options& options, const State& state,
                     lab::LabHost& host) {
  const lab::LoginRequest request = differential::request_of(state);
  std::vector<std::string> arguments = testing_support::question_options(request, base, host);
  arguments.insert(arguments.end(), {"--risk", "choice"});
  Outcome outcome;
  TRY_VOID(host.run(state.script));
  const Layers layers{host.root(), host.changes(), base.root, {}};
  const Snapshot before = snapshot_of(layers);
  TRY(const Promise first, fix(options.program, host.root(), arguments));
  outcome.promise = first;
  if (!first.transaction.empty()) {
    TRY(const lab::Ran undone, undo(options.program, host.root()));
    const auto left = differences(layers, before, snapshot_of(layers));
    if (!left.empty() || undone.status != 0) {
      outcome.unsettled = fmt::format("undo (status {}) left differences:\n    {}\n    {}", undone.status,
                                      fmt::join(left, "\n    "), undone.err);
    }
    TRY(outcome.promise, fix(options.program, host.root(), arguments));
    if (outcome.promise.outcome != first.outcome || outcome.promise.applied != first.applied) {
      outcome.unsettled += "\n    the second fix differs from the first";
    }
  }
  TRY(outcome.service, host.start_sshd());
  if (outcome.service.running) {
    TRY(outcome.answer, host.login(request));
    // A machine under load may let a connection time out; a login that works at all works the second time.
    if (!outcome.answer.accepted && outcome.promise.accepted()) {
      TRY(outcome.answer, host.login(request));
    }
  }
  return outcome;
}

void show(const State& state, std::uint64_t index, const Outcome& outcome, const std::string& log,
          bool whole) {
  const Promise& promise = outcome.promise;
  std::string out =
      fmt::format("---- state {}: {} {} from {}: said {}, real {}; applied [{}], in the way [{}]\n", index,
                  state.user, state.key.empty() ? "password" : state.key, state.from,
                  promise.outcome.value_or("nothing"), outcome.answer.accepted ? "accepted" : "refused",
                  fmt::join(promise.applied, " "), fmt::join(promise.in_the_way, ", "));
  if (whole) {
    out += fmt::format(
        "{}  fix: status {}, left [{}] {}\n  {}\n  client: status {} {}\n  service: {}\n  log: {}\n",
        state.script, promise.status, fmt::join(promise.left, " "), promise.said, outcome.unsettled,
        outcome.answer.status, outcome.answer.said, outcome.service.said,
        log.size() > 1500 ? log.substr(log.size() - 1500) : log);
  }
  std::fputs(out.c_str(), stdout);
  std::fflush(stdout);
}

void count(const Outcome& outcome, Tally& tally) {
  const Promise& promise = outcome.promise;
  const bool works = outcome.answer.accepted;
  ++tally.states;
  if (!outcome.unsettled.empty()) ++tally.unsettled;
  if (promise.accepted()) {
    ++tally.promised;
    if (!works) ++tally.broken;
    if (works && promise.transaction.empty()) ++tally.open;
    return;
  }
  if (promise.outcome == "unknown") ++tally.unknown;
  if (promise.outcome != "unknown" && works) ++tally.shy;
  for (const std::string& id : promise.in_the_way) {
    if (const auto cause = cause_of(id)) ++tally.in_the_way[static_cast<std::size_t>(*cause)];
  }
}

Result<void> judge(const lab::BaseTree& base, const Options& options, std::uint64_t index, Tally& tally) {
  const State state = differential::random_state(options.seed, index);
  TRY(lab::LabHost host, lab::LabHost::create(base));
  TRY(const Outcome outcome, play(base, options, state, host));
  count(outcome, tally);
  const bool works = outcome.answer.accepted;
  const bool wrong = !outcome.unsettled.empty() || !outcome.promise.outcome ||
                     (outcome.promise.accepted() != works && outcome.promise.outcome != "unknown");
  if (wrong || options.verbose || !outcome.promise.accepted()) {
    show(state, index, outcome, host.server_log(), wrong || options.verbose);
  }
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

void usage() {
  std::puts(
      "fix_diff REENTRY [--states N] [--first I] [--seed S] [--jobs J] [--suite bookworm|bullseye|trixie] "
      "[--verbose]");
  std::exit(2);  // NOLINT(concurrency-mt-unsafe): one thread
}

Options parse(const std::vector<std::string_view>& arguments) {
  if (arguments.empty() || arguments.front().starts_with("--")) usage();
  Options options;
  options.program = arguments.front();
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    const std::string_view name = arguments[i];
    if (name == "--verbose") {
      options.verbose = true;
      continue;
    }
    if (++i == arguments.size()) usage();
    const std::string value(arguments[i]);
    const std::uint64_t number = std::strtoull(value.c_str(), nullptr, 10);
    if (name == "--states")
      options.states = number;
    else if (name == "--first")
      options.first = number;
    else if (name == "--seed")
      options.seed = number;
    else if (name == "--jobs")
      options.jobs = std::max(1U, static_cast<unsigned>(number));
    else if (name == "--suite")
      options.suite = value;
    else
      usage();
  }
  return options;
}

void add(Tally& sum, const Tally& one) {
  sum.states += one.states;
  sum.open += one.open;
  sum.promised += one.promised;
  sum.broken += one.broken;
  sum.shy += one.shy;
  sum.unsettled += one.unsettled;
  sum.unknown += one.unknown;
  sum.failed += one.failed;
  for (std::size_t i = 0; i < kCauses; ++i) sum.in_the_way[i] += one.in_the_way[i];
}

// What most often keeps a promise from being made, most frequent first.
void show_what_is_in_the_way(const Tally& sum) {
  std::vector<std::pair<std::uint32_t, std::string_view>> ranked;
  for (std::size_t i = 0; i < kCauses; ++i) {
    if (sum.in_the_way[i] != 0) ranked.emplace_back(sum.in_the_way[i], id_of(static_cast<Cause>(i)));
  }
  std::sort(ranked.rbegin(), ranked.rend());
  for (const auto& [times, id] : ranked) fmt::print(stdout, "  no promise: {:4} {}\n", times, id);
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
    add(sum, one);
  }
  show_what_is_in_the_way(sum);
  fmt::print(
      stdout,
      "{} {} states (seed {}, from {}): {} promised ({} without a repair), {} promises broken, {} trees "
      "not given back, {} said to be refused and are not, {} undecided, {} not judged\n",
      options.suite, sum.states, options.seed, options.first, sum.promised, sum.open, sum.broken,
      sum.unsettled, sum.shy, sum.unknown, sum.failed);
  const bool good = sum.states == options.states && sum.broken == 0 && sum.unsettled == 0 && sum.shy == 0 &&
                    sum.promised > 0;
  return good ? 0 : 1;
}

}  // namespace
}  // namespace reentry::mending

int main(int argc, char** argv) {
  return reentry::mending::run(reentry::mending::parse({argv + 1, argv + argc}));
}
