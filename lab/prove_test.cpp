// Every scenario against the real sshd. Arguments: the scenarios to prove (all), -v shows what client and
// server said.
#include "lab/prove.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <string_view>

#include "lab/posix.hpp"

namespace reentry::lab {
namespace {

struct Tally {
  int proved = 0;
  int failed = 0;
};

void tell(const Scenario& scenario, const Proof& proof, bool verbose, Tally& tally) {
  ++(proof.holds ? tally.proved : tally.failed);
  if (!proof.holds) fmt::print("FAIL {}: {}\n", scenario.id, proof.why_not);
  if (verbose || !proof.holds) {
    fmt::print("  {}\n  client: {}\n  server: {}\n", scenario.id, proof.client, proof.server);
  }
  std::fflush(stdout);
}

// The name of a scenario, or the path of a scenario file that is still being written.
Result<Scenario> from_argument(const std::string& name) {
  constexpr std::string_view kSuffix = ".scenario";
  if (!name.ends_with(kSuffix)) return find_scenario(name);
  const auto text = read_whole(name);
  if (!text) return fail(ErrorKind::usage, name, "cannot be read");
  const auto start = name.find_last_of('/') + 1;
  return parse_scenario(name.substr(start, name.size() - kSuffix.size() - start), *text);
}

int prove_named(int count, char** names) {
  if (geteuid() != 0) {
    fmt::print("skipped: making hosts needs root\n");
    return 77;
  }
  bool verbose = false;
  std::vector<Scenario> scenarios;
  for (int i = 1; i < count; ++i) {
    if (std::string_view(names[i]) == "-v") {
      verbose = true;
    } else if (auto found = from_argument(names[i])) {
      scenarios.push_back(std::move(*found));
    } else {
      fmt::print("FAIL {}: {}\n", found.error().what, found.error().why);
      return 1;
    }
  }
  if (scenarios.empty()) {
    auto all = all_scenarios();
    if (!all) {
      fmt::print("FAIL {}: {}\n", all.error().what, all.error().why);
      return 1;
    }
    scenarios = std::move(*all);
  }
  Tally tally;
  const auto start = std::chrono::steady_clock::now();
  // A login waits more than it works: PAM's delay after a wrong password, libwrap's before it hangs up.
  constexpr unsigned kJobs = 4;
  std::vector<Scenario> again;
  prove_all(scenarios, kJobs, [&](const auto& scenario, const auto& proof) {
    if (proof.holds) return tell(scenario, proof, verbose, tally);
    fmt::print("{} not at once: {}\n  client: {}\n  server: {}\n", scenario.id, proof.why_not, proof.client,
               proof.server);
    again.push_back(scenario);
  });
  // Where another's load was the reason, the second time alone tells.
  prove_all(again, 1, [&](const auto& scenario, const auto& proof) {
    fmt::print("{}: once more, alone\n", scenario.id);
    tell(scenario, proof, verbose, tally);
  });
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  fmt::print("{} proved, {} failed, {:.1f} s\n", tally.proved, tally.failed, took.count());
  return tally.failed == 0 ? 0 : 1;
}

}  // namespace
}  // namespace reentry::lab

int main(int count, char** names) {
  return reentry::lab::prove_named(count, names);
}
