// How scripts of a living host without systemd stop and start its sshd.
#pragma once

#include <string_view>

namespace reentry::lab {

// The text of /mnt/svc.
[[nodiscard]] std::string_view service_script();

}  // namespace reentry::lab
