// One connection's whole probe as a state machine: bytes in, bytes out, a clock's value in. It opens no
// socket, starts no thread and knows no time of its own, so that one loop can drive thousands.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "facts/probe_reply.hpp"
#include "probe/probe_plan.hpp"
#include "probe/session.hpp"
#include "probe/transport.hpp"
#include "probe/user_auth.hpp"

namespace reentry::probe {

// Why a connection is no more, as its driver saw it.
enum class Hangup { closed, reset, io_error, not_connected, stopped };

// Times are microseconds since the connection was begun. Not movable: its parts know each other.
class SshProbe {
 public:
  explicit SshProbe(std::shared_ptr<const ProbePlan> plan, FillRandom random = openssl_random());
  SshProbe(const SshProbe&) = delete;
  SshProbe& operator=(const SshProbe&) = delete;

  // TCP is connected (or a ProxyCommand's pipe is there).
  void start(std::int64_t now);
  void receive(std::string_view bytes, std::int64_t now);
  // Ends the probe; `error` is the errno, where there is one.
  void hang_up(Hangup how, std::int64_t now, int error = 0);
  // To be called when deadline() has come.
  void tick(std::int64_t now);

  // When tick() wants to be called at the latest; not before start().
  [[nodiscard]] std::int64_t deadline() const;
  // What is to be written; sent() takes it away.
  [[nodiscard]] std::string_view output() const { return out_; }
  void sent(std::size_t count);
  // Nothing more comes of it: what is left in output() is a farewell and may be written or not.
  [[nodiscard]] bool finished() const { return reply_.end != ProbeEnd::unfinished; }
  [[nodiscard]] const ProbeReply& reply() const { return reply_; }
  [[nodiscard]] const ProbePlan& plan() const { return *plan_; }

 private:
  enum class Layer { transport, auth, session };

  [[nodiscard]] ProbeMoment moment(std::int64_t now) const { return {now, answered_flights_}; }
  void run(ProbeMoment now);
  void take(std::string_view payload, ProbeMoment now);
  void take_auth(AuthStep step, ProbeMoment now);
  void take_session(SessionStep step, ProbeMoment now);
  void flush();
  void finish(ProbeEnd how, ProbeMoment now);
  void farewell(std::uint32_t code, std::string_view text);
  void mark_stage(std::int64_t now);

  std::shared_ptr<const ProbePlan> plan_;
  ProbeReply reply_;
  Transport transport_;
  UserAuth auth_;
  Session session_;
  Layer layer_ = Layer::transport;
  std::string out_;
  ProbeStage timed_stage_ = ProbeStage::network;
  std::int64_t stage_began_ = 0;
  int sent_flights_ = 1;  // the TCP connect
  int answered_flights_ = 0;
  bool heard_since_flight_ = true;
};

}  // namespace reentry::probe
