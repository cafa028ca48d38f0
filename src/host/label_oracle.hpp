// Asks a target's own SELinux files what label a path should have (libselinux) and what its policy lets a
// domain do (libsepol). Both libraries read bytes of a target that nobody vouches for, so they run in a
// process of their own with limits of time: what ends it is Missing, never the end of this program. Neither
// this machine's SELinux nor its absence plays any part.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/known.hpp"
#include "facts/labels.hpp"

namespace reentry {

// Files of /etc/selinux/TYPE/contexts/files, empty where the target has none.
struct ContextFiles {
  std::string main;  // file_contexts
  std::string homedirs;
  std::string local;
  std::string subs;
  std::string subs_dist;
  std::string customizable;  // contexts/customizable_types
};

// The label of a program whose execution chooses a domain; Missing: there is no such program, or its label
// can't be read.
struct DomainLabels {
  HostPath sshd_path;
  Known<std::string> sshd;
  HostPath session_path;
  Known<std::string> session;  // Missing: sshd serves the session itself
  HostPath password_path;
  Known<std::string> password;
};

struct LabelInquiry {
  ContextFiles contexts;
  std::string_view policy;  // the binary policy; empty: it is not asked
  // Values that a running kernel or an old booleans file has instead of the policy's own.
  std::vector<std::pair<std::string, bool>> booleans;
  DomainLabels domains;
  std::vector<LabelFact> nodes;     // question and label
  std::vector<int> ports;           // TCP
  bool by_service_manager = false;  // a socket unit binds them, not sshd
};

struct LabelAnswers {
  std::vector<LabelFact> nodes;  // the same, in the same order, with all that could be told
  std::vector<PortFact> ports;
  Known<std::string> contexts;  // Missing: file_contexts could not be used
  Known<std::string> policy;    // its version; Missing: why it told nothing
};
[[nodiscard]] LabelAnswers ask_labels(const LabelInquiry& inquiry);

}  // namespace reentry
