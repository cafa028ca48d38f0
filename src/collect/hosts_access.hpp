// hosts.allow, hosts.deny, the pattern files that they name, and /etc/hosts.
#pragma once

#include "facts/hosts_access.hpp"
#include "host/file_tree.hpp"

namespace reentry {

// Reads the tables of libwrap. Never fails: a table that can't be read stays Missing.
[[nodiscard]] HostsAccess collect_hosts_access(FileTree& tree);

}  // namespace reentry
