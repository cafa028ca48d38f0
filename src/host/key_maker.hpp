// New key pairs by this machine's own ssh-keygen (docs/decisions/0005). Nothing of a target is run, and
// nothing is written to one.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace reentry {

struct KeyPair {
  std::string private_half;  // the whole file, OpenSSH's own format, without a passphrase
  std::string public_half;   // one line with its newline
};

// Whether this machine has an ssh-keygen.
[[nodiscard]] bool can_make_keys();

// `ssh-keygen -t TYPE [-b BITS] -C COMMENT` in a directory of its own that goes at once, in memory where the
// machine has a place for it. Fails (change) with ssh-keygen's own words, and when what it made does not
// load.
[[nodiscard]] Result<KeyPair> make_key_pair(std::string_view type, std::uint32_t bits,
                                            std::string_view comment);

}  // namespace reentry
