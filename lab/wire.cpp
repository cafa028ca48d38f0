#include "lab/wire.hpp"

#include <fmt/format.h>

#include "lab/posix.hpp"
#include "lab/process.hpp"

namespace reentry::lab {
namespace {

// Both ends know each other's address from the start: the first packet must not wait for an answer to ARP.
constexpr std::string_view kRouterMac = "02:00:00:00:99:fe";
constexpr std::string_view kHostMac = "02:00:00:00:99:01";

std::string ip_batch(const std::string& commands, Inside inside, pid_t init) {
  Program program;
  program.argv = {"ip", "-batch", "-"};
  program.input = commands;
  const auto ran = run_program(program, inside, init);
  if (!ran) return fmt::format("ip: {}", ran.error().why);
  if (ran->status == 127) return "ip is not installed: apt-get install iproute2";
  return ran->status == 0 ? std::string() : fmt::format("the network: {}", last_line(ran->err));
}

}  // namespace

std::string lay_wire(pid_t init) {
  // After a reboot the kernel takes its time to end the old network, and the wire into it with that.
  static_cast<void>(ip_batch("link delete lab0\n", Inside::nothing, -1));
  auto failure = ip_batch(fmt::format("link set lo up\n"
                                      "link add lab0 address {} type veth peer name {} address {} netns {}\n"
                                      "addr add {}/24 dev lab0\n"
                                      "addr add {}/32 dev lab0\n"
                                      "addr add {}/32 dev lab0\n"
                                      "link set lab0 up\n"
                                      "neigh add {} lladdr {} dev lab0 nud permanent\n",
                                      kRouterMac, kHostInterface, kHostMac, init, kRouterAddress,
                                      kClientAddress, kOtherClientAddress, kServerAddress, kHostMac),
                          Inside::nothing, -1);
  if (!failure.empty()) return failure;
  return ip_batch(fmt::format("link set lo up\n"
                              "link set {0} up\n"
                              "addr add {1}/24 dev {0}\n"
                              "route add default via {2} dev {0}\n"
                              "neigh add {2} lladdr {3} dev {0} nud permanent\n",
                              kHostInterface, kServerAddress, kRouterAddress, kRouterMac),
                  Inside::network, init);
}

}  // namespace reentry::lab
