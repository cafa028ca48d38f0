// The wire between a host and its clients.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>

namespace reentry::lab {

// The address on which the host is reached, and the addresses from which clients may come
// (`LoginRequest::from`).
inline constexpr std::string_view kServerAddress = "10.99.0.1";
inline constexpr std::string_view kClientAddress = "203.0.113.5";
inline constexpr std::string_view kOtherClientAddress = "198.51.100.7";
// On a wire: the router between them, where the clients are, and the host's own name for its end.
inline constexpr std::string_view kRouterAddress = "10.99.0.254";
inline constexpr std::string_view kHostInterface = "eth0";

// Lays a veth pair from our own network namespace, which becomes the clients' (their addresses and the
// router's), to that of the process `init` (the server's address and its default route). Runs this machine's
// `ip`. The reason why it failed; empty: done.
[[nodiscard]] std::string lay_wire(pid_t init);

}  // namespace reentry::lab
