// Drives probes over real sockets: one thread, one event loop, as many connections at a time as it is told.
#pragma once

#include <sys/socket.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>

#include "base/result.hpp"
#include "facts/probe_reply.hpp"
#include "probe/probe_plan.hpp"

namespace reentry::probe {

// Segments of this size make an OpenSSH server send what it has at once: it does not turn Nagle's algorithm
// off before a session, and that holds back only segments that are not full.
inline constexpr int kSmallSegment = 200;

struct ProbeJob {
  std::shared_ptr<const ProbePlan> plan;
  sockaddr_storage address{};
  socklen_t address_size = 0;
  std::optional<sockaddr_storage> from;  // bind(2) to it first: BindAddress
  socklen_t from_size = 0;
  int segment = kSmallSegment;  // TCP_MAXSEG; 0: the kernel's own
  // A connected stream socket to be used instead, a ProxyCommand's or a tunnel's; taken over and closed. -1:
  // none.
  int socket = -1;
};

struct LoopLimits {
  std::size_t most_at_once = 64;
};

// The next job, or nothing when there is none left.
using NextJob = std::function<std::optional<ProbeJob>()>;
// Told once for each job, `number` in the order in which NextJob gave them, as soon as it has ended.
using JobDone = std::function<void(std::size_t number, ProbeReply reply)>;

// Runs all jobs to their ends. Fails only where the kernel gives no event queue; a connection that fails is a
// reply that says so. `stop`, where it is given, is asked now and then: true ends what runs as `stopped`.
[[nodiscard]] Result<void> run_probes(const NextJob& next, const JobDone& done, const LoopLimits& limits,
                                      const std::function<bool()>& stop = {});

// One connection.
[[nodiscard]] Result<ProbeReply> run_probe(ProbeJob job);

// The same once more in lock step, on a second connection, where the first fell silent over what was
// pipelined. `connections` counts those that were made.
[[nodiscard]] Result<ProbeReply> run_probe_patiently(const ProbeJob& job, int& connections);

}  // namespace reentry::probe
