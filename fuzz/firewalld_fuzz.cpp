// firewalld's files of any bytes.
#include "facts/firewalld.hpp"

#include "fuzz.hpp"

REENTRY_FUZZ(bytes) {
  using namespace reentry;
  (void)policy_judges_input(bytes, "p");
  FirewalldConfig config;
  config.services.emplace("ssh", parse_firewalld_service(bytes, "s"));
  config.ipsets.emplace("set", parse_firewalld_ipset(bytes, "i"));
  const auto zone = parse_firewalld_zone(bytes, "public", "z");
  if (!zone) return;
  config.zones.push_back(*zone);
  const auto rules = rules_of(config);
  if (rules) fuzz::must(rules->tables.size() == 2);
}
