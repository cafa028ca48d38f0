#include "facts/public_key.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>

#include "base/digest.hpp"
#include "facts/private_key.hpp"
#include "facts/wire.hpp"

namespace reentry {
namespace {

enum class Family { rsa, dsa, ecdsa, ed25519, ecdsa_sk, ed25519_sk };

struct KeyType {
  std::string_view name;        // on the wire
  std::string_view short_name;  // of old releases and of ssh-keygen -t
  Family family;
  std::string_view curve;
  int bits;
};

constexpr std::array<KeyType, 8> kTypes = {{
    {"ssh-ed25519", "ED25519", Family::ed25519, "", 256},
    {"ssh-rsa", "RSA", Family::rsa, "", 0},
    {"ecdsa-sha2-nistp256", "ECDSA", Family::ecdsa, "nistp256", 256},
    {"ecdsa-sha2-nistp384", "ECDSA", Family::ecdsa, "nistp384", 384},
    {"ecdsa-sha2-nistp521", "ECDSA", Family::ecdsa, "nistp521", 521},
    {"sk-ssh-ed25519@openssh.com", "ED25519-SK", Family::ed25519_sk, "", 256},
    {"sk-ecdsa-sha2-nistp256@openssh.com", "ECDSA-SK", Family::ecdsa_sk, "nistp256", 256},
    {"ssh-dss", "DSA", Family::dsa, "", 0},
}};

constexpr std::string_view kCertSuffix = "-cert-v01@openssh.com";
constexpr std::string_view kVendorSuffix = "@openssh.com";

// Signature names that a key line may carry in place of `ssh-rsa` (sshkey.c: keyimpls with sigonly set).
constexpr std::array<std::string_view, 2> kRsaSignatures = {"rsa-sha2-256", "rsa-sha2-512"};

// sshkey.c:SSHKEY_CERT_MAX_PRINCIPALS.
constexpr std::size_t kMaxPrincipals = 256;
// sshbuf.h:SSHBUF_MAX_BIGNUM, bytes.
constexpr std::size_t kMaxNumber = 16384 / 8;

// `sk-ssh-ed25519-cert-v01@openssh.com` -> `sk-ssh-ed25519@openssh.com`.
std::string without_cert(std::string_view name) {
  if (!name.ends_with(kCertSuffix)) return std::string(name);
  std::string plain(name.substr(0, name.size() - kCertSuffix.size()));
  if (plain.starts_with("sk-")) plain += kVendorSuffix;
  return plain;
}

const KeyType* find_type(std::string_view plain_name) {
  const auto found = std::find_if(kTypes.begin(), kTypes.end(),
                                  [plain_name](const KeyType& type) { return type.name == plain_name; });
  return found == kTypes.end() ? nullptr : &*found;
}

int bits_of(std::string_view magnitude) {
  if (magnitude.empty()) return 0;
  const auto first = static_cast<std::uint8_t>(magnitude.front());
  return static_cast<int>((magnitude.size() - 1) * 8) +
         static_cast<int>(std::bit_width(static_cast<unsigned>(first)));
}

bool point_is_right(std::string_view point, int bits) {
  const auto width = static_cast<std::size_t>((bits + 7) / 8);
  return point.size() == 1 + 2 * width && point.front() == '\x04';
}

// The numbers of one key; false when a value is impossible.
bool read_numbers(WireReader& reader, int count, int size_of, int& bits) {
  for (int i = 0; i < count; ++i) {
    const std::string_view number = reader.magnitude();
    if (number.size() > kMaxNumber) return false;
    if (i == size_of) bits = bits_of(number);
  }
  return reader.ok() && bits > 0;
}

// Reads the fields of a plain key of `type`; false when a value is impossible.
bool read_fields(WireReader& reader, const KeyType& type, int& bits) {
  bits = type.bits;
  switch (type.family) {
    case Family::rsa: return read_numbers(reader, 2, 1, bits);
    case Family::dsa: return read_numbers(reader, 4, 0, bits);
    case Family::ed25519: return reader.string().size() == 32;
    case Family::ed25519_sk: {
      const bool right = reader.string().size() == 32;
      reader.string();
      return right;
    }
    case Family::ecdsa:
    case Family::ecdsa_sk: {
      const bool right = reader.string() == type.curve && point_is_right(reader.string(), type.bits);
      if (type.family == Family::ecdsa_sk) reader.string();
      return right;
    }
  }
  return false;
}

// Options are `string name, string data`; the data of those with a value is itself a string.
bool read_options(std::string_view bytes, std::vector<std::pair<std::string, std::string>>& out) {
  WireReader reader(bytes);
  while (reader.ok() && !reader.at_end()) {
    const std::string_view name = reader.string();
    const std::string_view data = reader.string();
    WireReader inner(data);
    const std::string_view value = data.empty() ? std::string_view() : inner.string();
    if (reader.ok() && inner.ok()) out.emplace_back(name, value);
    if (!inner.ok()) reader.fail();
  }
  return reader.ok();
}

// The type inside a signature blob.
std::string signature_type(std::string_view signature) {
  WireReader reader(signature);
  return std::string(reader.string());
}

// sshkey.c:cert_parse, all but the verification of the signature.
bool read_certificate(WireReader& reader, Certificate& out) {
  out.serial = reader.u64();
  const std::uint32_t kind = reader.u32();
  out.host = kind == 2;
  out.key_id = std::string(reader.string());
  WireReader principals(reader.string());
  while (principals.ok() && !principals.at_end()) {
    out.principals.emplace_back(principals.string());
    if (out.principals.size() > kMaxPrincipals) return false;
  }
  out.valid_after = reader.u64();
  out.valid_before = reader.u64();
  std::vector<std::pair<std::string, std::string>> extensions;
  const bool options_right =
      read_options(reader.string(), out.critical_options) && read_options(reader.string(), extensions);
  for (const auto& extension : extensions) out.extensions.push_back(extension.first);
  reader.string();  // reserved
  out.ca_blob = std::string(reader.string());
  out.signature_algorithm = signature_type(reader.string());
  if (!reader.ok() || !principals.ok() || !options_right || (kind != 1 && kind != 2)) return false;
  KeyProblem problem = KeyProblem::none;
  const std::optional<PublicKey> ca = key_from_blob(out.ca_blob, problem);
  return ca && !ca->certificate;
}

bool is_key_blank(char c) {
  return c == ' ' || c == '\t';
}

std::string_view without_blanks(std::string_view text) {
  while (!text.empty() && static_cast<std::uint8_t>(text.front()) <= ' ') text.remove_prefix(1);
  while (!text.empty() && static_cast<std::uint8_t>(text.back()) <= ' ') text.remove_suffix(1);
  return text;
}

// The first line of a .pub file that is a key.
std::optional<PublicKey> key_from_lines(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t end = std::min(bytes.find('\n'), bytes.size());
    const std::string_view line = without_blanks(bytes.substr(0, end));
    KeyProblem problem = KeyProblem::none;
    if (auto key = key_from_line(line, problem)) return key;
    bytes.remove_prefix(std::min(end + 1, bytes.size()));
  }
  return std::nullopt;
}

}  // namespace

std::string PublicKey::fingerprint() const {
  std::string text = base64(sha256(plain_blob));
  while (text.ends_with('=')) text.pop_back();
  return "SHA256:" + text;
}

bool PublicKey::is_rsa() const {
  return plain_type() == "ssh-rsa";
}

std::string_view PublicKey::plain_type() const {
  const KeyType* found = find_type(without_cert(type));
  return found == nullptr ? std::string_view(type) : found->name;
}

std::optional<PublicKey> key_from_blob(std::string_view blob, KeyProblem& problem) {
  WireReader reader(blob);
  const std::string_view name = reader.string();
  const KeyType* type = find_type(without_cert(name));
  if (!reader.ok() || type == nullptr) {
    problem = reader.ok() ? KeyProblem::unknown_type : KeyProblem::truncated;
    return std::nullopt;
  }
  PublicKey key;
  key.type = std::string(name);
  key.blob = std::string(blob);
  const bool is_certificate = name.size() != type->name.size();
  if (is_certificate) reader.string();  // nonce
  const std::string_view fields = reader.rest();
  const bool fields_right = read_fields(reader, *type, key.bits);
  bool right = fields_right;
  if (is_certificate && right) {
    put_string(key.plain_blob, type->name);
    key.plain_blob += fields.substr(0, fields.size() - reader.rest().size());
    right = read_certificate(reader, key.certificate.emplace());
  } else {
    key.plain_blob = key.blob;
  }
  problem = KeyProblem::none;
  if (!reader.ok()) {
    problem = KeyProblem::truncated;
  } else if (!right) {
    problem = KeyProblem::bad_value;
  } else if (!reader.at_end()) {
    problem = KeyProblem::trailing_data;
  }
  if (problem != KeyProblem::none) return std::nullopt;
  return key;
}

std::optional<PublicKey> key_from_line(std::string_view line, KeyProblem& problem) {
  if (line.empty()) {
    problem = KeyProblem::empty;
    return std::nullopt;
  }
  const std::size_t word_end = std::min(line.find_first_of(" \t"), line.size());
  const std::string_view word = line.substr(0, word_end);
  const bool signature_name =
      std::find(kRsaSignatures.begin(), kRsaSignatures.end(), word) != kRsaSignatures.end();
  const std::string_view wanted = signature_name ? std::string_view("ssh-rsa") : word;
  if (find_type(without_cert(wanted)) == nullptr) {
    problem = KeyProblem::unknown_type;
    return std::nullopt;
  }
  std::string_view rest = line.substr(word_end);
  while (!rest.empty() && is_key_blank(rest.front())) rest.remove_prefix(1);
  if (without_blanks(rest).empty()) {
    problem = KeyProblem::missing_data;
    return std::nullopt;
  }
  const std::size_t data_end = std::min(rest.find_first_of(" \t"), rest.size());
  const std::optional<std::string> blob = from_base64(rest.substr(0, data_end));
  if (!blob) {
    problem = KeyProblem::bad_base64;
    return std::nullopt;
  }
  std::optional<PublicKey> key = key_from_blob(*blob, problem);
  if (key && key->type != wanted) {
    problem = KeyProblem::type_mismatch;
    return std::nullopt;
  }
  if (key) key->comment = std::string(without_blanks(rest.substr(data_end)));
  return key;
}

std::optional<PublicKey> key_from_any_file(std::string_view bytes, std::string& why_not) {
  if (without_blanks(bytes).empty()) {
    why_not = "the file is empty";
    return std::nullopt;
  }
  if (auto key = key_from_lines(bytes)) return key;
  PrivateKeyFile file = judge_private_key(bytes);
  if (file.key) return std::move(file.key);
  why_not = file.loads() ? "its public half is not stored in it: make it with ssh-keygen -y" : file.reason;
  return std::nullopt;
}

bool is_key_type(std::string_view word) {
  const std::string plain = without_cert(word);
  const auto same_word = [word](std::string_view name) {
    return std::equal(word.begin(), word.end(), name.begin(), name.end(), [](char a, char b) {
      const char upper = a >= 'a' && a <= 'z' ? static_cast<char>(a - 'a' + 'A') : a;
      return upper == b;
    });
  };
  return find_type(plain) != nullptr ||
         std::any_of(kTypes.begin(), kTypes.end(),
                     [&same_word](const KeyType& type) { return same_word(type.short_name); }) ||
         std::find(kRsaSignatures.begin(), kRsaSignatures.end(), word) != kRsaSignatures.end();
}

}  // namespace reentry
