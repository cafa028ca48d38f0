// The account files as glibc reads them: nss/nss_files/files-XXX.c with the field macros of files-parse.c,
// and the line parsers of pwd/fgetpwent_r.c, shadow/sgetspent_r.c and grp/fgetgrent_r.c.
#include <algorithm>
#include <cctype>
#include <limits>

#include "base/ascii_case.hpp"
#include "facts/accounts.hpp"

namespace reentry {
namespace {

bool is_space(char c) {
  return std::isspace(static_cast<unsigned char>(c)) != 0;
}

std::string_view skip_space(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  return text;
}

// Calls `use(line number, line)` for every line that the C library hands to a parser: blanks at the start are
// dropped, empty and `#` lines left out, and a NUL ends the line as it ends a C string.
template <typename Use>
void each_entry_line(std::string_view bytes, Use use) {
  std::size_t number = 0;
  while (!bytes.empty()) {
    const std::size_t end = bytes.find('\n');
    std::string_view line = bytes.substr(0, end);
    bytes.remove_prefix(end == std::string_view::npos ? bytes.size() : end + 1);
    ++number;
    line = skip_space(line.substr(0, line.find('\0')));
    if (!line.empty() && line.front() != '#') use(number, line);
  }
}

// What is left of one line, cut field by field.
class Fields {
 public:
  explicit Fields(std::string_view line) : rest_(line) {}

  [[nodiscard]] bool at_end() const { return rest_.empty(); }
  [[nodiscard]] std::string_view rest() const { return rest_; }
  void skip_blanks() { rest_ = skip_space(rest_); }

  // STRING_FIELD: a line that ends early gives empty fields.
  std::string_view text() {
    const std::size_t colon = rest_.find(':');
    const std::string_view field = rest_.substr(0, colon);
    rest_.remove_prefix(colon == std::string_view::npos ? rest_.size() : colon + 1);
    return field;
  }

  // INT_FIELD through strtou32: leading blanks and a sign are fine, too large becomes the largest. False
  // where the parser gives the line up.
  bool number(std::uint32_t& value) {
    bool given = false;
    return read_number(value, given) && given && pass_terminator();
  }

  // INT_FIELD_MAYBE_NULL: `given` is false for an empty field; the line must not end here.
  bool maybe_number(std::uint32_t& value, bool& given) {
    if (rest_.empty()) return false;
    return read_number(value, given) && pass_terminator();
  }

  // As maybe_number for the last field, which nothing but the end of the line ends.
  bool last_number() {
    std::uint32_t value = 0;
    bool given = false;
    return read_number(value, given) && rest_.empty();
  }

 private:
  // False for a number that does not fit: glibc 2.36 gives up lines with `-1` or 4294967296.
  bool read_number(std::uint32_t& value, bool& given) {
    std::string_view text = skip_space(rest_);
    if (!text.empty() && text.front() == '-') return false;
    if (!text.empty() && text.front() == '+') text.remove_prefix(1);
    std::size_t digits = 0;
    std::uint64_t sum = 0;
    constexpr std::uint64_t kMost = std::numeric_limits<std::uint32_t>::max();
    while (digits < text.size() && text[digits] >= '0' && text[digits] <= '9') {
      sum = std::min(kMost + 1, sum * 10 + static_cast<std::uint64_t>(text[digits] - '0'));
      ++digits;
    }
    given = digits > 0;
    if (!given) return true;
    if (sum > kMost) return false;
    value = static_cast<std::uint32_t>(sum);
    rest_ = text.substr(digits);
    return true;
  }

  bool pass_terminator() {
    if (rest_.empty()) return true;
    if (rest_.front() != ':') return false;
    rest_.remove_prefix(1);
    return true;
  }

  std::string_view rest_;
};

bool belongs_to_compat(std::string_view line) {
  return line.front() == '+' || line.front() == '-';
}

BadLine bad_line(std::size_t number, std::string_view line, std::string why) {
  return {number, std::string(line.substr(0, 512)), std::move(why)};
}

// The five or six day counts behind a shadow password. False where glibc gives the line up.
bool parse_shadow_days(Fields& fields, ShadowEntry& entry) {
  const auto day = [&fields](std::optional<std::int64_t>& into) {
    std::uint32_t value = 0;
    bool given = false;
    if (!fields.maybe_number(value, given)) return false;
    const auto as_int = static_cast<std::int32_t>(value);
    if (given && as_int != -1) into = as_int;  // sp_XXX is long, read through int; -1 is "not set"
    return true;
  };
  if (!day(entry.last_change) || !day(entry.min_days) || !day(entry.max_days)) return false;
  fields.skip_blanks();
  if (fields.at_end()) return true;
  if (!day(entry.warn_days) || !day(entry.inactive_days) || !day(entry.expire_day)) return false;
  return fields.at_end() || fields.last_number();
}

}  // namespace

std::vector<PasswdEntry> parse_passwd(std::string_view bytes, std::vector<BadLine>& bad) {
  std::vector<PasswdEntry> entries;
  each_entry_line(bytes, [&](std::size_t number, std::string_view line) {
    if (belongs_to_compat(line)) {
      bad.push_back(bad_line(number, line, "NIS compat entry"));
      return;
    }
    Fields fields(line);
    PasswdEntry entry;
    entry.name = fields.text();
    entry.password = fields.text();
    if (!fields.number(entry.uid)) {
      bad.push_back(bad_line(number, line, "user id is not a number"));
      return;
    }
    if (!fields.number(entry.gid)) {
      bad.push_back(bad_line(number, line, "group id is not a number"));
      return;
    }
    entry.gecos = fields.text();
    entry.home = fields.text();
    entry.shell = fields.rest();
    entry.line = number;
    entries.push_back(std::move(entry));
  });
  return entries;
}

std::vector<ShadowEntry> parse_shadow(std::string_view bytes, std::vector<BadLine>& bad) {
  std::vector<ShadowEntry> entries;
  each_entry_line(bytes, [&](std::size_t number, std::string_view line) {
    if (belongs_to_compat(line)) {
      bad.push_back(bad_line(number, line, "NIS compat entry"));
      return;
    }
    Fields fields(line);
    ShadowEntry entry;
    entry.name = fields.text();
    entry.hash = fields.text();
    entry.line = number;
    if (!parse_shadow_days(fields, entry)) {
      bad.push_back(bad_line(number, line,
                             line.back() == '\r' ? "carriage return at the end of the line"
                                                 : "fields are missing or not numbers"));
      return;
    }
    entries.push_back(std::move(entry));
  });
  return entries;
}

std::vector<GroupEntry> parse_group(std::string_view bytes, std::vector<BadLine>& bad) {
  std::vector<GroupEntry> entries;
  each_entry_line(bytes, [&](std::size_t number, std::string_view line) {
    if (belongs_to_compat(line)) {
      bad.push_back(bad_line(number, line, "NIS compat entry"));
      return;
    }
    Fields fields(line);
    GroupEntry entry;
    entry.name = fields.text();
    static_cast<void>(fields.text());
    entry.line = number;
    if (!fields.number(entry.gid)) {
      bad.push_back(bad_line(number, line, "group id is not a number"));
      return;
    }
    std::string_view members = fields.rest();
    while (!members.empty()) {
      members = skip_space(members);
      const std::size_t comma = members.find(',');
      const std::string_view member = members.substr(0, comma);
      if (!member.empty()) entry.members.emplace_back(member);
      members.remove_prefix(comma == std::string_view::npos ? members.size() : comma + 1);
    }
    entries.push_back(std::move(entry));
  });
  return entries;
}

namespace {

// What the brackets behind a service make of its answers. By default only SUCCESS ends the search
// (nsswitch.conf(5); glibc nss/nss_action_parse.c): `!` means every status but the named one.
struct NssActions {
  bool ends_if_unavailable = false;
  bool ends_if_not_found = false;
};

void set_actions(std::string_view words, NssActions& actions) {
  while (!(words = skip_space(words)).empty()) {
    std::size_t length = 0;
    while (length < words.size() && !is_space(words[length])) ++length;
    std::string_view word = words.substr(0, length);
    words.remove_prefix(length);
    const bool others = word.starts_with('!');
    if (others) word.remove_prefix(1);
    const std::size_t equals = word.find('=');
    if (equals == std::string_view::npos) continue;
    const bool ends = equal_ignoring_case(word.substr(equals + 1), "return");
    const auto means = [&](std::string_view status) {
      return equal_ignoring_case(word.substr(0, equals), status) != others;
    };
    if (means("UNAVAIL")) actions.ends_if_unavailable = ends;
    if (means("NOTFOUND")) actions.ends_if_not_found = ends;
  }
}

}  // namespace

NssDatabase parse_nss_database(std::string_view nsswitch, std::string_view database) {
  NssDatabase result;
  std::size_t number = 0;
  while (!nsswitch.empty()) {
    const std::size_t end = nsswitch.find('\n');
    std::string_view line = nsswitch.substr(0, end);
    nsswitch.remove_prefix(end == std::string_view::npos ? nsswitch.size() : end + 1);
    ++number;
    line = skip_space(line.substr(0, line.find('#')));
    std::size_t name = 0;
    while (name < line.size() && !is_space(line[name]) && line[name] != ':') ++name;
    if (name == 0 || name == line.size() || line.substr(0, name) != database) continue;
    line.remove_prefix(name);
    while (!line.empty() && (is_space(line.front()) || line.front() == ':')) line.remove_prefix(1);
    result = NssDatabase{};
    result.line = number;
    while (!(line = skip_space(line)).empty()) {
      if (line.front() == '[') {
        const std::size_t close = line.find(']');
        NssActions actions;
        set_actions(line.substr(1, close == std::string_view::npos ? close : close - 1), actions);
        if (!result.services.empty()) {
          if (actions.ends_if_unavailable) result.ends_if_unavailable.push_back(result.services.back());
          if (actions.ends_if_not_found) result.ends_if_not_found.push_back(result.services.back());
        }
        line.remove_prefix(close == std::string_view::npos ? line.size() : close + 1);
        continue;
      }
      std::size_t length = 0;
      while (length < line.size() && !is_space(line[length]) && line[length] != '[') ++length;
      result.services.emplace_back(line.substr(0, length));
      line.remove_prefix(length);
    }
  }
  if (result.line == 0) result.services = {"files"};
  return result;
}

std::unordered_map<std::string, std::string> parse_login_defs(std::string_view bytes) {
  std::unordered_map<std::string, std::string> values;
  while (!bytes.empty()) {
    const std::size_t end = bytes.find('\n');
    std::string_view line = skip_space(bytes.substr(0, end));
    bytes.remove_prefix(end == std::string_view::npos ? bytes.size() : end + 1);
    if (line.empty() || line.front() == '#') continue;
    std::size_t name = 0;
    while (name < line.size() && !is_space(line[name])) ++name;
    std::string_view value = skip_space(line.substr(name));
    if (!value.empty() && value.front() == '"') value.remove_prefix(1);
    while (!value.empty() && (is_space(value.back()) || value.back() == '"')) value.remove_suffix(1);
    values.insert_or_assign(std::string(line.substr(0, name)), std::string(value));
  }
  return values;
}

}  // namespace reentry
