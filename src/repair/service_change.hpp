// After a change on this machine: sshd goes by it.
#pragma once

#include "facts/facts.hpp"
#include "repair/receipt.hpp"

namespace reentry {

// Tells sshd of this machine to read its configuration again, or starts it where it is down. Only when
// `facts` (read after the change) are this machine's, `touched` says that something was changed that sshd
// reads at its start, and sshd itself accepts what is there now. It is never restarted.
[[nodiscard]] ServiceChange bring_to_life(const Facts& facts, const SecondOpinion& opinion, bool touched);

}  // namespace reentry
