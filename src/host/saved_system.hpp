// The answers of a running system within saved facts.
#pragma once

#include "host/running_system.hpp"
#include "host/saved_json.hpp"

namespace reentry {

// The member `system` of the object that is being written; nothing where nobody was asked.
void write_system(saved_json::SavedWriter& out, const SystemAnswers& system);
// What write_system wrote. What does not fit is left out, and so counts as not asked.
[[nodiscard]] SystemAnswers read_system(const saved_json::SavedValue& value);

}  // namespace reentry
