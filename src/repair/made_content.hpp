// Content that no plan holds: new host keys, and private keys set right.
#pragma once

#include <vector>

#include "base/text.hpp"
#include "host/host_writer.hpp"
#include "repair/plan.hpp"

namespace reentry {

// The recipe of the step's content; nullptr where the step carries its content itself.
[[nodiscard]] const MadeContent* made_by(const Step& step);

// Whether a private key file with these bytes may be replaced or set right as `made` says: never one that
// loads.
[[nodiscard]] bool may_take_the_place_of(const MadeContent& made, std::string_view bytes);

// The plan without the remedies whose content this machine can't make; those are left with the command that
// makes it. Makes nothing.
[[nodiscard]] Plan makeable(const Plan& plan);

// The plan with all content made: steps carry their bytes now. Remedies for which that fails are left, with
// the reason. `notes` says what clients will see of each new key.
[[nodiscard]] Plan with_made_content(const Plan& plan, const HostWriter& writer, std::vector<Text>& notes);

}  // namespace reentry
