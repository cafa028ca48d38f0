// The key exchange methods: curve25519 (RFC 8731), ECDH over the NIST curves (RFC 5656 4), Diffie-Hellman
// over fixed groups (RFC 4253 8, RFC 8268) and over a group of the server's (RFC 4419). And the keys that
// come of the shared secret (RFC 4253 7.2).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "probe/openssl.hpp"

namespace reentry::probe {

// What both sides had said before: part of what the server signs.
struct KexTranscript {
  std::string client_identification;  // without CR LF
  std::string server_identification;
  std::string client_init;  // payloads of the KEXINITs
  std::string server_init;
};

struct KexOutcome {
  std::string host_key;   // the blob
  std::string signature;  // over `hash`
  std::string hash;       // the exchange hash H
  Secret secret;          // the shared secret K, encoded as it is hashed: an mpint
  const char* digest = "SHA256";
};

enum class KexStep {
  more,       // an answer is in `reply`, the server's turn
  finished,   // `outcome` is filled
  malformed,  // a message that is cut, out of turn, or has a value that is forbidden
  failed,     // libcrypto failed
};

class KeyExchange {
 public:
  KeyExchange() = default;
  KeyExchange(const KeyExchange&) = delete;
  KeyExchange& operator=(const KeyExchange&) = delete;
  virtual ~KeyExchange() = default;

  // Our first message; empty: libcrypto failed.
  [[nodiscard]] virtual std::string begin() = 0;
  // A message of the server's with a number from 30 to 49.
  [[nodiscard]] virtual KexStep take(std::string_view payload, const KexTranscript& transcript,
                                     std::string& reply, KexOutcome& outcome) = 0;
};

// Null for a method that this program has no code for.
[[nodiscard]] std::unique_ptr<KeyExchange> make_key_exchange(std::string_view method, FillRandom random);

// In the order in which a probe offers them: quick for both sides first.
[[nodiscard]] std::vector<std::string> spoken_kex_methods();

// `size` bytes of key `letter` (A to F). Empty: libcrypto failed.
[[nodiscard]] Secret derive_key(const KexOutcome& outcome, std::string_view session_id, char letter,
                                std::size_t size);

}  // namespace reentry::probe
