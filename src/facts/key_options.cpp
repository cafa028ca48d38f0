#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/ascii_case.hpp"
#include "base/time.hpp"
#include "facts/authorized_keys.hpp"
#include "facts/sshd_values.hpp"

namespace reentry {
namespace {

// auth-options.h: SSH_AUTHOPT_PERMIT_MAX, SSH_AUTHOPT_ENV_MAX.
constexpr std::size_t kMaxPermits = 4096;
constexpr std::size_t kMaxEnvironment = 1024;
// netdb.h: NI_MAXHOST.
constexpr std::size_t kMaxHost = 1025;
// misc.h: SSH_TUNID_MAX.
constexpr std::int64_t kMaxTunnel = 0x7ffffffe;

bool is_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// misc.c:parse_absolute_time.
std::optional<ExpiryTime> parse_time(std::string_view text, const SshBuild& build) {
  ExpiryTime out;
  out.text = std::string(text);
  if (build.at_least(9, 1)) {
    if (text.size() > 1 && lowered(text.back()) == 'z') {
      out.utc = true;
      text.remove_suffix(1);
    } else if (text.size() > 3 && starts_with_ignoring_case(text.substr(text.size() - 3), "utc")) {
      out.utc = true;
      text.remove_suffix(3);
    }
  }
  if ((text.size() != 8 && text.size() != 12 && text.size() != 14) || !is_digits(text)) return std::nullopt;
  const auto number = [&text](std::size_t at, std::size_t width) {
    int value = 0;
    for (std::size_t i = at; i < at + width && i < text.size(); ++i) value = value * 10 + (text[i] - '0');
    return value;
  };
  const int month = number(4, 2);
  const int day = number(6, 2);
  const int hour = number(8, 2);
  const int minute = number(10, 2);
  const int second = number(12, 2);
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 61) {
    return std::nullopt;
  }
  const std::int64_t days = days_from_civil(number(0, 4), static_cast<unsigned>(month), 1) + day - 1;
  out.seconds = days * kSecondsPerDay + hour * 3600 + minute * 60 + second;
  if (out.seconds <= 0) return std::nullopt;
  return out;
}

struct Flag {
  std::string_view name;
  bool negatable;
  int since_major;
  int since_minor;
  void (*set)(KeyOptions&, bool);
};

void set_restrict(KeyOptions& options, bool) {
  options.restricted = true;
  options.pty = options.port_forwarding = options.agent_forwarding = false;
  options.x11_forwarding = options.user_rc = false;
}

// In the order in which sshd tries them.
constexpr std::array<Flag, 9> kFlags = {{
    {"restrict", false, 7, 2, set_restrict},
    {"cert-authority", false, 5, 4, [](KeyOptions& options, bool on) { options.cert_authority = on; }},
    {"port-forwarding", true, 7, 2, [](KeyOptions& options, bool on) { options.port_forwarding = on; }},
    {"agent-forwarding", true, 7, 2, [](KeyOptions& options, bool on) { options.agent_forwarding = on; }},
    {"x11-forwarding", true, 7, 2, [](KeyOptions& options, bool on) { options.x11_forwarding = on; }},
    {"touch-required", true, 8, 2, [](KeyOptions& options, bool on) { options.touch_required = on; }},
    {"verify-required", true, 8, 4, [](KeyOptions& options, bool on) { options.verify_required = on; }},
    {"pty", true, 7, 2, [](KeyOptions& options, bool on) { options.pty = on; }},
    {"user-rc", true, 7, 2, [](KeyOptions& options, bool on) { options.user_rc = on; }},
}};

// Walks over one option list; `error` has sshd's words after a failure.
class OptionReader {
 public:
  OptionReader(std::string_view text, const SshBuild& build) : rest_(text), build_(build) {}

  bool read_all(KeyOptions& out);
  [[nodiscard]] const std::string& error() const { return error_; }
  [[nodiscard]] std::string_view rest() const { return rest_; }

 private:
  bool refuse(std::string_view why) {
    error_ = std::string(why);
    return false;
  }
  bool read_one(KeyOptions& out);
  bool read_flag(KeyOptions& out);
  bool takes(std::string_view name);
  bool since(int major, int minor) const { return build_.at_least(major, minor); }
  std::optional<std::string> dequote();
  bool once(std::optional<std::string>& slot, std::string_view name);
  bool read_permission(bool bare_port, std::vector<std::string>& out);
  bool read_environment(KeyOptions& out);
  bool read_expiry(KeyOptions& out);
  bool read_tunnel(KeyOptions& out);

  std::string_view rest_;
  const SshBuild& build_;
  std::string error_;
};

bool at_blank(std::string_view text) {
  return text.empty() || text.front() == ' ' || text.front() == '\t';
}

bool OptionReader::read_all(KeyOptions& out) {
  while (!at_blank(rest_)) {
    if (!read_one(out)) return false;
    if (at_blank(rest_)) break;
    if (rest_.front() != ',') return refuse("unknown key option");
    rest_.remove_prefix(1);
    if (rest_.empty()) return refuse("unexpected end-of-options");
  }
  return true;
}

bool OptionReader::read_flag(KeyOptions& out) {
  for (const Flag& flag : kFlags) {
    if (!since(flag.since_major, flag.since_minor)) continue;
    const bool negated = flag.negatable && starts_with_ignoring_case(rest_, "no-");
    if (!starts_with_ignoring_case(rest_.substr(negated ? 3 : 0), flag.name)) continue;
    rest_.remove_prefix((negated ? 3 : 0) + flag.name.size());
    flag.set(out, !negated);
    return true;
  }
  return false;
}

bool OptionReader::takes(std::string_view name) {
  if (!starts_with_ignoring_case(rest_, name) || rest_.size() <= name.size() || rest_[name.size()] != '=')
    return false;
  rest_.remove_prefix(name.size() + 1);
  return true;
}

// auth-options.c, misc.c:opt_dequote.
std::optional<std::string> OptionReader::dequote() {
  if (rest_.empty() || rest_.front() != '"') {
    refuse("missing start quote");
    return std::nullopt;
  }
  std::string out;
  std::size_t i = 1;
  while (i < rest_.size() && rest_[i] != '"') {
    if (rest_[i] == '\\' && i + 1 < rest_.size() && rest_[i + 1] == '"') ++i;
    out += rest_[i++];
  }
  if (i >= rest_.size()) {
    refuse("missing end quote");
    return std::nullopt;
  }
  rest_.remove_prefix(i + 1);
  return out;
}

bool OptionReader::once(std::optional<std::string>& slot, std::string_view name) {
  if (slot) return refuse("multiple \"" + std::string(name) + "\" clauses");
  slot = dequote();
  return slot.has_value();
}

// auth-options.c:handle_permit with misc.c:hpdelim2.
bool OptionReader::read_permission(bool bare_port, std::vector<std::string>& out) {
  const std::optional<std::string> value = dequote();
  if (!value) return false;
  std::string text = *value;
  if (bare_port && text.find(':') == std::string::npos) text = "*:" + text;
  std::size_t split = std::string::npos;
  if (text.starts_with('[')) {
    const std::size_t close = text.find(']');
    if (close == std::string::npos) return refuse("invalid permission hostname");
    split = close + 1;
    if (split < text.size() && text[split] != ':' && text[split] != '/') {
      return refuse("invalid permission hostname");
    }
  } else {
    split = text.find_first_of(":/");
  }
  if (std::min(split, text.size()) >= kMaxHost) return refuse("invalid permission hostname");
  if (split >= text.size()) return refuse("invalid permission port");
  const std::string port = text.substr(split + 1);
  if (port != "*" && port_number(port, build_) <= 0) return refuse("invalid permission port");
  if (out.size() >= kMaxPermits) return refuse("too many permission directives");
  out.push_back(text);
  return true;
}

bool OptionReader::read_environment(KeyOptions& out) {
  const std::optional<std::string> value = dequote();
  if (!value) return false;
  const std::string name = value->substr(0, value->find('='));
  const bool valid =
      name.size() < value->size() && !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
        return (lowered(c) >= 'a' && lowered(c) <= 'z') || (c >= '0' && c <= '9') || c == '_';
      });
  if (!valid) return refuse("invalid environment string");
  if (out.environment.size() >= kMaxEnvironment) return refuse("too many environment strings");
  out.environment.push_back(*value);
  return true;
}

bool OptionReader::read_expiry(KeyOptions& out) {
  const std::optional<std::string> value = dequote();
  if (!value) return false;
  std::optional<ExpiryTime> time = parse_time(*value, build_);
  if (!time) return refuse("invalid expires time");
  if (!out.expiry || time->seconds < out.expiry->seconds) out.expiry = std::move(time);
  return true;
}

// misc.c:a2tun.
bool OptionReader::read_tunnel(KeyOptions& out) {
  const std::optional<std::string> value = dequote();
  if (!value) return false;
  std::int64_t number = -1;
  const auto parsed = std::from_chars(value->data(), value->data() + value->size(), number);
  const bool whole = parsed.ec == std::errc() && parsed.ptr == value->data() + value->size();
  const bool any = value->size() == 3 && starts_with_ignoring_case(*value, "any");
  if (!any && (!whole || number < 0 || number > kMaxTunnel)) return refuse("invalid tun device");
  out.tunnel = *value;
  return true;
}

bool OptionReader::read_one(KeyOptions& out) {
  if (read_flag(out)) return true;
  if (takes("command")) return once(out.command, "command");
  if (takes("principals")) return once(out.principals, "principals");
  if (takes("from")) return once(out.from, "from");
  if (since(7, 7) && takes("expiry-time")) return read_expiry(out);
  if (takes("environment")) return read_environment(out);
  if (takes("permitopen")) return read_permission(false, out.permit_open);
  if (since(7, 8) && takes("permitlisten")) return read_permission(true, out.permit_listen);
  if (takes("tunnel")) return read_tunnel(out);
  return true;  // an unknown word is left standing, and the comma that should follow it is missed
}

// The furthest that a local time can be from UTC (UTC+14, UTC-12), and what summer time can make of it.
constexpr std::int64_t kZoneSpread = 14 * 3600;
constexpr std::int64_t kSummerTime = 2 * 3600;

}  // namespace

Expired is_expired(const ExpiryTime& expiry, std::int64_t now, const Known<std::int64_t>& utc_offset) {
  const std::int64_t offset = !expiry.utc && utc_offset ? *utc_offset : 0;
  const std::int64_t spread = utc_offset ? kSummerTime : kZoneSpread;
  const std::int64_t moment = expiry.seconds - offset;
  if (!expiry.utc && now >= moment - spread && now <= moment + spread) return Expired::unknown;
  return moment < now ? Expired::yes : Expired::no;
}

std::optional<KeyOptions> parse_key_options(std::string_view text, const SshBuild& build,
                                            std::string& error) {
  KeyOptions options;
  OptionReader reader(text, build);
  if (!reader.read_all(options)) {
    error = reader.error();
    return std::nullopt;
  }
  options.text = std::string(text.substr(0, text.size() - reader.rest().size()));
  return options;
}

}  // namespace reentry
