// What a probe is to find out on one connection, and what it may do for it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "facts/kex_init.hpp"
#include "facts/probe_reply.hpp"

namespace reentry::probe {

// How far to go; each includes those before it.
enum class ProbeGoal {
  kex_init,  // the server's offer
  host_key,  // a verified host key
  methods,   // the answer to `none`
  keys,      // which of the keys it would take, without a signature
  session,   // one real login with one key, and what SessionPlan says
};

struct KeyToAsk {
  std::string blob;  // public key or certificate
  // What it may be asked and signed with, as the user's ssh allows, best first: client_algorithms().
  std::vector<std::string> algorithms;
};

// The signature blob (`string name | string bytes`, RFC 4253 6.6) over `message`, or nothing: the agent
// refused, nobody may sign.
using SignWith = std::function<std::optional<std::string>(std::size_t key, std::string_view algorithm,
                                                          std::string_view message)>;

struct SessionPlan {
  std::optional<std::string> command;  // exec
  bool shell = false;                  // a terminal and a shell
  bool sftp = false;                   // subsystem sftp, its first packet
  // A shell that has not ended by then has started: its channel is closed. Nothing is typed into it.
  std::int64_t shell_settles_in = 500'000;
};

// How long each stage may take, in microseconds from its beginning.
struct StageLimits {
  std::int64_t connect = 10'000'000;  // for the driver
  std::int64_t banner = 15'000'000;
  std::int64_t kex = 15'000'000;
  std::int64_t auth = 30'000'000;
  std::int64_t session = 30'000'000;
};

struct ProbePlan {
  ProbeGoal goal = ProbeGoal::methods;
  std::string software = "reentry";  // of our identification `SSH-2.0-…`: no blanks, no minus (RFC 4253 4.2)

  // What the user's ssh would offer (`ssh -G`): not used to talk, only to say what it would agree on.
  std::optional<KexInit> users_offer;
  // What this probe offers instead of all that it speaks, best first; names that it has no code for are left
  // out.
  std::vector<std::string> kex;
  std::vector<std::string> host_key_algorithms;
  std::vector<std::string> ciphers;
  std::vector<std::string> macs;

  // Asked once the host key is verified, before anything of the user is told. Not set: yes.
  std::function<bool(const HostKeyReply&)> may_go_on;

  std::string user;
  std::vector<KeyToAsk> keys;
  // Not one query more is sent that could bring the count of refusals above this. sshd hangs up at
  // MaxAuthTries, 6 where it is not configured.
  int most_refusals = 5;
  // False: every request waits for the answer to the one before it.
  bool pipelining = true;

  std::optional<std::size_t> login_key;  // of `keys`; not set: the first that is accepted
  SignWith sign;                         // not set: no login
  SessionPlan session;
  StageLimits limits;
};

}  // namespace reentry::probe
