// SQLite databases of any bytes: fail2ban's bans, and what reentry would write back.
#include "facts/database.hpp"
#include "facts/fail2ban.hpp"

#include "fuzz.hpp"

REENTRY_FUZZ(bytes) {
  using namespace reentry;
  const auto bans = saved_bans(bytes);
  if (bans) {
    for (const SavedBan& one : *bans) fuzz::must(!one.jail.empty());
    (void)without_ban(bytes, "sshd", "192.0.2.7");
  }
  (void)has_table(source_of(bytes), "Packages");
}
