// `reentry explain`: the page of a cause.
#pragma once

#include "cli/options.hpp"

namespace reentry::cli {

// With a cause's id its page, with --list all of them. Exit status: 0; 2 for an id that is none (with the
// nearest one named), and where nothing was asked: reading messages from stdin is not part of this release.
[[nodiscard]] int run_explain(const ExplainOptions& options);

}  // namespace reentry::cli
