// The transport layer of one connection, client side (RFC 4253; kex-strict of OpenSSH's PROTOCOL 1.10; RFC
// 8308): bytes in, bytes out, no socket, no clock of its own.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "facts/probe_reply.hpp"
#include "probe/identification.hpp"
#include "probe/key_exchange.hpp"
#include "probe/packets.hpp"
#include "probe/probe_plan.hpp"

namespace reentry::probe {

enum class TransportStep {
  need_more,  // bytes
  ready,      // services may be asked for from now on; told once
  message,    // for a service: number 5, 6 or above 49
  ended,      // ProbeReply::end says how
};

// Notes in `reply` what it sees up to the host key. `plan` and `reply` must outlive it.
class Transport {
 public:
  Transport(const ProbePlan& plan, FillRandom random, ProbeReply& reply);

  // The connection is there: our identification and, where the goal needs it, our KEXINIT go out at once.
  void start(ProbeMoment now);
  void add(std::string_view bytes, ProbeMoment now);
  // To be called until it needs more.
  [[nodiscard]] TransportStep step(std::string& payload, ProbeMoment now);

  // A service's message. Held back while keys are exchanged anew.
  void send(std::string_view payload);
  // SSH_MSG_DISCONNECT.
  void say_goodbye(std::uint32_t code, std::string_view text);
  // What is to be written; the caller takes it away.
  [[nodiscard]] std::string& output() { return output_; }
  [[nodiscard]] const std::string& session_id() const { return session_id_; }
  [[nodiscard]] bool identified() const { return identified_; }

 private:
  enum class KexState { idle, offered, exchanging, wait_new_keys };

  void end(ProbeEnd how, std::string fault = {});
  void put(std::string_view payload);
  void offer();
  void begin_early();
  [[nodiscard]] bool begin_method(const std::string& method);
  // True where the payload is a service's.
  [[nodiscard]] bool take(std::string_view payload, ProbeMoment now);
  void take_by_number(std::string_view payload, ProbeMoment now);
  void take_disconnect(std::string_view payload);
  void take_extensions(std::string_view payload);
  void take_kex_init(std::string_view payload, ProbeMoment now);
  void take_kex_method(std::string_view payload, ProbeMoment now);
  void take_new_keys(ProbeMoment now);
  void finish_exchange(KexOutcome& outcome, ProbeMoment now);
  [[nodiscard]] bool take_host_key(const KexOutcome& outcome, ProbeMoment now);
  [[nodiscard]] bool take_keys(const KexOutcome& outcome);

  const ProbePlan& plan_;
  FillRandom random_;
  ProbeReply& reply_;
  IdentificationReader identification_;
  PacketReader reader_;
  PacketWriter writer_;
  std::string output_;
  std::vector<std::string> held_;  // messages of services, for after the exchange
  KexTranscript transcript_;
  KexInit offer_;
  Agreement agreed_;
  std::string begun_method_;
  std::unique_ptr<KeyExchange> exchange_;
  std::unique_ptr<PacketGuard> next_opener_;
  std::string session_id_;
  KexState state_ = KexState::idle;
  bool identified_ = false;
  bool ended_ = false;
  bool strict_ = false;
  bool first_exchange_ = true;
  bool skip_guess_ = false;
  bool tell_ready_ = false;
};

// What the plan makes this probe offer.
[[nodiscard]] KexInit own_offer(const ProbePlan& plan);

}  // namespace reentry::probe
