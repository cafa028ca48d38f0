// The process that holds a lab host together and takes it down when its owner goes, in whatever way.
#pragma once

#include <string>
#include <string_view>

#include "lab/bed.hpp"

namespace reentry::lab {

// Where the hosts of this machine live while they run.
inline constexpr std::string_view kRunFolder = "/run/reentry-lab";

struct HostPlan {
  std::string name;
  std::string folder;     // kRunFolder/NAME: a tmpfs with upper, work, root, exchange
  std::string lower;      // the base tree
  std::string addresses;  // IPv4 addresses of the host's loopback beside 127.0.0.1, separated by blanks
  Bed bed = Bed::disk;
};

// What owner and keeper tell each other, one byte each; kReady is followed by the pid of the host's first
// process, kFailed by the reason.
inline constexpr char kReady = 'R';
inline constexpr char kFailed = 'E';
inline constexpr char kKeep = 'k';
inline constexpr char kEnd = 'q';

// The keeper's whole life; never returns. `control` is its end of a SOCK_SEQPACKET pair. Makes the host,
// reports, and waits: kEnd, the owner's end of the socket closed (unless kKeep came before), SIGTERM or the
// death of the host's first process end the host. A host with systemd that asks the kernel to restart it
// (reboot(2)) gets a new first process over the same disk, and its pid is written to FOLDER/init.
//
// The keeper of a host on a wire is in the network namespace from which clients come.
[[noreturn]] void be_keeper(const HostPlan& plan, int control);

// Takes down what hosts left whose keeper was killed. Needs root.
void clean_up_leftovers();

}  // namespace reentry::lab
