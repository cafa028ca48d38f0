// passwd, shadow, group, nsswitch.conf and login.defs of any bytes.
#include "facts/accounts.hpp"

#include "fuzz.hpp"

REENTRY_FUZZ(bytes) {
  using namespace reentry;
  std::vector<BadLine> bad;
  AccountFacts accounts;
  accounts.passwd = parse_passwd(bytes, bad);
  accounts.shadow = parse_shadow(bytes, bad);
  accounts.group = parse_group(bytes, bad);
  accounts.index();
  if (const PasswdEntry* alice = accounts.user("alice")) {
    (void)accounts.shadow_of("alice");
    (void)accounts.groups_of(*alice);
    (void)accounts.is_private_group(alice->gid, alice->uid);
  }
  (void)parse_nss_database(bytes, "passwd");
  (void)parse_login_defs(bytes);
}
