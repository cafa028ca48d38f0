// A PAM stack of sshd's service as a gate.
#pragma once

#include <optional>
#include <string_view>

#include "login/pam_stack.hpp"

namespace reentry {

// Whether sshd asks PAM at all for this login: UsePAM yes, and a build that has it.
[[nodiscard]] bool uses_pam(const GateInput& input);

// The gate that pam_start(3) itself is: nothing when the service can be used. Refuses when libpam gives the
// configuration up (sshd: `fatal: PAM: initialisation failed`); unknown when a file of it could not be read.
[[nodiscard]] std::optional<Gate> pam_service_gate(const GateInput& input, std::string_view id);

// The judgement of a stack as a gate. Where the service has no file of its own and `other` refuses, the
// missing file is what is named.
[[nodiscard]] Gate gate_of_stack(const GateInput& input, std::string_view id, const PamJudgement& judgement);

}  // namespace reentry
