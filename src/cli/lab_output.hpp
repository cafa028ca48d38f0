// What the verbs of the lab say in the same way.
#pragma once

#include <string_view>

#include "base/result.hpp"
#include "base/text.hpp"
#include "cli/options.hpp"
#include "lab/base_tree.hpp"
#include "lab/scenario.hpp"

namespace reentry::cli {

void print(const Text& text, Language language);

// Text that programs of the lab printed, indented, line by line.
void print_said(std::string_view text);

// The scenario's tree, or the one of --suite; that it has to be made first is said on stderr.
[[nodiscard]] Result<lab::BaseTree> tree_for(const lab::Scenario& scenario, const LabOptions& options);

}  // namespace reentry::cli
