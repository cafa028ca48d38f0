// Signs as ssh would with a private key file that needs no passphrase (PROTOCOL.key; PEM by libcrypto's
// reader).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace reentry::probe {

// The signature blob (`string name | string bytes`, RFC 4253 6.6) under `algorithm`, of a certificate's
// algorithm under the key's own. Nothing: the file is encrypted, damaged, or of a type that this program
// can't sign with (security keys), or the algorithm is not of the key's type. The file's copies in memory are
// wiped.
[[nodiscard]] std::optional<std::string> sign_with_file(std::string_view file, std::string_view algorithm,
                                                        std::string_view message);

}  // namespace reentry::probe
