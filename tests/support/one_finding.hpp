// What a check says of one obstacle, and what its remedies' single edits leave: for the tests beside checks.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "checks/catalogue.hpp"
#include "support/one_obstacle.hpp"

namespace reentry::testing {

// The first finding of the obstacle's check, empty when there is none.
inline Finding finding_of(const Facts& facts, const Obstacle& obstacle, LoginTrace trace) {
  trace.gates = {refusing("x/y", obstacle)};
  trace.outcome = Outcome::refused;
  const std::vector<LoginTrace> traces = {std::move(trace)};
  const CheckInput input(facts, traces);
  Verdict verdict = check_of(obstacle.cause)->evaluate(input);
  auto* found = std::get_if<std::vector<Finding>>(&verdict);
  return found == nullptr || found->empty() ? Finding{} : std::move(found->front());
}
inline Finding finding_of(const Facts& facts, const Obstacle& obstacle, const std::string& user = "alice") {
  return finding_of(facts, obstacle, login_of(user, {}));
}

// What the remedy's one edit leaves in its file.
inline std::string after(const std::vector<Step>& steps) {
  const auto* edit = steps.size() == 1 ? std::get_if<EditFile>(&steps.front()) : nullptr;
  return edit == nullptr ? "no single edit" : edit->after;
}

// A symbolic link whose target is not there.
inline void put_dangling_link(Facts& facts, std::string_view path, std::string_view target) {
  FileFact fact;
  fact.path.asked = HostPath(path);
  fact.path.end = PathEnd::absent;
  fact.path.stopped_at = HostPath(target);
  FileStat stat;
  stat.type = FileType::symlink;
  stat.mode = 0777;
  fact.path.visited.push_back({fact.path.asked, stat, std::string(target), {}});
  fact.bytes = Missing{Why::absent, std::string(path), {}};
  facts.paths.put(std::move(fact));
}

inline void put_absent(Facts& facts, std::string_view path) {
  FileFact fact;
  fact.path.asked = HostPath(path);
  fact.path.end = PathEnd::absent;
  fact.path.stopped_at = fact.path.asked;
  fact.bytes = Missing{Why::absent, std::string(path), {}};
  facts.paths.put(std::move(fact));
}

}  // namespace reentry::testing
