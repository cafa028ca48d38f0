// A private key file as sshd and ssh load it (sshkey.c:sshkey_parse_private_fileblob_type): its own format is
// read strictly, PEM leniently. Nothing secret is kept.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "facts/public_key.hpp"

namespace reentry {

enum class PrivateKeyState {
  ok,           // loads without a passphrase
  empty,        // no bytes, or NUL bytes only (a crash before the data reached the disk)
  damaged,      // not loadable: cut, edited, an unknown format
  encrypted,    // loads only with a passphrase: no use to sshd
  public_only,  // a public key stands where a private key is wanted
  crlf,     // would load, had its line ends not been turned into CR LF (or a blank line, BOM or cut newline)
  foreign,  // a private key of another program: PuTTY's PPK, ssh.com's
};

enum class PrivateKeyFormat { none, openssh, pkcs1, sec1, pkcs8, ppk2, ppk3, sshcom };

struct PrivateKeyFile {
  PrivateKeyState state = PrivateKeyState::damaged;
  PrivateKeyFormat format = PrivateKeyFormat::none;
  std::optional<PublicKey> key;    // the public half, where it can be had without a passphrase
  std::string reason;              // English, one line, for every state but ok
  bool needs_openssh_9_6 = false;  // Ed25519 in PKCS#8: older releases refuse it as damaged
  [[nodiscard]] bool loads() const { return state == PrivateKeyState::ok; }
};

// Judges the bytes of a private key file. The public half is taken from the clear part (OpenSSH, PPK) or
// computed from the DER structure (RSA, and EC and Ed25519 keys that carry their public point); `ok` without
// a `key` means a PEM key whose public half is not stored in it.
[[nodiscard]] PrivateKeyFile judge_private_key(std::string_view bytes);

// The bytes of a file in the state `crlf` as OpenSSH reads them; nothing for any other.
[[nodiscard]] std::optional<std::string> tidied_private_key(std::string_view bytes);

// A file that judge_private_key() judges alike and that holds no secret: for facts that leave their host. The
// public half and the state stay; of a damaged file only that it is damaged.
[[nodiscard]] std::string blank_private_key(std::string_view bytes);

}  // namespace reentry
