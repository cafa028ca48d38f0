// The authentication protocol, client side (RFC 4252): which methods, which keys, and at most one signature.
// Passwords are no part of it. Payloads in, payloads out.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "facts/probe_reply.hpp"
#include "probe/probe_plan.hpp"

namespace reentry::probe {

inline constexpr std::size_t kBannerKept = 8 * 1024;
inline constexpr std::size_t kMostMethods = 64;

enum class AuthStep {
  more,       // waits for the server
  in,         // the user is let in: a session can be opened
  finished,   // all that was to be asked is answered
  malformed,  // `reply.fault`
};

// Notes in `reply.auth` what it sees. `plan` and `reply` must outlive it.
class UserAuth {
 public:
  UserAuth(const ProbePlan& plan, ProbeReply& reply);

  // The transport has its keys. The requests that can go at once are in outbox().
  void start(const std::string& session_id);
  // A message with number 6 or from 50 to 79.
  [[nodiscard]] AuthStep take(std::string_view payload, ProbeMoment now);
  // Payloads to be sent, in order; the caller takes them away.
  [[nodiscard]] std::vector<std::string>& outbox() { return outbox_; }
  // Requests without an answer yet.
  [[nodiscard]] std::size_t under_way() const { return waiting_.size() + (service_accepted_ ? 0 : 1); }
  // The connection ended; `too_many`: by a disconnect for too many refusals.
  void close(bool too_many, ProbeMoment now);

 private:
  enum class RequestKind { none, query, login };
  struct Request {
    RequestKind kind = RequestKind::none;
    std::size_t key = 0;
  };

  void ask_more();
  void ask_none();
  // False: the key can't be asked now.
  [[nodiscard]] bool ask_key(std::size_t index);
  [[nodiscard]] const std::string* algorithm_of(const KeyToAsk& key) const;
  [[nodiscard]] bool algorithms_are_known() const;
  [[nodiscard]] bool keys_are_settled() const;
  [[nodiscard]] bool may_have_refusal() const;
  // True: a signed request went out.
  [[nodiscard]] bool log_in();
  [[nodiscard]] AuthStep go_on();
  [[nodiscard]] AuthStep take_success(ProbeMoment now);
  [[nodiscard]] AuthStep take_failure(std::string_view payload, ProbeMoment now);
  [[nodiscard]] AuthStep take_pk_ok(std::string_view payload, ProbeMoment now);
  [[nodiscard]] AuthStep malformed(std::string what);
  void take_banner(std::string_view payload);
  void take_refusal(std::size_t index, ProbeMoment now);
  void refuse_keys(NotAsked why);

  const ProbePlan& plan_;
  ProbeReply& reply_;
  std::string session_id_;
  std::vector<std::string> outbox_;
  std::deque<Request> waiting_;
  bool service_accepted_ = false;
  bool none_asked_ = false;
  bool login_done_ = false;
};

}  // namespace reentry::probe
