// Files of keys that stand in the home of another account: nothing of that account is ever changed for them.
#pragma once

#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {

// The account other than `user` to which `node` belongs and in whose home it lies; where homes lie in each
// other, the innermost counts. nullptr: there is none.
[[nodiscard]] const PasswdEntry* other_owner(const Facts& facts, const PasswdEntry& user,
                                             const SeenNode& node);

// The remedies where `owner` is that account: the AuthorizedKeysFile line that leads there becomes a comment
// (a choice), or a person copies the file.
void remedy_foreign_home(const SeenCase& it, const PasswdEntry& user, const PasswdEntry& owner,
                         Finding& finding);

}  // namespace reentry
