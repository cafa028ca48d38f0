// A lab host with the real sshd, and probes that reach it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "facts/probe_reply.hpp"
#include "lab/host.hpp"
#include "probe/probe_loop.hpp"

namespace reentry::testing {

// One host per process and release; its network becomes ours. Where none can be made, reason() says why.
class ProbeBed {
 public:
  explicit ProbeBed(const std::string& suite);
  [[nodiscard]] bool ready() const { return reason_.empty(); }
  [[nodiscard]] const std::string& reason() const { return reason_; }
  [[nodiscard]] lab::LabHost& host() { return *host_; }
  // `sshd -p PORT` with these lines of configuration before those of the bed; false with reason() where it
  // does not start.
  [[nodiscard]] bool serve(int port, const std::string& lines);
  // What `ssh -v` or any other program of this machine says inside the host's network.
  [[nodiscard]] std::string client(const std::vector<std::string>& arguments) const;
  [[nodiscard]] std::string log(int port) const;

  // A key pair of the lab.
  [[nodiscard]] std::string private_file(const std::string& name) const;
  [[nodiscard]] probe::KeyToAsk key(const std::string& name) const;
  [[nodiscard]] const std::string& keys_folder() const { return keys_; }

 private:
  std::string suite_;
  std::string keys_;
  std::string reason_;
  std::optional<lab::LabHost> host_;
};

// The bed of Debian 12, made at the first use.
[[nodiscard]] ProbeBed& bookworm();

// To PORT of the lab's server, as `plan` says.
[[nodiscard]] ProbeReply probe_port(int port, const probe::ProbePlan& plan,
                                    int segment = probe::kSmallSegment);
[[nodiscard]] probe::ProbeJob job_for(int port, const probe::ProbePlan& plan,
                                      int segment = probe::kSmallSegment);

// What a failed test shows.
[[nodiscard]] std::string described(const ProbeReply& reply);

}  // namespace reentry::testing
