// The record of an incident, as an operator files it: event, cause, evidence, remedy, impact, rollback
// (事象・原因・証跡・対処・影響・切戻し). Made from the values that the screen shows.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/text.hpp"
#include "diagnosis/diagnosis.hpp"
#include "facts/owner_names.hpp"
#include "repair/plan.hpp"
#include "repair/receipt.hpp"

namespace reentry {

// Pointers may be null where there is no such value; they must outlive the record.
struct Incident {
  std::string command;       // as it was run
  std::int64_t written = 0;  // seconds since 1970 UTC
  const Diagnosis* before = nullptr;
  const Diagnosis* after = nullptr;
  const Plan* plan = nullptr;            // only planned
  const Receipt* receipt = nullptr;      // carried out
  const UndoPlan* undone = nullptr;      // taken back
  std::optional<SecondOpinion> opinion;  // of the plan, or of what is there now
  std::optional<Text> obstacle;          // why the plan can't be applied
  std::string apply_command;             // what would carry the plan out, or do what was taken back again
  std::string undo_command;              // what takes the change back
  OwnerNames names;
};

// Markdown (CommonMark), UTF-8.
[[nodiscard]] std::string render_incident(const Incident& incident, Language language);
// The same as a page that stands alone.
[[nodiscard]] std::string render_incident_html(const Incident& incident, Language language);

}  // namespace reentry
