// authorized_keys as sshd reads it, with every line kept and the reason why a line is dead. Sources: OpenSSH
// auth2-pubkeyfile.c (auth_check_authkeys_file, auth_check_authkey_line), sshkey.c (sshkey_read,
// sshkey_advance_past_options), auth-options.c (sshauthopt_parse), misc.c (parse_absolute_time), sshd(8).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/known.hpp"
#include "base/text.hpp"
#include "facts/public_key.hpp"
#include "facts/ssh_build.hpp"

namespace reentry {

// expiry-time="YYYYMMDD[HHMM[SS]][Z]". Without Z it is in the target's local time, which the facts don't
// tell.
struct ExpiryTime {
  std::string text;
  std::int64_t seconds = 0;  // since 1970, read as UTC
  bool utc = false;
};

// Whether the moment has passed at `now`: unknown while the time zone of the target could decide.
// `utc_offset` is the zone's distance from UTC at `now`, in seconds; at the other moment summer time may make
// it differ.
enum class Expired { no, yes, unknown };
[[nodiscard]] Expired is_expired(const ExpiryTime& expiry, std::int64_t now,
                                 const Known<std::int64_t>& utc_offset = Missing{});

// The options in front of a key, as auth-options.c leaves them when all were read.
struct KeyOptions {
  std::string text;  // as it stands in the line
  bool cert_authority = false;
  bool restricted = false;
  bool pty = true;
  bool port_forwarding = true;
  bool agent_forwarding = true;
  bool x11_forwarding = true;
  bool user_rc = true;
  bool touch_required = true;
  bool verify_required = false;
  std::optional<std::string> command;
  std::optional<std::string> principals;
  std::optional<std::string> from;
  std::optional<ExpiryTime> expiry;  // the earliest of several
  std::vector<std::string> environment;
  std::vector<std::string> permit_open;
  std::vector<std::string> permit_listen;
  std::string tunnel;
};

// Reads an option list up to its first unquoted blank. Nothing, and sshd's words for it in `error`, when one
// option kills the line. `build`: options that it does not know yet are unknown key options.
[[nodiscard]] std::optional<KeyOptions> parse_key_options(std::string_view text, const SshBuild& build,
                                                          std::string& error);

enum class KeyLineKind { blank, comment, key, damaged };

// What is wrong with a line that sshd passes over without a word.
enum class LineDamage {
  none,
  bad_options,       // the key is fine, an option is not: `error` has sshd's words
  blank_in_options,  // a blank behind a comma or around `=`
  unterminated_quote,
  smart_quotes,      // typographic quotes around an option's value or the line
  quoted_line,       // the whole line in quotes
  byte_order_mark,   // UTF-8 BOM at the start of the file
  utf16,             // the file is UTF-16
  invisible_space,   // NBSP, full-width or zero-width space where a blank belongs
  carriage_returns,  // lines end in CR only: one line for sshd
  wrapped,           // the base64 goes on in the next lines
  glued,             // stands in the line of the key before it: a newline is missing between the two
  truncated,         // the key's data ends early
  bad_base64,
  missing_type,  // base64 without its type word
  wrong_type,    // the type word is misspelt or not the one inside the data
  missing_data,  // a type word alone
  private_key,   // a line of a private key
  putty_key,     // a line of a .ppk file
  rfc4716,       // a line of a `---- BEGIN SSH2 PUBLIC KEY ----` block
  pem,           // a line of another PEM block
  bad_key,       // base64 is fine, the data is no key
  too_long,      // 16 KiB or more before OpenSSH 7.8
  not_a_key,     // text that is nothing of all this
};

// A line, or a run of lines that belong together (a pasted block, a wrapped key). A line with two keys glued
// together gives two entries with the same number.
struct AuthorizedLine {
  std::size_t number = 0;       // from 1
  std::size_t last_number = 0;  // of a block or a wrapped key; else equal to number
  std::string text;             // without its line end
  KeyLineKind kind = KeyLineKind::blank;
  std::optional<PublicKey> key;  // of `key` lines
  KeyOptions options;            // of `key` lines
  LineDamage damage = LineDamage::none;
  std::string error;                   // sshd's own words, where it has some (`unknown key option`)
  std::optional<PublicKey> recovered;  // the key that the damaged line was meant to be, where it can be told
  // The key's data as far as it can be decoded, where a part of it is lost.
  std::string fragment;
  // The line as it was meant, options included; empty where that can't be told for certain.
  std::string mended;
};

struct AuthorizedKeys {
  std::vector<AuthorizedLine> lines;
  // A damage of the file as a whole: byte_order_mark, utf16, carriage_returns, rfc4716, putty_key,
  // private_key.
  LineDamage whole = LineDamage::none;
  [[nodiscard]] bool has_key() const;
};

// Parses any bytes; at most 100,000 lines are kept apart, which is beyond what a login waits for.
[[nodiscard]] AuthorizedKeys parse_authorized_keys(std::string_view bytes, const SshBuild& build);

// `wrapped`, `bad-options` …: how details and reports name a damage.
[[nodiscard]] std::string_view name_of(LineDamage damage);
[[nodiscard]] LineDamage damage_named(std::string_view name);

// Why the line is dead, in words for its owner. Empty for LineDamage::none.
[[nodiscard]] Text words_for(const AuthorizedLine& line);
[[nodiscard]] Text words_for(LineDamage damage);

}  // namespace reentry
