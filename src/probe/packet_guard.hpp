// What protects the packets of one direction: a cipher and a MAC (RFC 4253 6, RFC 4344, RFC 5647 as OpenSSH's
// PROTOCOL 1.6 has it, PROTOCOL.chacha20poly1305, the `-etm` MACs of PROTOCOL 1.5).
//
// A packet here is `uint32 packet_length | byte padding_length | payload | padding`.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "probe/openssl.hpp"

namespace reentry::probe {

inline constexpr std::size_t kLengthField = 4;  // packet_length

// Not copyable; one direction of one connection between two key exchanges.
class PacketGuard {
 public:
  PacketGuard() = default;
  PacketGuard(const PacketGuard&) = delete;
  PacketGuard& operator=(const PacketGuard&) = delete;
  virtual ~PacketGuard() = default;

  // The padding makes packets whole blocks of this size.
  [[nodiscard]] virtual std::size_t block() const = 0;
  // True where the four bytes of the length count towards the blocks.
  [[nodiscard]] virtual bool length_in_block() const = 0;
  // How many bytes must be there to learn the length of a packet.
  [[nodiscard]] virtual std::size_t head() const = 0;
  // Bytes behind a packet: its MAC or tag.
  [[nodiscard]] virtual std::size_t tag() const = 0;

  // Protects a whole packet in place and appends its tag. False: libcrypto failed.
  [[nodiscard]] virtual bool seal(std::uint32_t sequence, std::string& packet) = 0;
  // The length field of the packet that begins with these head() bytes. Asked once for each packet, in order.
  // Not authenticated yet, but for the `-etm` MACs and AES-GCM not even secret.
  [[nodiscard]] virtual std::optional<std::uint32_t> length(std::uint32_t sequence,
                                                            std::string_view head) = 0;
  // Checks the tag and then gives the packet in clear in `plain`. False: the tag is wrong. `sealed` is the
  // packet and its tag.
  [[nodiscard]] virtual bool open(std::uint32_t sequence, std::string_view sealed, std::string& plain) = 0;
};

// What a cipher and a MAC need of the key exchange.
struct GuardNeeds {
  std::size_t key = 0;
  std::size_t iv = 0;
  std::size_t mac_key = 0;
};
// Nothing for a name that this program has no code for. `mac` does not count for ciphers that authenticate.
[[nodiscard]] std::optional<GuardNeeds> guard_needs(std::string_view cipher, std::string_view mac);

enum class Direction { seal, open };
struct GuardKeys {
  Secret key;
  Secret iv;
  Secret mac_key;
};
// Null: an unknown name, keys of the wrong size, or libcrypto has none of it.
[[nodiscard]] std::unique_ptr<PacketGuard> make_guard(std::string_view cipher, std::string_view mac,
                                                      const GuardKeys& keys, Direction direction);
// What is in force before the first keys: no cipher, no MAC.
[[nodiscard]] std::unique_ptr<PacketGuard> make_open_guard();

// The names that make_guard() knows, in the order in which a probe offers them. CBC and 3DES stand last.
[[nodiscard]] std::vector<std::string> spoken_ciphers();
[[nodiscard]] std::vector<std::string> spoken_macs();

}  // namespace reentry::probe
