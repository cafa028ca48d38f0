// Processes of this machine, as proc(5) shows them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "facts/running.hpp"

namespace reentry {

// Where a symbolic link points, empty where it can't be read.
[[nodiscard]] std::string link_of(const std::string& path);
// The first `limit` bytes of a file, fewer where it has no more or can't be read.
[[nodiscard]] std::string start_of_file(const std::string& path, std::size_t limit);

struct SocketHolder {
  SocketOwner process;
  std::vector<std::size_t> sockets;  // values of the map that was given
};

// Every process whose open files we may see and that holds a socket of `by_inode`, by process number.
[[nodiscard]] std::vector<SocketHolder> holders_of_sockets(
    const std::unordered_map<std::uint64_t, std::size_t>& by_inode);

}  // namespace reentry
