// Which authentication methods sshd offers a login (auth2.c:auth2_setup_methods_lists, authmethod_get).
#pragma once

#include <string>
#include <vector>

#include "login/gates.hpp"

namespace reentry {

[[nodiscard]] bool publickey_enabled(const GateInput& input);
[[nodiscard]] bool password_enabled(const GateInput& input);
// KbdInteractiveAuthentication, or ChallengeResponseAuthentication of before 8.7. Whether anything answers
// behind it is PAM's matter.
[[nodiscard]] bool keyboard_interactive_enabled(const GateInput& input);

// One list of AuthenticationMethods: the methods to pass, in order, without their submethods.
using MethodList = std::vector<std::string>;

// The lists that are in effect; each enabled method by itself where AuthenticationMethods does not bind.
// Lists that name a disabled method are left out, as sshd does for each connection.
[[nodiscard]] std::vector<MethodList> method_lists(const GateInput& input);

// Whether AuthenticationMethods binds at all (set, and not `any`).
[[nodiscard]] bool methods_are_bound(const GateInput& input);

}  // namespace reentry
