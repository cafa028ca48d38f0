#include "facts/absent_file.hpp"

#include <string_view>

namespace reentry {

std::string absent_file(const ConfigProblem& problem) {
  constexpr std::string_view kNoFile = ": No such file or directory";
  if (problem.exit_status != 1 || !problem.message.ends_with(kNoFile)) return {};
  return problem.message.substr(0, problem.message.size() - kNoFile.size());
}

}  // namespace reentry
