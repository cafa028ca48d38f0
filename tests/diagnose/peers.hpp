// A name server and servers that misbehave, in threads of ours, in our own network namespace.
#pragma once

#include <string>

namespace reentry::testing {

// UDP at 127.0.0.1:53. Names of `.test` by their first label: servfail, silent, v4 and v6 (one family alone),
// both, two (the first address is dead), moved; all others: NXDOMAIN. The reason why it did not start.
[[nodiscard]] std::string start_name_server();

// At 127.0.0.1, each at its port for ever. The reason why one did not start.
[[nodiscard]] std::string start_bad_servers();

enum BadPort : int {
  kSaysNothing = 2301,
  kClosesAtOnce,
  kResets,
  kHttp,
  kTlsAlert,
  kProtocolOne,
  kEndlessLines,
  kByteByByte,
  kMaxStartups,
  kNotAllowed,
  kGarbageKexInit,
  kHugePacket,
  kClosesAfterBanner,
  kSilentAfterBanner,
  kBadPortEnd,
};

}  // namespace reentry::testing
