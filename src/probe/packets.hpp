// The binary packet protocol (RFC 4253 6): payloads in and out of a stream of bytes.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "probe/openssl.hpp"
#include "probe/packet_guard.hpp"

namespace reentry::probe {

// No packet_length above this is believed; RFC 4253 6.1 asks for 35000, OpenSSH takes 256 KiB.
inline constexpr std::uint32_t kLongestPacket = 256 * 1024;

enum class PacketRead {
  need_more,
  packet,
  bad_length,  // out of bounds or not whole blocks
  bad_mac,
  bad_padding,
};

// Holds no more than what was given to it and is not read yet; nothing is set aside for a length that a peer
// only claims.
class PacketReader {
 public:
  PacketReader() : guard_(make_open_guard()) {}

  void add(std::string_view bytes) { held_ += bytes; }
  // The next payload. After one of the bad answers the stream is of no more use.
  [[nodiscard]] PacketRead next(std::string& payload);
  // What is there of the payload of the packet at hand, before the first keys only.
  [[nodiscard]] std::string_view partial_payload() const;
  // From the next packet on.
  void use(std::unique_ptr<PacketGuard> guard) { guard_ = std::move(guard); }
  void count_from_zero() { sequence_ = 0; }
  [[nodiscard]] std::uint32_t sequence() const { return sequence_; }
  // The length that was refused.
  [[nodiscard]] std::uint32_t claimed() const { return length_.value_or(0); }

 private:
  [[nodiscard]] bool length_is_possible(std::uint32_t length) const;
  void drop(std::size_t count);

  std::unique_ptr<PacketGuard> guard_;
  std::string held_;
  std::size_t from_ = 0;  // bytes of held_ that were read
  std::uint32_t sequence_ = 0;
  std::optional<std::uint32_t> length_;  // of the packet at hand
};

class PacketWriter {
 public:
  explicit PacketWriter(FillRandom random) : guard_(make_open_guard()), random_(std::move(random)) {}

  // Appends the packet of this payload to `out`. False: no random bytes, or libcrypto failed.
  [[nodiscard]] bool put(std::string_view payload, std::string& out);
  void use(std::unique_ptr<PacketGuard> guard) { guard_ = std::move(guard); }
  void count_from_zero() { sequence_ = 0; }

 private:
  std::unique_ptr<PacketGuard> guard_;
  FillRandom random_;
  std::uint32_t sequence_ = 0;
};

}  // namespace reentry::probe
