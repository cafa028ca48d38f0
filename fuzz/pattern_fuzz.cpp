// Patterns of AllowUsers, Match and from=, first half against second half.
#include "facts/pattern.hpp"

#include "fuzz.hpp"

REENTRY_FUZZ(bytes) {
  using namespace reentry;
  const std::string_view text = bytes.substr(0, bytes.size() / 2);
  const std::string_view pattern = bytes.substr(bytes.size() / 2);
  (void)match_pattern(text.substr(0, 256), pattern.substr(0, 256));
  (void)match_pattern_list(text, pattern, true);
  (void)match_address_list("203.0.113.5", pattern);
  (void)match_address_list("2001:db8::5", pattern);
  (void)match_host_and_ip(text, "203.0.113.5", pattern);
  (void)address_list_is_valid(pattern);
}
