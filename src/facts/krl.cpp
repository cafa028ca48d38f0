#include "facts/krl.hpp"

#include <algorithm>
#include <cstddef>

#include "base/digest.hpp"
#include "facts/wire.hpp"

namespace reentry {
namespace {

using std::string_view_literals::operator""sv;

// PROTOCOL.krl.
constexpr std::string_view kListMagic = "SSHKRL\n\0"sv;
constexpr std::uint32_t kVersion = 1;
constexpr std::uint8_t kCertificates = 1;
constexpr std::uint8_t kExplicitKey = 2;
constexpr std::uint8_t kFingerprintSha1 = 3;
constexpr std::uint8_t kSignature = 4;
constexpr std::uint8_t kFingerprintSha256 = 5;
constexpr std::uint8_t kExtension = 255;
constexpr std::uint8_t kSerialList = 0x20;
constexpr std::uint8_t kSerialRange = 0x21;
constexpr std::uint8_t kSerialBitmap = 0x22;
constexpr std::uint8_t kKeyId = 0x23;
constexpr std::uint8_t kCertExtension = 0x39;
// krl.c refuses larger bitmaps.
constexpr std::size_t kMaxBitmap = 0x20000;

// A bitmap of serials from `offset` on, the least significant bit last.
bool read_bitmap(WireReader& reader, RevokedCertificates& out) {
  const std::uint64_t offset = reader.u64();
  const std::string_view bits = reader.magnitude();
  if (bits.size() > kMaxBitmap) return false;
  for (std::size_t i = 0; i < bits.size() * 8; ++i) {
    const auto byte = static_cast<std::uint8_t>(bits[bits.size() - 1 - i / 8]);
    if (((byte >> (i % 8)) & 1U) == 0) continue;
    if (offset + i < offset) return false;
    out.serials.emplace_back(offset + i, offset + i);
  }
  return reader.ok();
}

// An extension that is critical and unknown makes the list unusable.
bool read_extension(std::string_view body) {
  WireReader reader(body);
  reader.string();
  return reader.byte() == 0 && reader.ok();
}

bool read_cert_subsection(std::uint8_t type, std::string_view body, RevokedCertificates& out) {
  WireReader reader(body);
  switch (type) {
    case kSerialList:
      while (reader.ok() && !reader.at_end()) {
        const std::uint64_t serial = reader.u64();
        out.serials.emplace_back(serial, serial);
      }
      return reader.ok();
    case kSerialRange: {
      const std::uint64_t low = reader.u64();
      const std::uint64_t high = reader.u64();
      out.serials.emplace_back(low, high);
      return reader.ok() && reader.at_end() && low <= high;
    }
    case kSerialBitmap: return read_bitmap(reader, out) && reader.at_end();
    case kKeyId:
      while (reader.ok() && !reader.at_end()) out.key_ids.emplace(reader.string());
      return reader.ok();
    case kCertExtension: return read_extension(body);
    default: return false;
  }
}

bool read_certificates(std::string_view body, RevokedKeys& out) {
  WireReader reader(body);
  RevokedCertificates revoked;
  revoked.ca_blob = std::string(reader.string());
  reader.string();  // reserved
  while (reader.ok() && !reader.at_end()) {
    const std::uint8_t type = reader.byte();
    const std::string_view subsection = reader.string();
    if (!reader.ok() || !read_cert_subsection(type, subsection, revoked)) return false;
  }
  out.certificates.push_back(std::move(revoked));
  return reader.ok();
}

bool read_strings(std::string_view body, std::size_t size, std::set<std::string>& out) {
  WireReader reader(body);
  while (reader.ok() && !reader.at_end()) {
    const std::string_view entry = reader.string();
    if (size != 0 && entry.size() != size) return false;
    if (reader.ok()) out.emplace(entry);
  }
  return reader.ok();
}

bool read_section(std::uint8_t type, std::string_view body, RevokedKeys& out) {
  switch (type) {
    case kCertificates: return read_certificates(body, out);
    case kExplicitKey: return read_strings(body, 0, out.blobs);
    case kFingerprintSha1: return read_strings(body, 20, out.sha1);
    case kFingerprintSha256: return read_strings(body, 32, out.sha256);
    case kExtension: return read_extension(body);
    case kSignature: return true;
    default: return false;
  }
}

std::optional<RevokedKeys> parse_binary(std::string_view bytes, RevokedKeysProblem& problem) {
  RevokedKeys out;
  out.binary = true;
  WireReader reader(bytes.substr(kListMagic.size()));
  const std::uint32_t version = reader.u32();
  reader.u64();     // version of the list
  reader.u64();     // when it was made
  reader.u64();     // flags
  reader.string();  // reserved
  reader.string();  // comment
  if (!reader.ok() || version != kVersion) {
    problem.reason = "the revocation list's header is damaged or of an unknown version";
    return std::nullopt;
  }
  while (!reader.at_end()) {
    const std::uint8_t type = reader.byte();
    const std::string_view body = reader.string();
    // Behind a signature's CA key stands the signature itself, as one more string.
    if (type == kSignature) reader.string();
    if (!reader.ok() || !read_section(type, body, out)) {
      problem.reason = "a section of the revocation list is damaged or of an unknown kind";
      return std::nullopt;
    }
  }
  return out;
}

// authfile.c:sshkey_in_file: comments and empty lines are skipped, any other line must be a key.
std::optional<RevokedKeys> parse_text(std::string_view bytes, RevokedKeysProblem& problem) {
  RevokedKeys out;
  for (std::size_t number = 1; !bytes.empty(); ++number) {
    const std::size_t end = std::min(bytes.find('\n'), bytes.size());
    std::string_view line = bytes.substr(0, end);
    const bool has_newline = end < bytes.size();
    bytes.remove_prefix(std::min(end + 1, bytes.size()));
    line = line.substr(0, line.find('\0'));
    while (!line.empty() && (line.front() == ' ' || line.front() == '\t')) line.remove_prefix(1);
    if ((line.empty() && has_newline) || line.starts_with('#')) continue;
    if (line.empty()) continue;
    KeyProblem why = KeyProblem::none;
    const std::optional<PublicKey> key = key_from_line(line, why);
    if (!key) {
      problem.line = number;
      problem.reason = "the line is not a public key";
      return std::nullopt;
    }
    out.blobs.insert(key->plain_blob);
  }
  return out;
}

bool lists_certificate(const RevokedCertificates& revoked, const Certificate& certificate) {
  if (!revoked.ca_blob.empty() && revoked.ca_blob != certificate.ca_blob) return false;
  if (revoked.key_ids.count(certificate.key_id) != 0) return true;
  // krl.c: serial 0 means that the CA numbers nothing.
  return certificate.serial != 0 &&
         std::any_of(revoked.serials.begin(), revoked.serials.end(), [&certificate](const auto& range) {
           return range.first <= certificate.serial && certificate.serial <= range.second;
         });
}

}  // namespace

bool RevokedKeys::lists(const PublicKey& key) const {
  if (blobs.count(key.plain_blob) != 0) return true;
  if (!sha1.empty() && sha1.count(reentry::sha1(key.plain_blob)) != 0) return true;
  if (!sha256.empty() && sha256.count(reentry::sha256(key.plain_blob)) != 0) return true;
  if (!key.certificate) return false;
  if (blobs.count(key.certificate->ca_blob) != 0) return true;
  return std::any_of(certificates.begin(), certificates.end(), [&key](const RevokedCertificates& revoked) {
    return lists_certificate(revoked, *key.certificate);
  });
}

std::optional<RevokedKeys> parse_revoked_keys(std::string_view bytes, RevokedKeysProblem& problem) {
  if (bytes.starts_with(kListMagic)) return parse_binary(bytes, problem);
  return parse_text(bytes, problem);
}

}  // namespace reentry
