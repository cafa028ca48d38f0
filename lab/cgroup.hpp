// The control group of a host that boots. systemd keeps its services apart in groups below it.
#pragma once

#include <string>

namespace reentry::lab {

// Makes an empty group for the host whose folder is FOLDER (its last part is the host's name), in a mount of
// cgroup2 of its own at FOLDER/cgroup. Gives the directory of the group, or empty: errno says why.
[[nodiscard]] std::string make_control_group(const std::string& folder);

// Takes away the group, those below it and the mount. Its processes must be gone. Nothing happens where there
// is none.
void remove_control_group(const std::string& folder);

}  // namespace reentry::lab
