#include "facts/fail2ban.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "base/ascii_case.hpp"
#include "facts/database.hpp"

namespace reentry {
namespace {

constexpr std::size_t kMostConfigBytes = std::size_t{1} << 20U;
constexpr int kDeepestName = 10;  // configparser.MAX_INTERPOLATION_DEPTH
constexpr std::size_t kLongestValue = std::size_t{64} << 10U;
constexpr std::string_view kConfigBlanks = " \t\r\f\v";

std::string_view stripped(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(kConfigBlanks), text.size()));
  while (!text.empty() && kConfigBlanks.find(text.back()) != std::string_view::npos) text.remove_suffix(1);
  return text;
}

// Without a comment behind it: `;` at the start or behind a blank.
std::string_view without_comment(std::string_view line) {
  const std::string_view bare = stripped(line);
  if (bare.starts_with('#') || bare.starts_with(';')) return {};
  for (std::size_t at = line.find(';'); at != std::string_view::npos; at = line.find(';', at + 1)) {
    if (at == 0 || kConfigBlanks.find(line[at - 1]) != std::string_view::npos) return line.substr(0, at);
  }
  return line;
}

using Section = std::map<std::string, std::string>;

// One file's sections; false where a line is none.
bool parse_config(std::string_view bytes, std::map<std::string, Section>& out) {
  if (bytes.size() > kMostConfigBytes) return false;
  std::string section;
  std::string* value = nullptr;
  while (!bytes.empty()) {
    const std::size_t end = std::min(bytes.find('\n'), bytes.size());
    const std::string_view whole = bytes.substr(0, end);
    bytes.remove_prefix(std::min(end + 1, bytes.size()));
    const std::string_view line = without_comment(whole);
    const std::string_view bare = stripped(line);
    if (bare.empty()) continue;
    if (kConfigBlanks.find(line.front()) != std::string_view::npos && value != nullptr) {
      *value += (value->empty() ? "" : "\n") + std::string(bare);
      if (value->size() > kLongestValue) return false;
      continue;
    }
    if (bare.front() == '[' && bare.find(']') != std::string_view::npos) {
      section = std::string(bare.substr(1, bare.find(']') - 1));
      out.try_emplace(section);
      value = nullptr;
      continue;
    }
    const std::size_t sign = bare.find_first_of("=:");
    if (section.empty() || sign == std::string_view::npos || sign == 0) return false;
    value = &out[section][lowered(stripped(bare.substr(0, sign)))];
    *value = std::string(stripped(bare.substr(sign + 1)));
  }
  return true;
}

std::vector<std::string_view> words_at(std::string_view text, std::string_view separators) {
  std::vector<std::string_view> out;
  while (true) {
    text.remove_prefix(std::min(text.find_first_not_of(separators), text.size()));
    if (text.empty()) return out;
    const std::size_t end = std::min(text.find_first_of(separators), text.size());
    out.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
}

std::string_view unquoted(std::string_view text) {
  text = stripped(text);
  if (text.size() >= 2 && (text.front() == '"' || text.front() == '\'') && text.back() == text.front())
    text = text.substr(1, text.size() - 2);
  return text;
}

}  // namespace

bool Fail2banConfig::add(std::string_view bytes) {
  std::map<std::string, Section> more;
  if (!parse_config(bytes, more)) return false;
  for (auto& [name, options] : more) {
    if (name == "INCLUDES") continue;
    Section& known = values_[name];
    for (auto& [option, value] : options) {
      const auto before = known.find(option);
      if (before != known.end()) known["known/" + option] = before->second;
      known[option] = std::move(value);
    }
  }
  return true;
}

std::vector<std::string> Fail2banConfig::includes(std::string_view bytes, std::string_view when) {
  std::map<std::string, Section> sections;
  std::vector<std::string> out;
  if (!parse_config(bytes, sections)) return out;
  const std::string& named = sections["INCLUDES"][std::string(when)];
  for (const std::string_view name : words_at(named, "\n")) out.emplace_back(stripped(name));
  return out;
}

std::vector<std::string> Fail2banConfig::sections() const {
  std::vector<std::string> out;
  for (const auto& [name, options] : values_) {
    if (name != "DEFAULT") out.push_back(name);
  }
  return out;
}

const std::string* Fail2banConfig::raw(const std::string& section, const std::string& option) const {
  for (const std::string& name : {section, std::string("DEFAULT")}) {
    const auto at = values_.find(name);
    if (at == values_.end()) continue;
    const auto value = at->second.find(option);
    if (value != at->second.end()) return &value->second;
  }
  return nullptr;
}

bool Fail2banConfig::has(const std::string& section, const std::string& option) const {
  return raw(section, option) != nullptr;
}

const std::string* Fail2banConfig::named_value(const std::string& section, const std::string& name) const {
  const std::size_t slash = name.find('/');
  if (slash == std::string::npos) return raw(section, name);
  const std::string other = name.substr(0, slash);
  if (other == "known") {
    const auto own = values_.find(section);
    if (own != values_.end()) {
      const auto before = own->second.find(name);
      if (before != own->second.end()) return &before->second;
    }
  }
  return raw(other == "known" || other == "default" ? "DEFAULT" : other, name.substr(slash + 1));
}

std::optional<std::string> Fail2banConfig::expand(const std::string& section, const std::string& text,
                                                  int depth) const {
  if (depth > kDeepestName) return std::nullopt;
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] != '%') {
      out += text[at++];
      continue;
    }
    if (text.compare(at, 2, "%%") == 0) {
      out += '%';
      at += 2;
      continue;
    }
    const std::size_t end = text.find(")s", at);
    if (text.compare(at, 2, "%(") != 0 || end == std::string::npos) return std::nullopt;
    const std::string name = lowered(text.substr(at + 2, end - at - 2));
    at = end + 2;
    if (name == "__name__") {
      out += section;
      continue;
    }
    const std::string* value = named_value(section, name);
    if (name == "fail2ban_version") continue;
    if (value == nullptr) return std::nullopt;
    const auto inner = expand(section, *value, depth + 1);
    if (!inner) return std::nullopt;
    out += *inner;
    if (out.size() > kLongestValue) return std::nullopt;
  }
  return out;
}

std::optional<std::string> Fail2banConfig::get(const std::string& section, const std::string& option) const {
  const std::string* value = raw(section, option);
  return value == nullptr ? std::nullopt : expand(section, *value, 0);
}

std::optional<std::int64_t> seconds_of(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, std::int64_t>, 22> kUnits = {
      {{"s", 1},          {"ss", 1},       {"sec", 1},       {"secs", 1},     {"second", 1}, {"seconds", 1},
       {"m", 60},         {"mm", 60},      {"min", 60},      {"minutes", 60}, {"h", 3600},   {"hour", 3600},
       {"hours", 3600},   {"d", 86400},    {"day", 86400},   {"days", 86400}, {"w", 604800}, {"week", 604800},
       {"weeks", 604800}, {"mo", 2629800}, {"mon", 2629800}, {"y", 31557600}}};
  text = stripped(text);
  if (text == "-1") return -1;
  std::int64_t sum = 0;
  if (text.empty()) return std::nullopt;
  while (!text.empty()) {
    const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    if (digits == 0 || digits > 10) return std::nullopt;
    const auto number = parse_number(text.substr(0, digits));
    text = stripped(text.substr(digits));
    const std::size_t letters = std::min(text.find_first_of("0123456789 \t"), text.size());
    const std::string unit = lowered(text.substr(0, letters));
    text = stripped(text.substr(letters));
    std::int64_t factor = unit.empty() ? 1 : 0;
    for (const auto& [name, seconds] : kUnits) {
      if (name == unit) factor = seconds;
    }
    if (!number || factor == 0) return std::nullopt;
    sum += static_cast<std::int64_t>(*number) * factor;
  }
  return sum;
}

std::vector<BanAction> parse_ban_actions(std::string_view text) {
  constexpr std::size_t kMost = 64;
  std::vector<BanAction> out;
  for (std::size_t at = 0; at < text.size() && out.size() < kMost;) {
    if (kConfigBlanks.find(text[at]) != std::string_view::npos || text[at] == '\n') {
      ++at;
      continue;
    }
    BanAction one;
    const std::size_t end = std::min(text.find_first_of("[\n", at), text.size());
    one.name = std::string(stripped(text.substr(at, end - at)));
    at = end;
    if (at < text.size() && text[at] == '[') {
      // Up to the bracket that closes it, outside of quotes.
      char quote = 0;
      std::size_t begin = ++at;
      const auto take = [&](std::size_t stop) {
        const std::string_view pair = text.substr(begin, stop - begin);
        const std::size_t sign = pair.find('=');
        if (sign != std::string_view::npos)
          one.parameters[std::string(stripped(pair.substr(0, sign)))] =
              std::string(unquoted(pair.substr(sign + 1)));
        begin = stop + 1;
      };
      for (; at < text.size(); ++at) {
        const char c = text[at];
        if (quote != 0) {
          if (c == quote) quote = 0;
        } else if (c == '"' || c == '\'') {
          quote = c;
        } else if (c == ',' || c == ']') {
          take(at);
          if (c == ']') break;
        }
      }
      at = std::min(at + 1, text.size());
    }
    out.push_back(std::move(one));
  }
  return out;
}

namespace {

std::optional<BitsRange> port_range(std::string_view text) {
  const auto number = [](std::string_view word) -> std::optional<std::uint64_t> {
    if (word == "ssh") return 22;
    const auto value = parse_number(word);
    return value && *value < 65536 ? value : std::nullopt;
  };
  const std::size_t colon = text.find_first_of(":-");
  const auto first = number(text.substr(0, colon));
  const auto last = colon == std::string_view::npos ? first : number(text.substr(colon + 1));
  if (!first || !last) return std::nullopt;
  return BitsRange{{0, *first}, {0, *last}};
}

std::string parameter(const BanAction& action, const std::string& name, const std::string& otherwise) {
  const auto at = action.parameters.find(name);
  return at == action.parameters.end() ? otherwise : at->second;
}

bool tells_only(std::string_view name) {
  constexpr std::array<std::string_view, 14> kStarts = {
      "mail",    "sendmail", "complain", "dummy",   "abuseipdb", "blocklist_de",  "xarf-login-attack",
      "dshield", "badips",   "smtp.py",  "apprise", "ipthreat",  "mynetwatchman", "cloudflare"};
  return std::any_of(kStarts.begin(), kStarts.end(),
                     [name](std::string_view start) { return name.starts_with(start); });
}

}  // namespace

BanReach reach_of(const BanAction& action) {
  BanReach out;
  const std::string& name = action.name;
  if (tells_only(name)) {
    out.effect = BanEffect::none;
    return out;
  }
  const bool iptables = name == "iptables" || name.starts_with("iptables-");
  const bool nftables = name == "nftables" || name.starts_with("nftables-");
  if ((!iptables && !nftables && name != "route") || name.find("recent") != std::string::npos ||
      name.find("ipset") != std::string::npos)
    return out;
  out.program = nftables ? "nft" : iptables ? "iptables" : "ip";
  const std::string chain = lowered(parameter(action, "chain", "<known/chain>"));
  if (chain != "<known/chain>" && chain != "input") return out;
  const std::string protocol = lowered(parameter(action, "protocol", "tcp"));
  if (protocol.find("tcp") == std::string::npos && protocol != "all") return out;
  const std::string how = lowered(parameter(action, "blocktype", ""));
  if (how.find("accept") != std::string::npos || how.find("return") != std::string::npos) return out;
  out.drops = how.starts_with("drop");
  const std::string type = parameter(action, "type", "");
  if (name.ends_with("allports") || type == "allports" || name == "route") {
    out.every_port = true;
  } else {
    const std::string ports = parameter(action, "port", "ssh");
    for (const std::string_view word : words_at(ports, ", \t\n")) {
      const auto range = port_range(word);
      if (!range) return out;
      out.ports.push_back(*range);
    }
  }
  out.effect = BanEffect::stops;
  return out;
}

Known<std::vector<SavedBan>> saved_bans(std::string_view database) {
  const auto rows = query(source_of(database), "SELECT jail, ip, timeofban, bantime FROM bips");
  if (!rows) return rows.missing();
  std::vector<SavedBan> out;
  for (const DatabaseRow& row : *rows) {
    SavedBan one{text_of(row[0]), text_of(row[1]), number_of(row[2]), number_of(row[3])};
    if (!one.jail.empty() && !one.address.empty()) out.push_back(std::move(one));
  }
  return out;
}

Known<std::string> without_ban(std::string_view database, const std::string& jail,
                               const std::string& address) {
  return after_statement(database, "DELETE FROM bips WHERE jail = ? AND ip = ?", {jail, address});
}

Known<std::string> without_logs(std::string_view database) {
  auto first = after_statement(database, "UPDATE bips SET data = '{}'", {});
  if (!first) return first;
  return after_statement(*first, "UPDATE bans SET data = '{}'", {});
}

std::int64_t end_of_restored(const SavedBan& ban, const JailTimes& times, std::int64_t now) {
  constexpr std::int64_t kFarAway = std::int64_t{1} << 50U;
  if (ban.since > kFarAway || ban.since < 0 || ban.length > kFarAway) return 0;
  const auto ends = [&ban](std::int64_t length) { return length < 0 ? -1 : ban.since + length; };
  if (ban.length >= 0 && ends(ban.length) <= now) return 0;
  const std::int64_t most = times.increment ? times.maxtime : times.bantime;
  // Without increments only bans that are younger than the jail's own time are asked for.
  if (!times.increment && times.bantime != -1 && ban.since <= now - times.bantime) return 0;
  std::int64_t length = ban.length == -2 ? times.bantime : ban.length;
  if (most >= 0 && (length == -1 || length > most)) length = most;
  const std::int64_t end = ends(length);
  return end != -1 && end <= now ? 0 : end;
}

}  // namespace reentry
