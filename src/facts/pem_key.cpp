#include "facts/pem_key.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "base/digest.hpp"
#include "facts/der.hpp"
#include "facts/wire.hpp"

namespace reentry {
namespace {

using std::string_view_literals::operator""sv;

constexpr std::string_view kRsaId = "\x2A\x86\x48\x86\xF7\x0D\x01\x01\x01"sv;
constexpr std::string_view kEcId = "\x2A\x86\x48\xCE\x3D\x02\x01"sv;
constexpr std::string_view kEd25519Id = "\x2B\x65\x70"sv;
constexpr std::string_view kDsaId = "\x2A\x86\x48\xCE\x38\x04\x01"sv;

struct Curve {
  std::string_view id;
  std::string_view name;
};
constexpr std::array<Curve, 3> kCurves = {{
    {"\x2A\x86\x48\xCE\x3D\x03\x01\x07"sv, "nistp256"},
    {"\x2B\x81\x04\x00\x22"sv, "nistp384"},
    {"\x2B\x81\x04\x00\x23"sv, "nistp521"},
}};

constexpr std::string_view kBegin = "-----BEGIN ";
constexpr std::string_view kEnd = "-----END ";
constexpr std::string_view kDashes = "-----";

std::optional<PublicKey> checked(const std::string& blob) {
  KeyProblem problem = KeyProblem::none;
  return key_from_blob(blob, problem);
}

std::optional<PublicKey> rsa_key(std::string_view modulus, std::string_view exponent) {
  std::string blob;
  put_string(blob, "ssh-rsa");
  put_mpint(blob, exponent);
  put_mpint(blob, modulus);
  return checked(blob);
}

std::optional<PublicKey> ec_key(std::string_view curve_id, std::string_view point) {
  const auto curve = std::find_if(kCurves.begin(), kCurves.end(),
                                  [curve_id](const Curve& known) { return known.id == curve_id; });
  if (curve == kCurves.end()) return std::nullopt;
  std::string blob;
  put_string(blob, "ecdsa-sha2-" + std::string(curve->name));
  put_string(blob, curve->name);
  put_string(blob, point);
  return checked(blob);
}

std::optional<PublicKey> ed25519_key(std::string_view point) {
  std::string blob;
  put_string(blob, "ssh-ed25519");
  put_string(blob, point);
  return checked(blob);
}

// RFC 8017 A.1.2: version and eight numbers.
PemKey pkcs1(std::string_view der) {
  DerReader outer(der);
  DerReader numbers = outer.sequence();
  numbers.integer();
  const std::string_view modulus = numbers.integer();
  const std::string_view exponent = numbers.integer();
  for (int i = 0; i < 6; ++i) numbers.integer();
  PemKey out;
  if (numbers.ok()) out.key = rsa_key(modulus, exponent);
  out.well_formed = out.key.has_value();
  return out;
}

// The traditional form: version, p, q, g, y, x.
PemKey traditional_dsa(std::string_view der) {
  DerReader outer(der);
  DerReader numbers = outer.sequence();
  numbers.integer();
  std::string blob;
  put_string(blob, "ssh-dss");
  for (int i = 0; i < 4; ++i) put_mpint(blob, numbers.integer());
  numbers.integer();
  PemKey out;
  if (numbers.ok()) out.key = checked(blob);
  out.well_formed = out.key.has_value();
  return out;
}

// RFC 5915: version, private key, [0] curve, [1] public point. PKCS#8 names the curve outside.
PemKey sec1(std::string_view der, std::string_view outer_curve) {
  DerReader outer(der);
  DerReader fields = outer.sequence();
  fields.integer();
  const std::string_view secret = fields.octets();
  std::string_view curve = outer_curve;
  if (fields.ok() && fields.peek() == 0xA0) curve = fields.context(0).object_id();
  PemKey out;
  out.well_formed = fields.ok() && !secret.empty() && !curve.empty();
  if (out.well_formed && fields.peek() == 0xA1) {
    DerReader inner = fields.context(1);
    const std::string_view point = inner.bits();
    if (inner.ok()) out.key = ec_key(curve, point);
    out.well_formed = out.key.has_value();
  }
  return out;
}

// RFC 5958: version, algorithm, private key, [0] attributes, [1] public key.
PemKey pkcs8(std::string_view der) {
  DerReader outer(der);
  DerReader fields = outer.sequence();
  fields.integer();
  DerReader algorithm = fields.sequence();
  const std::string_view id = algorithm.object_id();
  const std::string_view secret = fields.octets();
  PemKey out;
  if (!fields.ok() || !algorithm.ok()) return out;
  if (id == kRsaId) return pkcs1(secret);
  if (id == kEcId) return sec1(secret, algorithm.object_id());
  if (id == kDsaId) {
    out.well_formed = true;
    return out;
  }
  if (id != kEd25519Id) return out;
  DerReader inner(secret);
  out.ed25519_pkcs8 = true;
  out.well_formed = inner.octets().size() == 32;
  if (fields.peek() == 0xA0) fields.skip();
  // [1] is an implicit BIT STRING: a count of unused bits, then the key.
  if (fields.peek() == 0x81) {
    const std::string_view point = fields.element(0x81);
    if (fields.ok() && point.size() == 33) out.key = ed25519_key(point.substr(1));
  }
  return out;
}

PemKey public_pkcs1(std::string_view der) {
  DerReader outer(der);
  DerReader numbers = outer.sequence();
  const std::string_view modulus = numbers.integer();
  const std::string_view exponent = numbers.integer();
  PemKey out;
  if (numbers.ok()) out.key = rsa_key(modulus, exponent);
  out.well_formed = out.key.has_value();
  return out;
}

// RFC 5280 SubjectPublicKeyInfo.
PemKey public_info(std::string_view der) {
  DerReader outer(der);
  DerReader fields = outer.sequence();
  DerReader algorithm = fields.sequence();
  const std::string_view id = algorithm.object_id();
  const std::string_view point = fields.bits();
  PemKey out;
  if (!fields.ok() || !algorithm.ok()) return out;
  if (id == kRsaId) return public_pkcs1(point);
  if (id == kEcId) out.key = ec_key(algorithm.object_id(), point);
  if (id == kEd25519Id) out.key = ed25519_key(point);
  out.well_formed = out.key.has_value();
  return out;
}

std::string_view take_line(std::string_view& bytes) {
  const std::size_t end = std::min(bytes.find('\n'), bytes.size());
  std::string_view line = bytes.substr(0, end);
  bytes.remove_prefix(std::min(end + 1, bytes.size()));
  while (!line.empty() && static_cast<std::uint8_t>(line.back()) <= ' ') line.remove_suffix(1);
  return line;
}

std::string_view label_in(std::string_view line, std::string_view prefix) {
  if (!line.starts_with(prefix) || !line.ends_with(kDashes)) return {};
  line.remove_prefix(prefix.size());
  return line.size() > kDashes.size() ? line.substr(0, line.size() - kDashes.size()) : std::string_view();
}

}  // namespace

std::optional<PemBlock> first_pem_block(std::string_view bytes) {
  PemBlock block;
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  while (!bytes.empty() && block.label.empty()) block.label = label_in(take_line(bytes), kBegin);
  if (block.label.empty()) return std::nullopt;
  block.encrypted = block.label.starts_with("ENCRYPTED ");
  std::string body;
  while (!bytes.empty() && !block.closed) {
    const std::string_view line = take_line(bytes);
    if (line.starts_with(kEnd)) {
      block.closed = label_in(line, kEnd) == block.label;
      break;
    }
    if (line.find(':') != std::string_view::npos) {
      if (line.starts_with("Proc-Type:") && line.find("ENCRYPTED") != std::string_view::npos) {
        block.encrypted = true;
      }
      continue;
    }
    body += line;
  }
  block.der = from_base64(body);
  return block;
}

PemKey key_of(const PemBlock& block) {
  if (!block.der || block.encrypted) return {};
  if (block.label == "RSA PRIVATE KEY") return pkcs1(*block.der);
  if (block.label == "EC PRIVATE KEY") return sec1(*block.der, {});
  if (block.label == "DSA PRIVATE KEY") return traditional_dsa(*block.der);
  if (block.label == "PRIVATE KEY") return pkcs8(*block.der);
  if (block.label == "PUBLIC KEY") return public_info(*block.der);
  if (block.label == "RSA PUBLIC KEY") return public_pkcs1(*block.der);
  return {};
}

}  // namespace reentry
