// Whatever comes from a target is shown on one line, without control characters, within its limit.
#include "base/shown.hpp"

#include <string>

#include "fuzz.hpp"

REENTRY_FUZZ(bytes) {
  using namespace reentry;
  const std::string safe = shown(bytes, 0);
  for (const char sign : safe) {
    const auto byte = static_cast<unsigned char>(sign);
    fuzz::must(byte >= 0x20 && byte != 0x7f);
  }
  fuzz::must(shown(safe, 0).size() >= safe.size());
  fuzz::must(shown(bytes, 40).size() <= 40 + 3);
  (void)columns(safe);
}
