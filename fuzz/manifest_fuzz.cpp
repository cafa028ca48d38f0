// The journal of a transaction as it may be found on a target's disk.
#include "repair/manifest.hpp"

#include "fuzz.hpp"

REENTRY_FUZZ(bytes) {
  using namespace reentry;
  if (const auto manifest = manifest_of(bytes)) {
    const auto again = manifest_of(to_text(*manifest));
    fuzz::must(again.has_value() && to_text(*again) == to_text(*manifest));
  }
  (void)progress_of(bytes, 4);
}
