// hosts.allow and hosts.deny of any bytes, split at the first NUL.
#include "facts/hosts_access.hpp"

#include "fuzz.hpp"

REENTRY_FUZZ(bytes) {
  using namespace reentry;
  const std::size_t cut = bytes.find('\0');
  HostsAccess facts;
  facts.allow = std::string(bytes.substr(0, cut));
  facts.deny = std::string(cut == std::string_view::npos ? bytes : bytes.substr(cut + 1));
  for (const auto& file : pattern_files_of(parse_wrapper_table(bytes))) {
    facts.files[file] = std::string(bytes);
  }
  (void)hosts_access(facts, "sshd", "203.0.113.5");
  (void)hosts_access(facts, "sshd", "2001:db8::5");
  (void)hosts_access(facts, "sshd", std::nullopt);
}
