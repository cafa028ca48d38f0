// Whether sshd, started by systemd, waits until the host has its addresses.
#pragma once

#include "facts/facts.hpp"
#include "host/file_tree.hpp"

namespace reentry {

// Sets facts.unit.may_precede_addresses. Nothing is read where no ListenAddress names an address.
void collect_network_order(FileTree& tree, Facts& facts);

}  // namespace reentry
