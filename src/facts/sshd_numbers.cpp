// The small languages inside sshd's values: numbers, times, ports, host:port.
#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <iterator>

#include "facts/sshd_values.hpp"

namespace reentry {
namespace {

struct Service {
  std::string_view name;
  int port = 0;
};

// services(5) as every distribution has them; the target's own list is not asked for.
constexpr Service kServices[] = {{"ssh", 22},       {"telnet", 23}, {"smtp", 25},   {"domain", 53},
                                 {"http", 80},      {"pop3", 110},  {"imap2", 143}, {"imap", 143},
                                 {"https", 443},    {"ftp", 21},    {"ldap", 389},  {"submission", 587},
                                 {"http-alt", 8080}};

struct Ipqos {
  std::string_view name;
  int value = 0;
};

constexpr Ipqos kIpqos[] = {
    {"none", kNoIpqos},    {"af11", 0x28}, {"af12", 0x30}, {"af13", 0x38},     {"af21", 0x48},
    {"af22", 0x50},        {"af23", 0x58}, {"af31", 0x68}, {"af32", 0x70},     {"af33", 0x78},
    {"af41", 0x88},        {"af42", 0x90}, {"af43", 0x98}, {"cs0", 0x00},      {"cs1", 0x20},
    {"cs2", 0x40},         {"cs3", 0x60},  {"cs4", 0x80},  {"cs5", 0xa0},      {"cs6", 0xc0},
    {"cs7", 0xe0},         {"ef", 0xb8},   {"le", 0x04},   {"lowdelay", 0x10}, {"throughput", 0x08},
    {"reliability", 0x04},
};

bool is_digit(char byte) {
  return byte >= '0' && byte <= '9';
}

long unit_of(char byte) {
  switch (byte) {
    case 's':
    case 'S': return 1;
    case 'm':
    case 'M': return 60;
    case 'h':
    case 'H': return 3600;
    case 'd':
    case 'D': return 86400;
    case 'w':
    case 'W': return 604800;
    default: return 0;
  }
}

bool is_graphic(unsigned char byte) {
  return byte > 0x20 && byte < 0x7f;
}

}  // namespace

int port_number(std::string_view text, const SshBuild& build) {
  std::string_view error;
  const std::optional<long> number = whole_number(std::string(text), error);
  if (number && *number <= 65535) return static_cast<int>(*number);
  if (!build.named_ports) return -1;
  const Service* found = std::find_if(std::begin(kServices), std::end(kServices),
                                      [text](const Service& service) { return service.name == text; });
  return found == std::end(kServices) ? -1 : found->port;
}

std::optional<long> whole_number(const std::optional<std::string>& text, std::string_view& error) {
  if (!text || text->empty()) {
    error = "missing";
    return std::nullopt;
  }
  errno = 0;
  char* end = nullptr;
  const long long value = std::strtoll(text->c_str(), &end, 10);
  if (end == text->c_str() || *end != '\0') {
    error = "invalid";
  } else if (value < 0) {
    error = "too small";
  } else if (value > INT_MAX || errno == ERANGE) {
    error = "too large";
  } else {
    return static_cast<long>(value);
  }
  return std::nullopt;
}

std::optional<long> time_in_seconds(std::string_view text, const SshBuild& build) {
  const std::string copy(text);
  // Up to 8.6 the sum was a long that was cut to an int at the end.
  const long limit = build.at_least(8, 7) ? INT_MAX : LONG_MAX;
  const bool digits_only = build.at_least(9, 3);
  if (copy.empty()) return std::nullopt;
  long total = 0;
  const char* at = copy.c_str();
  while (*at != '\0') {
    if (digits_only && !is_digit(*at)) return std::nullopt;
    errno = 0;
    char* end = nullptr;
    long seconds = std::strtol(at, &end, 10);
    if (end == at || seconds < 0 || errno == ERANGE) return std::nullopt;
    long unit = 1;
    if (*end != '\0') {
      unit = unit_of(*end++);
      if (unit == 0) return std::nullopt;
    }
    if (seconds > limit / unit) return std::nullopt;
    seconds *= unit;
    if (total > limit - seconds) return std::nullopt;
    total += seconds;
    at = end;
  }
  const int cut = static_cast<int>(total);
  if (cut == -1) return std::nullopt;
  return cut;
}

std::optional<long long> scaled_number(std::string_view text, std::string_view& error) {
  constexpr std::string_view kScales = "bkmgtpe";
  constexpr std::string_view kInvalid = "Invalid argument";
  constexpr std::string_view kRange = "Numerical result out of range";
  std::size_t i = std::min(text.find_first_not_of(" \t\r\n\v\f"), text.size());
  error = kInvalid;
  int sign = 1;
  if (i < text.size() && (text[i] == '-' || text[i] == '+')) {
    sign = text[i++] == '-' ? -1 : 1;
    if (i < text.size() && (text[i] == '-' || text[i] == '+')) return std::nullopt;
  }
  long double whole = 0;
  long double fraction = 0;
  long double place = 1;
  bool point = false;
  int digits = 0;
  for (; i < text.size() && (is_digit(text[i]) || text[i] == '.'); ++i) {
    if (text[i] == '.') {
      if (point) return std::nullopt;
      point = true;
    } else if (point) {
      place /= 10;
      fraction += place * (text[i] - '0');
    } else {
      whole = whole * 10 + (text[i] - '0');
      ++digits;
    }
  }
  error = kRange;
  if (digits >= 19) return std::nullopt;
  if (i == text.size()) return static_cast<long long>(whole) * sign;
  const char scale = text[i] >= 'A' && text[i] <= 'Z' ? static_cast<char>(text[i] + 32) : text[i];
  const std::size_t power = kScales.find(scale);
  error = kInvalid;
  if (power == std::string_view::npos) return std::nullopt;
  const char after = i + 1 < text.size() ? text[i + 1] : '\0';
  if (is_digit(after) || (after >= 'a' && after <= 'z') || (after >= 'A' && after <= 'Z'))
    return std::nullopt;
  const auto factor = static_cast<long double>(1ULL << (10 * power));
  error = kRange;
  if (whole > static_cast<long double>(LLONG_MAX) / factor) return std::nullopt;
  return (static_cast<long long>(whole * factor) + static_cast<long long>(fraction * factor)) * sign;
}

int ipqos_value(std::string_view text, const SshBuild& build) {
  std::string folded(text);
  for (char& byte : folded) {
    if (byte >= 'A' && byte <= 'Z') byte = static_cast<char>(byte + 32);
  }
  for (const Ipqos& entry : kIpqos) {
    if (entry.name != folded) continue;
    if (folded == "none" && !build.at_least(7, 6)) break;
    // OpenSSH had the wrong number for it at first.
    if (folded == "le" && !build.at_least(8, 7)) return 0x01;
    // The names from before DSCP mean the system's default by now.
    const bool old_name = folded == "lowdelay" || folded == "throughput" || folded == "reliability";
    return old_name && build.at_least(10, 0) ? kNoIpqos : entry.value;
  }
  if (folded.empty()) return -1;
  char* end = nullptr;
  const bool decimal = build.at_least(9, 3);
  const long value = std::strtol(folded.c_str(), &end, decimal ? 10 : 0);
  return *end != '\0' || end == folded.c_str() || value < 0 || value > 255 ? -1 : static_cast<int>(value);
}

HostPort split_host_port(std::string_view text) {
  HostPort out;
  std::size_t end = 0;
  if (text.starts_with('[')) {
    end = text.find(']');
    if (end == std::string_view::npos) return out;
    ++end;
  } else {
    end = std::min(text.find_first_of(":/"), text.size());
  }
  if (end < text.size() && text[end] != ':') return out;
  out.ok = true;
  out.host = std::string(text.substr(0, end));
  if (out.host.starts_with('[') && out.host.ends_with(']'))
    out.host = out.host.substr(1, out.host.size() - 2);
  if (end < text.size()) out.port = std::string(text.substr(end + 1));
  return out;
}

std::string as_logged(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte == '\\') {
      out += "\\\\";
    } else if (is_graphic(byte) || byte == ' ' || byte == '\t' || byte == '\n' || byte == '\b' ||
               byte == '\a' || byte == '\r') {
      out += static_cast<char>(byte);
    } else {
      out += '\\';
      out += static_cast<char>('0' + (byte >> 6U));
      out += static_cast<char>('0' + ((byte >> 3U) & 7U));
      out += static_cast<char>('0' + (byte & 7U));
    }
  }
  return out;
}

}  // namespace reentry
