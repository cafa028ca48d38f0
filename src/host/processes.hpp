// Processes of this machine that hold sockets, as proc(5) shows them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "facts/running.hpp"

namespace reentry {

struct SocketHolder {
  SocketOwner process;
  std::vector<std::size_t> sockets;  // values of the map that was given
};

// Every process whose open files we may see and that holds a socket of `by_inode`, by process number.
[[nodiscard]] std::vector<SocketHolder> holders_of_sockets(
    const std::unordered_map<std::uint64_t, std::size_t>& by_inode);

}  // namespace reentry
