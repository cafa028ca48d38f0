// What must never stand in a report, a plan or a log.
#pragma once

#include <string_view>

#include "base/host_path.hpp"

namespace reentry {

// Whether a change of this file would show password hashes or private keys, be it only in the lines around
// it.
[[nodiscard]] bool holds_secrets(const HostPath& path, std::string_view before, std::string_view after);

}  // namespace reentry
