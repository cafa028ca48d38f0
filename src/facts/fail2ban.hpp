// fail2ban's configuration and its database, as far as they say whom it bans anew when it starts. Sources:
// fail2ban 1.0.2, client/configreader.py and configparserinc.py (files, %(name)s), client/jailreader.py,
// server/jail.py (restoreCurrentBans), server/database.py; jail.conf(5).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/known.hpp"
#include "facts/packet_values.hpp"

namespace reentry {

// The values of several files, later ones over earlier ones.
class Fail2banConfig {
 public:
  // One more file. False where it has a line that Python's configparser does not take, or is too long.
  bool add(std::string_view bytes);
  // The files that `[INCLUDES] before = …` or `after = …` of one file names.
  [[nodiscard]] static std::vector<std::string> includes(std::string_view bytes, std::string_view when);

  // All sections but DEFAULT and INCLUDES, in the order of their names.
  [[nodiscard]] std::vector<std::string> sections() const;
  // The value with all %(name)s replaced; the section's own, else that of DEFAULT. Nothing where there is
  // none, or where a name in it has no value.
  [[nodiscard]] std::optional<std::string> get(const std::string& section, const std::string& option) const;
  // Whether the value is there at all, in the section or in DEFAULT.
  [[nodiscard]] bool has(const std::string& section, const std::string& option) const;

 private:
  [[nodiscard]] const std::string* raw(const std::string& section, const std::string& option) const;
  // The value of %(name)s: also `section/option`, and `known/option`, what the files before said of it.
  [[nodiscard]] const std::string* named_value(const std::string& section, const std::string& name) const;
  [[nodiscard]] std::optional<std::string> expand(const std::string& section, const std::string& text,
                                                  int depth) const;
  std::map<std::string, std::map<std::string, std::string>> values_;
};

// `10m`, `1d 12h`, `3600`, `-1` in seconds (server/mytime.py:str2seconds).
[[nodiscard]] std::optional<std::int64_t> seconds_of(std::string_view text);

// One action of `action = NAME[key="value", …]`, a line each.
struct BanAction {
  std::string name;
  std::map<std::string, std::string> parameters;
};
[[nodiscard]] std::vector<BanAction> parse_ban_actions(std::string_view text);

// What an action does to the packets of who is banned.
enum class BanEffect { none, stops, unknown };
struct BanReach {
  BanEffect effect = BanEffect::unknown;
  bool drops = false;  // without a word; else with a reject
  bool every_port = false;
  std::vector<BitsRange> ports;
  std::string program;  // that must be there: `nft`, `iptables`, `ip`; empty: none
};
[[nodiscard]] BanReach reach_of(const BanAction& action);

// An entry of the table `bips`: the last ban of an address in a jail.
struct SavedBan {
  std::string jail;
  std::string address;      // or a network
  std::int64_t since = 0;   // seconds since 1970
  std::int64_t length = 0;  // seconds; -1: for ever
  bool operator==(const SavedBan&) const = default;
};
// Missing: malformed where it is no database of fail2ban's present form (version 4 has `bips`).
[[nodiscard]] Known<std::vector<SavedBan>> saved_bans(std::string_view database);
// The database without that ban, and nothing else changed. Missing as above.
[[nodiscard]] Known<std::string> without_ban(std::string_view database, const std::string& jail,
                                             const std::string& address);
// The database without the lines of logs that it keeps with each ban.
[[nodiscard]] Known<std::string> without_logs(std::string_view database);

// How long a jail bans, and which of its bans it takes up again.
struct JailTimes {
  std::int64_t bantime = 600;
  bool increment = false;
  std::int64_t maxtime = -1;
};
// When a ban that is taken up at `now` ends: 0 where it is not taken up, -1 where it never ends.
[[nodiscard]] std::int64_t end_of_restored(const SavedBan& ban, const JailTimes& times, std::int64_t now);

}  // namespace reentry
