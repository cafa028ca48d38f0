// The target's accounts, from its own files: passwd(5), shadow(5), group(5), login.defs(5), nsswitch.conf(5).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/known.hpp"
#include "facts/path.hpp"

namespace reentry {

struct PasswdEntry {
  std::string name;
  std::string password;  // field 2: `x` when shadow has it
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::string gecos;
  std::string home;
  std::string shell;  // as it stands, a CR at the end of the line included; empty means /bin/sh
  std::size_t line = 0;
};

// Empty fields are nothing. Days since 1970-01-01.
struct ShadowEntry {
  std::string name;
  std::string hash;
  std::optional<std::int64_t> last_change;
  std::optional<std::int64_t> min_days;
  std::optional<std::int64_t> max_days;
  std::optional<std::int64_t> warn_days;
  std::optional<std::int64_t> inactive_days;
  std::optional<std::int64_t> expire_day;
  std::size_t line = 0;
};

struct GroupEntry {
  std::string name;
  std::uint32_t gid = 0;
  std::vector<std::string> members;
  std::size_t line = 0;
};

// A line that the C library skips, and why.
struct BadLine {
  std::size_t line = 0;
  std::string text;
  std::string why;
};

// nsswitch.conf's services of one database, in order.
struct NssDatabase {
  std::vector<std::string> services;
  std::vector<std::string> inert;  // services that can't answer: their library or configuration is not there
  std::vector<std::string>
      ends_if_unavailable;  // services with [UNAVAIL=return]: none behind them is asked then
  std::vector<std::string> ends_if_not_found;  // the same for [NOTFOUND=return]
  bool compat_entries = false;  // the account file has `+` or `-` lines that `compat` looks up in NIS
  std::size_t line = 0;         // 0: the file has no such line and the default holds
  [[nodiscard]] bool has(std::string_view service) const;
  // Whether the account files count at all: `files` or `compat` is asked.
  [[nodiscard]] bool asks_files() const { return has("files") || has("compat"); }
  // Whether a directory that we can't see into may know more than the files (sss, ldap, winbind, nis …; not
  // systemd and its like, which know no login accounts, and not services that are inert).
  [[nodiscard]] bool beyond_files() const;
  // Leaves out the services that no search comes to, because one before them ends it: an inert one by
  // UNAVAIL, the files (`files_there`: they can be read) and a service without login accounts by NOTFOUND.
  void drop_unreached(bool files_there);
};

struct AccountFacts {
  Known<std::vector<PasswdEntry>> passwd;
  Known<std::vector<ShadowEntry>> shadow;
  Known<std::vector<GroupEntry>> group;
  std::vector<BadLine> bad_passwd_lines;
  std::vector<BadLine> bad_shadow_lines;
  std::vector<BadLine> bad_group_lines;
  NssDatabase nss_passwd;  // defaults where nsswitch.conf is missing: files
  NssDatabase nss_group;
  NssDatabase nss_shadow;
  Known<std::string> nsswitch;                              // the file's bytes
  std::unordered_map<std::string, std::string> login_defs;  // upper-case names

  // Builds the index by name; first entry wins as getpwnam(3) has it. To be called once after the entries
  // above are set or changed: until then the lookups below find nothing. Copies and moves keep a built index.
  void index();
  // getpwnam over `files`: nullptr when no line names it. Whether a directory might know it is another
  // question: nss_passwd.beyond_files().
  [[nodiscard]] const PasswdEntry* user(std::string_view name) const;
  [[nodiscard]] const ShadowEntry* shadow_of(std::string_view name) const;
  // getgrouplist(3): primary group first, then every group that lists the name. Names for gids without an
  // entry are left out of `names`.
  struct Membership {
    std::vector<std::uint32_t> gids;
    std::vector<std::string> names;
  };
  [[nodiscard]] Membership groups_of(const PasswdEntry& user) const;
  [[nodiscard]] Actor actor(const PasswdEntry& user) const;
  // Name of a uid or gid, or its number.
  [[nodiscard]] std::string user_name(std::uint32_t uid) const;
  [[nodiscard]] std::string group_name(std::uint32_t gid) const;
  // The first group of that name (getgrnam(3)), or nullptr.
  [[nodiscard]] const GroupEntry* group_named(std::string_view name) const;
  // True when the only member of the group (primary users and listed members together) is `uid`: Debian's
  // user-group-modes.patch, misc.c:secure_permissions. `owner` is the owner of the file that is
  // group-writable.
  [[nodiscard]] bool is_private_group(std::uint32_t gid, std::uint32_t uid, std::uint32_t owner) const;
  [[nodiscard]] bool is_private_group(std::uint32_t gid, std::uint32_t uid) const {
    return is_private_group(gid, uid, uid);
  }

 private:
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  template <typename T>
  using ByName = std::unordered_map<std::string, T, TextHash, std::equal_to<>>;

  ByName<std::size_t> users_by_name_;
  ByName<std::size_t> shadow_by_name_;
  ByName<std::vector<std::size_t>> groups_by_member_;
  std::unordered_map<std::uint32_t, std::size_t> users_by_uid_;
  std::unordered_map<std::uint32_t, std::size_t> groups_by_gid_;
  std::unordered_map<std::uint32_t, std::vector<std::size_t>> users_by_gid_;
};

// Each keeps every line it can and names every other. Sources: glibc nss/nss_files (fgetpwent, fgetspent,
// fgetgrent): blanks at the start are skipped, `#` lines and lines with missing or non-numeric ids are
// ignored,
// `+`/`-` lines belong to NIS compat.
[[nodiscard]] std::vector<PasswdEntry> parse_passwd(std::string_view bytes, std::vector<BadLine>& bad);
[[nodiscard]] std::vector<ShadowEntry> parse_shadow(std::string_view bytes, std::vector<BadLine>& bad);
[[nodiscard]] std::vector<GroupEntry> parse_group(std::string_view bytes, std::vector<BadLine>& bad);

// One database of nsswitch.conf(5); `files` where the file has no line for it (glibc nss/nss_database.c).The
// first line of a database wins.
[[nodiscard]] NssDatabase parse_nss_database(std::string_view nsswitch, std::string_view database);

// login.defs(5): NAME VALUE pairs, the last one wins (shadow-utils lib/getdef.c).
[[nodiscard]] std::unordered_map<std::string, std::string> parse_login_defs(std::string_view bytes);

}  // namespace reentry
