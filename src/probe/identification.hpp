// The first words of a connection: lines before the identification, and the identification (RFC 4253 4.2),
// read as OpenSSH's client does (kex.c:kex_exchange_identification).
#pragma once

#include <string>
#include <string_view>

#include "facts/probe_reply.hpp"

namespace reentry::probe {

// ssh reads this many lines before it gives up (SSH_MAX_PRE_BANNER_LINES), each no longer than this
// (SSH_MAX_BANNER_LEN).
inline constexpr std::uint32_t kMostLinesBefore = 1024;
inline constexpr std::size_t kLongestLine = 8192;
inline constexpr std::size_t kLinesKept = 64;

enum class BannerRead { need_more, identified, endless, not_ssh, protocol_1 };

class IdentificationReader {
 public:
  // Reads what came and notes it in `reply`. After `identified`, rest() is what stands behind the line.
  [[nodiscard]] BannerRead take(std::string_view bytes, ProbeMoment now, BannerReply& reply);
  [[nodiscard]] std::string_view rest() const { return rest_; }

 private:
  [[nodiscard]] BannerRead take_line(BannerReply& reply);

  std::string line_;
  std::string_view rest_;  // into the bytes that were given last
};

// What the first bytes speak of when no identification is among them.
[[nodiscard]] BannerKind kind_of_first_bytes(std::string_view bytes);

}  // namespace reentry::probe
