#include "cli/lab_output.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "base/shown.hpp"

namespace reentry::cli {

void print(const Text& text, Language language) {
  fmt::print("{}\n", text.in(language));
}

void print_said(std::string_view text) {
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    if (end > 0) fmt::print("  {}\n", shown(text.substr(0, end), 0));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

Result<lab::BaseTree> tree_for(const lab::Scenario& scenario, const LabOptions& options) {
  return lab::base_tree(options.suite.empty() ? scenario.suite : options.suite, [&](std::string_view what) {
    if (!options.common.quiet) fmt::print(stderr, "reentry: {}\n", what);
  });
}

}  // namespace reentry::cli
