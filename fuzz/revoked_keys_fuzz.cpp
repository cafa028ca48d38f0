// Revocation lists, binary (PROTOCOL.krl) and text.
#include "facts/krl.hpp"

#include "fuzz.hpp"

REENTRY_FUZZ(bytes) {
  using namespace reentry;
  RevokedKeysProblem problem;
  KeyProblem key_problem{};
  static const auto key = key_from_line(
      "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f", key_problem);
  if (const auto list = parse_revoked_keys(bytes, problem); list && key) (void)list->lists(*key);
}
