// The connection protocol after a login, client side (RFC 4254): opens channels, asks each for one thing, and
// notes what becomes of it. Payloads in, payloads out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "facts/probe_reply.hpp"
#include "probe/probe_plan.hpp"

namespace reentry::probe {

inline constexpr std::size_t kOutputKept = 4 * 1024;
inline constexpr std::size_t kMostHostKeys = 16;
// A channel's window is not opened again: no more than this comes of each.
inline constexpr std::uint32_t kChannelWindow = 1024 * 1024;

enum class SessionStep { more, finished, malformed };

// Notes in `reply.session` what it sees. `plan` and `reply` must outlive it.
class Session {
 public:
  Session(const ProbePlan& plan, ProbeReply& reply) : plan_(plan), reply_(reply) {}

  // The user is in. Every channel is opened at once.
  [[nodiscard]] SessionStep start();
  // A message with number from 80 on.
  [[nodiscard]] SessionStep take(std::string_view payload, ProbeMoment now);
  // The clock moved on. A shell that has settled is closed.
  [[nodiscard]] SessionStep tick(ProbeMoment now);
  // When tick() has something to do; in microseconds as ProbeMoment has them.
  [[nodiscard]] std::optional<std::int64_t> wake() const;
  [[nodiscard]] std::vector<std::string>& outbox() { return outbox_; }

 private:
  // What is ours to know of a channel; its number on our side is its place in the list.
  struct Side {
    std::uint32_t peer = 0;  // its number on theirs
    int answers = 0;         // requests whose answer is still to come
    bool closed_by_us = false;
    bool gone = false;
    std::optional<std::int64_t> settles_at;
  };

  void open(ChannelPurpose purpose);
  void ask(std::size_t index);
  void close(std::size_t index);
  [[nodiscard]] SessionStep take_of_channel(std::uint8_t number, std::string_view body, ProbeMoment now);
  [[nodiscard]] SessionStep take_global(std::string_view body);
  [[nodiscard]] SessionStep take_open(std::string_view body);
  void take_answer(std::size_t index, bool granted, ProbeMoment now);
  void take_data(std::size_t index, bool error, std::string_view data);
  void take_sftp(ChannelReply& channel);
  [[nodiscard]] bool take_request(std::size_t index, std::string_view body);
  [[nodiscard]] SessionStep malformed(const char* what);
  [[nodiscard]] SessionStep go_on() const;

  const ProbePlan& plan_;
  ProbeReply& reply_;
  std::vector<Side> sides_;
  std::vector<std::string> outbox_;
};

}  // namespace reentry::probe
