#include <string>
#include <string_view>

#include "base/digest.hpp"
#include "facts/private_key.hpp"
#include "facts/wire.hpp"

namespace reentry {
namespace {

using std::string_view_literals::operator""sv;

constexpr std::size_t kLineWidth = 70;

// The fields of the private part (sshkey.c:sshkey_private_serialize) with every secret number zero.
std::string blanked_fields(const PublicKey& key) {
  WireReader blob(key.plain_blob);
  const std::string_view type = blob.string();
  std::string out;
  put_string(out, key.certificate ? key.type : std::string(type));
  if (key.certificate) put_string(out, key.blob);
  if (type == "ssh-rsa") {
    const std::string_view exponent = blob.magnitude();
    const std::string_view modulus = blob.magnitude();
    if (!key.certificate) {
      put_mpint(out, modulus);
      put_mpint(out, exponent);
    }
    for (int i = 0; i < 4; ++i) put_mpint(out, {});
  } else if (type == "ssh-ed25519") {
    const std::string_view point = blob.string();
    if (!key.certificate) put_string(out, point);
    put_string(out, std::string(32, '\0') + std::string(point));
  } else if (!key.certificate) {
    put_string(out, blob.string());
    put_string(out, blob.string());
    put_mpint(out, {});
  } else {
    put_mpint(out, {});
  }
  return out;
}

std::string armoured_v1(const PublicKey& key, std::string_view cipher, std::string_view kdf,
                        std::string_view line_end) {
  std::string part;
  if (kdf == "none") {
    put_u32(part, 0);
    put_u32(part, 0);
    part += blanked_fields(key);
    put_string(part, "");
    for (char pad = 1; part.size() % 8 != 0; ++pad) part += pad;
  }
  std::string payload("openssh-key-v1\0"sv);
  put_string(payload, cipher);
  put_string(payload, kdf);
  put_string(payload, "");
  put_u32(payload, 1);
  put_string(payload, key.blob);
  put_string(payload, part);
  const std::string text = base64(payload);
  std::string out = "-----BEGIN OPENSSH PRIVATE KEY-----";
  out += line_end;
  for (std::size_t at = 0; at < text.size(); at += kLineWidth) {
    out += text.substr(at, kLineWidth);
    out += line_end;
  }
  out += "-----END OPENSSH PRIVATE KEY-----";
  out += line_end;
  return out;
}

// A key of no value whose public half does not stand in it: SEC1 (RFC 5915) for P-256 with the number 0.
std::string key_without_public_half() {
  std::string der("\x30\x31\x02\x01\x01\x04\x20"sv);
  der += std::string(32, '\0');
  der += "\xA0\x0A\x06\x08\x2A\x86\x48\xCE\x3D\x03\x01\x07"sv;
  return "-----BEGIN EC PRIVATE KEY-----\n" + base64(der) + "\n-----END EC PRIVATE KEY-----\n";
}

// What names the format, without the lines that hold the key.
std::string foreign_head(std::string_view bytes, PrivateKeyFormat format) {
  if (format != PrivateKeyFormat::ppk2 && format != PrivateKeyFormat::ppk3) {
    return "---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----\n";
  }
  const std::size_t secret = bytes.find("Private-Lines:");
  std::string head(bytes.substr(0, secret));
  if (!head.ends_with('\n')) head += '\n';
  return head;
}

}  // namespace

std::string blank_private_key(std::string_view bytes) {
  const PrivateKeyFile judged = judge_private_key(bytes);
  switch (judged.state) {
    case PrivateKeyState::empty:
    case PrivateKeyState::public_only: return std::string(bytes);
    case PrivateKeyState::ok:
      return judged.key ? armoured_v1(*judged.key, "none", "none", "\n") : key_without_public_half();
    case PrivateKeyState::encrypted:
      if (judged.key) return armoured_v1(*judged.key, "aes256-ctr", "bcrypt", "\n");
      return "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nAA==\n-----END RSA PRIVATE "
             "KEY-----\n";
    case PrivateKeyState::crlf:
      if (judged.key) return armoured_v1(*judged.key, "none", "none", "\r\n");
      break;
    case PrivateKeyState::foreign: return foreign_head(bytes, judged.format);
    case PrivateKeyState::damaged: break;
  }
  return "-----BEGIN OPENSSH PRIVATE KEY-----\nblanked\n";
}

}  // namespace reentry
