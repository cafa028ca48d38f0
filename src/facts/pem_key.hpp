// PEM armour (RFC 7468, and the older headers of RFC 1421) and the keys that stand in it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "facts/public_key.hpp"

namespace reentry {

struct PemBlock {
  std::string label;               // `RSA PRIVATE KEY`
  bool encrypted = false;          // by a Proc-Type header, or by the label
  bool closed = false;             // the END line is there and names the same label
  std::optional<std::string> der;  // nothing when the base64 is broken
};

// The first block of the text, read as leniently as libcrypto does: text before it, CR LF and blanks at the
// end of lines are fine, a missing last newline too.
[[nodiscard]] std::optional<PemBlock> first_pem_block(std::string_view bytes);

struct PemKey {
  bool well_formed = false;      // the structure is whole
  std::optional<PublicKey> key;  // where the public half is stored in it
  bool ed25519_pkcs8 = false;    // OpenSSH reads it from 9.6 on
};

// The key of an unencrypted block: PKCS#1, SEC1, PKCS#8, traditional DSA, and the public forms `PUBLIC KEY`
// and `RSA PUBLIC KEY`.
[[nodiscard]] PemKey key_of(const PemBlock& block);

}  // namespace reentry
