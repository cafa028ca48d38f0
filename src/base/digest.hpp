// Digests and the two base64 dialects that ssh people meet.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace reentry {

// SHA-256 of `bytes`, 32 raw bytes (libmd: no start-up cost, unlike libcrypto).
[[nodiscard]] std::string sha256(std::string_view bytes);
// SHA-1 of `bytes`, 20 raw bytes; only for formats that fix it (KRL key ids).
[[nodiscard]] std::string sha1(std::string_view bytes);
// HMAC-SHA1 (RFC 2104), 20 raw bytes; only for formats that fix it (hashed names of known_hosts).
[[nodiscard]] std::string hmac_sha1(std::string_view key, std::string_view bytes);
// MD5 of `bytes`, 16 raw bytes; only for formats that fix it (dpkg's md5sums, old fingerprints).
[[nodiscard]] std::string md5(std::string_view bytes);

[[nodiscard]] std::string hex(std::string_view bytes);
// RFC 4648 with padding.
[[nodiscard]] std::string base64(std::string_view bytes);
// What b64_pton(3) of OpenSSH (openbsd-compat/base64.c) takes: white space anywhere is skipped, padding must
// be right, nothing may follow it. Nothing if it refuses.
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text);

}  // namespace reentry
