// Files that a user hands over as a public key: OpenSSH, PEM, RFC 4716, PuTTY, certificates.
#include "facts/public_key.hpp"

#include "facts/foreign_key.hpp"
#include "fuzz.hpp"

REENTRY_FUZZ(bytes) {
  using namespace reentry;
  std::string why_not;
  if (const auto key = key_from_any_file(bytes, why_not)) {
    fuzz::must(key->fingerprint().starts_with("SHA256:"));
    KeyProblem problem{};
    fuzz::must(key_from_blob(key->blob, problem).has_value());
  }
  KeyProblem problem{};
  (void)key_from_blob(bytes, problem);
  (void)key_from_line(bytes, problem);
  (void)key_from_rfc4716(bytes);
  (void)read_ppk(bytes);
}
