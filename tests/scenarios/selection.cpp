#include "scenarios/selection.hpp"

#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdio>
#include <new>

#include "support/forked.hpp"

namespace reentry {
namespace {

// A host waits for its network and its client about as long as it works.
constexpr unsigned kJobs = 4;

struct Tally {
  int passed = 0, failed = 0;
};

// The next scenario that nobody has taken yet, shared by the child processes.
class Queue {
 public:
  Queue()
      : memory_(::mmap(nullptr, sizeof(std::atomic<std::size_t>), PROT_READ | PROT_WRITE,
                       MAP_SHARED | MAP_ANONYMOUS, -1, 0)) {
    if (memory_ != MAP_FAILED) next_ = new (memory_) std::atomic<std::size_t>(0);
  }
  ~Queue() {
    if (memory_ != MAP_FAILED) ::munmap(memory_, sizeof(std::atomic<std::size_t>));
  }
  Queue(const Queue&) = delete;
  Queue& operator=(const Queue&) = delete;
  [[nodiscard]] bool good() const { return next_ != nullptr; }
  [[nodiscard]] std::size_t take() const { return next_->fetch_add(1); }

 private:
  void* memory_;
  std::atomic<std::size_t>* next_ = nullptr;
};

Tally work(const std::vector<lab::Scenario>& scenarios, const Queue& queue, const ScenarioJudge& judge) {
  Tally tally;
  for (std::size_t i = queue.take(); i < scenarios.size(); i = queue.take()) {
    const auto answer = judge(scenarios[i]);
    const bool good = answer && answer->empty();
    ++(good ? tally.passed : tally.failed);
    if (good) continue;
    fmt::print(stdout, "FAIL {}: {}\n", scenarios[i].id,
               answer ? *answer : answer.error().what + ": " + answer.error().why);
    std::fflush(stdout);
  }
  return tally;
}

}  // namespace

int run_scenarios(std::string_view label, const std::vector<std::string>& wanted,
                  const std::function<bool(const lab::Scenario&)>& takes_part, const ScenarioJudge& judge) {
  if (::geteuid() != 0) {
    std::puts("SKIPPED: real hosts need root");
    return 77;
  }
  auto all = lab::all_scenarios();
  const Queue queue;
  if (!all || !queue.good()) {
    fmt::print(stdout, "{}\n", all ? "no shared memory" : all.error().what + ": " + all.error().why);
    return 1;
  }
  std::vector<lab::Scenario> scenarios;
  for (lab::Scenario& scenario : *all) {
    const bool named = wanted.empty() || std::find(wanted.begin(), wanted.end(), scenario.id) != wanted.end();
    if (named && takes_part(scenario)) scenarios.push_back(std::move(scenario));
  }
  Tally sum;
  for (const Tally& one :
       testing_support::run_forked<Tally>(kJobs, [&](unsigned) { return work(scenarios, queue, judge); })) {
    sum.passed += one.passed;
    sum.failed += one.failed;
  }
  fmt::print(stdout, "{}: {} passed, {} failed\n", label, sum.passed, sum.failed);
  const bool all_passed = sum.failed == 0 && static_cast<std::size_t>(sum.passed) == scenarios.size();
  return all_passed && sum.passed > 0 ? 0 : 1;
}

}  // namespace reentry
