// Facts that somebody sends in.
#include "fuzz.hpp"
#include "host/saved_facts.hpp"

REENTRY_FUZZ(bytes) {
  using namespace reentry;
  const auto saved = load_facts("facts", bytes);
  if (saved) (void)saved->tree->read(HostPath("/etc/passwd"), 65536);
}
