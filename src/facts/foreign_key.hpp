// Keys as other programs write them: RFC 4716 (ssh.com, PuTTYgen's `Save public key`) and PuTTY's .ppk.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "facts/public_key.hpp"

namespace reentry {

inline constexpr std::string_view kRfc4716Begin = "---- BEGIN SSH2 PUBLIC KEY ----";
inline constexpr std::string_view kRfc4716End = "---- END SSH2 PUBLIC KEY ----";
inline constexpr std::string_view kPpkMark = "PuTTY-User-Key-File-";

// The first RFC 4716 block in `bytes`, wherever it begins. Nothing when it has none that holds a key.
[[nodiscard]] std::optional<PublicKey> key_from_rfc4716(std::string_view bytes);

struct PpkFile {
  int version = 0;  // 1 to 3
  bool encrypted = false;
  std::optional<PublicKey> key;  // the public half, in clear even when the file is encrypted
};

// A .ppk file (PuTTY manual, appendix C). Nothing when `bytes` does not begin with its mark.
[[nodiscard]] std::optional<PpkFile> read_ppk(std::string_view bytes);

}  // namespace reentry
