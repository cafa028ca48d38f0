// Where a plugin of the C library or of PAM may lie: Debian's directories and everybody else's.
#pragma once

#include <array>
#include <string_view>

namespace reentry {

inline constexpr std::array<std::string_view, 8> kLibraryDirectories = {"/lib/x86_64-linux-gnu",
                                                                        "/usr/lib/x86_64-linux-gnu",
                                                                        "/lib/aarch64-linux-gnu",
                                                                        "/usr/lib/aarch64-linux-gnu",
                                                                        "/lib64",
                                                                        "/usr/lib64",
                                                                        "/lib",
                                                                        "/usr/lib"};

}  // namespace reentry
