// Host keys of any bytes. What is saved in place of a private key must be judged as the key was.
#include "facts/private_key.hpp"

#include "fuzz.hpp"

REENTRY_FUZZ(bytes) {
  using namespace reentry;
  const PrivateKeyFile judged = judge_private_key(bytes);
  const std::string blank = blank_private_key(bytes);
  fuzz::must(judge_private_key(blank).state == judged.state);
}
