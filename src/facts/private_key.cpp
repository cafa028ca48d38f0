#include "facts/private_key.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "base/digest.hpp"
#include "facts/foreign_key.hpp"
#include "facts/pem_key.hpp"
#include "facts/wire.hpp"

namespace reentry {
namespace {

using std::string_view_literals::operator""sv;

constexpr std::string_view kBeginWords = "-----BEGIN OPENSSH PRIVATE KEY-----";
constexpr std::string_view kEndWords = "-----END OPENSSH PRIVATE KEY-----";
constexpr std::string_view kBeginMark = "-----BEGIN OPENSSH PRIVATE KEY-----\n";
constexpr std::string_view kKeyMagic = "openssh-key-v1\0"sv;

PrivateKeyFile bad(PrivateKeyState state, PrivateKeyFormat format, std::string reason) {
  PrivateKeyFile file;
  file.state = state;
  file.format = format;
  file.reason = std::move(reason);
  return file;
}

// The base64 between the marks; nothing when a mark is not where it must be.
std::optional<std::string> armoured(std::string_view bytes) {
  if (!bytes.starts_with(kBeginMark)) return std::nullopt;
  const std::size_t end = bytes.find("\n-----END OPENSSH PRIVATE KEY-----\n", kBeginMark.size() - 1);
  if (end == std::string_view::npos) return std::nullopt;
  return from_base64(bytes.substr(kBeginMark.size(), end + 1 - kBeginMark.size()));
}

// The public fields in the private part, in the order of the public blob
// (sshkey.c:sshkey_private_deserialize). False when the fields are not whole.
bool public_fields(WireReader& reader, const PublicKey& key, std::string& blob) {
  const std::string type(reader.string());
  if (key.certificate) {
    blob = std::string(reader.string());
  } else {
    put_string(blob, type);
  }
  const std::string_view plain = key.plain_type();
  if (plain == "ssh-rsa") {
    const std::string_view modulus = key.certificate ? std::string_view() : reader.magnitude();
    if (!key.certificate) put_mpint(blob, reader.magnitude());
    if (!key.certificate) put_mpint(blob, modulus);
    for (int i = 0; i < 4; ++i) reader.magnitude();
  } else if (plain == "ssh-ed25519") {
    const std::string_view point = reader.string();
    if (!key.certificate) put_string(blob, point);
    if (reader.string().size() != 64) reader.fail();
  } else if (plain == "ssh-dss") {
    for (int i = 0; i < 4 && !key.certificate; ++i) put_mpint(blob, reader.magnitude());
    reader.magnitude();
  } else if (plain.starts_with("ecdsa-sha2-")) {
    for (int i = 0; i < 2 && !key.certificate; ++i) put_string(blob, reader.string());
    reader.magnitude();
  } else {
    return false;
  }
  return reader.ok();
}

// Comment and padding 1, 2, 3 … behind the fields.
bool tail_is_right(WireReader& reader) {
  reader.string();
  std::uint8_t expected = 0;
  while (reader.ok() && !reader.at_end()) {
    if (reader.byte() != ++expected) return false;
  }
  return reader.ok();
}

// Security keys keep a handle in place of a secret; what lies in it is not examined.
bool private_part_is_right(std::string_view part, const PublicKey& key) {
  WireReader reader(part);
  const std::uint32_t check = reader.u32();
  if (reader.u32() != check || !reader.ok()) return false;
  if (key.plain_type().starts_with("sk-")) return true;
  std::string blob;
  return public_fields(reader, key, blob) && blob == key.blob && tail_is_right(reader);
}

// sshkey.c:sshkey_parse_private2.
PrivateKeyFile read_openssh(const std::string& payload) {
  const auto format = PrivateKeyFormat::openssh;
  const auto damaged = [](std::string why) { return bad(PrivateKeyState::damaged, format, std::move(why)); };
  if (!payload.starts_with(kKeyMagic)) return damaged("its data does not begin as an OpenSSH private key");
  WireReader reader(std::string_view(payload).substr(kKeyMagic.size()));
  const std::string_view cipher = reader.string();
  const std::string_view kdf = reader.string();
  reader.string();  // kdf options
  const std::uint32_t count = reader.u32();
  const std::string_view blob = reader.string();
  const std::string_view part = reader.string();
  KeyProblem problem = KeyProblem::none;
  std::optional<PublicKey> key = reader.ok() ? key_from_blob(blob, problem) : std::nullopt;
  if (!key || count != 1) return damaged("its data ends early or is not a key that OpenSSH knows");
  PrivateKeyFile file;
  file.format = format;
  if (kdf != "none" || cipher != "none") {
    file = bad(PrivateKeyState::encrypted, format, "it is encrypted with a passphrase");
  } else if (!reader.at_end() || !private_part_is_right(part, *key)) {
    file = damaged("its private part is damaged or belongs to another public key");
  } else {
    file.state = PrivateKeyState::ok;
  }
  file.key = std::move(key);
  return file;
}

PrivateKeyFormat format_of(std::string_view label) {
  if (label == "RSA PRIVATE KEY" || label == "DSA PRIVATE KEY") return PrivateKeyFormat::pkcs1;
  if (label == "EC PRIVATE KEY") return PrivateKeyFormat::sec1;
  if (label == "PRIVATE KEY" || label == "ENCRYPTED PRIVATE KEY") return PrivateKeyFormat::pkcs8;
  return PrivateKeyFormat::none;
}

PrivateKeyFile read_pem(const PemBlock& block) {
  const PrivateKeyFormat format = format_of(block.label);
  if (block.label.ends_with("PUBLIC KEY")) {
    PrivateKeyFile file = bad(PrivateKeyState::public_only, format, "it is a public key");
    file.key = key_of(block).key;
    return file;
  }
  if (format == PrivateKeyFormat::none) {
    return bad(PrivateKeyState::damaged, format, "it is a PEM file that holds no private key");
  }
  if (!block.closed) return bad(PrivateKeyState::damaged, format, "its END line is missing: it was cut");
  if (!block.der) return bad(PrivateKeyState::damaged, format, "its text is not base64");
  if (block.encrypted) {
    return bad(PrivateKeyState::encrypted, format, "it is encrypted with a passphrase");
  }
  PemKey pem = key_of(block);
  if (!pem.well_formed) {
    return bad(PrivateKeyState::damaged, format, "its structure is not whole");
  }
  PrivateKeyFile file;
  file.state = PrivateKeyState::ok;
  file.format = format;
  file.key = std::move(pem.key);
  file.needs_openssh_9_6 = pem.ed25519_pkcs8;
  return file;
}

bool is_white(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

// The text with what a person's editor may have done to it undone: byte order mark, indentation, CR, blank
// lines, the missing last newline.
std::string tidied(std::string_view bytes) {
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  std::string out;
  while (!bytes.empty()) {
    const std::size_t end = std::min(bytes.find_first_of("\r\n"), bytes.size());
    std::string_view line = bytes.substr(0, end);
    bytes.remove_prefix(std::min(end + 1, bytes.size()));
    while (!line.empty() && is_white(line.front())) line.remove_prefix(1);
    while (!line.empty() && is_white(line.back())) line.remove_suffix(1);
    if (line.empty()) continue;
    out += line;
    out += '\n';
  }
  return out;
}

PrivateKeyFile judge_openssh(std::string_view bytes) {
  if (const auto payload = armoured(bytes)) return read_openssh(*payload);
  const std::string tidy = tidied(bytes.substr(0, bytes.find('\0')));
  if (const auto payload = armoured(tidy)) {
    PrivateKeyFile file = read_openssh(*payload);
    if (file.state == PrivateKeyState::ok) {
      file.state = PrivateKeyState::crlf;
      file.reason = bytes.find('\r') != std::string_view::npos
                        ? "its lines end in CR LF"
                        : "it has blanks, a byte order mark or no newline where OpenSSH allows none";
    }
    return file;
  }
  const bool has_end = bytes.find(kEndWords) != std::string_view::npos;
  return bad(PrivateKeyState::damaged, PrivateKeyFormat::openssh,
             has_end ? "its text is not base64" : "its END line is missing: it was cut");
}

PrivateKeyFile judge_other(std::string_view bytes) {
  if (const auto ppk = read_ppk(bytes)) {
    PrivateKeyFile file =
        bad(PrivateKeyState::foreign, ppk->version == 3 ? PrivateKeyFormat::ppk3 : PrivateKeyFormat::ppk2,
            "it is a PuTTY key (.ppk), which OpenSSH cannot read");
    file.key = ppk->key;
    return file;
  }
  if (bytes.find("---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----") != std::string_view::npos) {
    return bad(PrivateKeyState::foreign, PrivateKeyFormat::sshcom,
               "it is a key of ssh.com, which OpenSSH cannot read");
  }
  std::optional<PublicKey> key = key_from_rfc4716(bytes);
  KeyProblem problem = KeyProblem::none;
  if (!key) key = key_from_line(bytes.substr(0, std::min(bytes.find('\n'), bytes.size())), problem);
  if (key) {
    PrivateKeyFile file = bad(PrivateKeyState::public_only, PrivateKeyFormat::none, "it is a public key");
    file.key = std::move(key);
    return file;
  }
  return bad(PrivateKeyState::damaged, PrivateKeyFormat::none, "it is not a key in any known format");
}

}  // namespace

PrivateKeyFile judge_private_key(std::string_view bytes) {
  if (bytes.find_first_not_of("\0 \t\r\n"sv) == std::string_view::npos) {
    const bool zeros = bytes.find('\0') != std::string_view::npos;
    return bad(PrivateKeyState::empty, PrivateKeyFormat::none,
               zeros ? "it holds nothing but zero bytes" : "it is empty");
  }
  if (bytes.find(kBeginWords) != std::string_view::npos) return judge_openssh(bytes);
  if (const auto block = first_pem_block(bytes)) return read_pem(*block);
  return judge_other(bytes);
}

std::optional<std::string> tidied_private_key(std::string_view bytes) {
  if (judge_private_key(bytes).state != PrivateKeyState::crlf) return std::nullopt;
  return tidied(bytes.substr(0, bytes.find('\0')));
}

}  // namespace reentry
