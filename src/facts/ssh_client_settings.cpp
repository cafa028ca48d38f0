#include "facts/ssh_client_settings.hpp"

#include <algorithm>
#include <charconv>

#include "base/ascii_case.hpp"

namespace reentry {
namespace {

constexpr std::size_t kMaxSettingLines = 20'000;

// Cuts one line off the front, without its end.
std::string_view take_output_line(std::string_view& rest) {
  const std::size_t end = std::min(rest.find('\n'), rest.size());
  std::string_view line = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  while (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

std::vector<std::string> cut_list(std::string_view text, char separator) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(separator), text.size());
    if (end > 0) out.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

}  // namespace

SshClientSettings SshClientSettings::parse(std::string_view output) {
  SshClientSettings out;
  while (!output.empty() && out.lines_.size() < kMaxSettingLines) {
    const std::string_view line = take_output_line(output);
    const std::size_t blank = std::min(line.find(' '), line.size());
    if (blank == 0) continue;
    out.lines_.emplace_back(lowered(line.substr(0, blank)),
                            std::string(line.substr(std::min(blank + 1, line.size()))));
  }
  return out;
}

std::vector<std::string> SshClientSettings::all(std::string_view keyword) const {
  std::vector<std::string> out;
  for (const auto& [name, value] : lines_) {
    if (name == keyword) out.push_back(value);
  }
  return out;
}

std::optional<std::string> SshClientSettings::first(std::string_view keyword) const {
  for (const auto& [name, value] : lines_) {
    if (name == keyword) return value;
  }
  return std::nullopt;
}

std::optional<std::string> SshClientSettings::named(std::string_view keyword) const {
  std::optional<std::string> value = first(keyword);
  if (value && (value->empty() || equal_ignoring_case(*value, "none"))) return std::nullopt;
  return value;
}

std::vector<std::string> SshClientSettings::list(std::string_view keyword) const {
  return cut_list(first(keyword).value_or(""), ',');
}

std::vector<std::string> SshClientSettings::words(std::string_view keyword) const {
  std::vector<std::string> out = cut_list(first(keyword).value_or(""), ' ');
  if (out.size() == 1 && equal_ignoring_case(out.front(), "none")) out.clear();
  return out;
}

bool SshClientSettings::yes(std::string_view keyword) const {
  const std::string value = first(keyword).value_or("");
  return value == "yes" || value == "true";
}

std::optional<long> SshClientSettings::number(std::string_view keyword) const {
  const std::string text = first(keyword).value_or("");
  long value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (text.empty() || error != std::errc{} || stop != end) return std::nullopt;
  return value;
}

int SshClientSettings::port() const {
  const long value = number("port").value_or(22);
  return value >= 1 && value <= 65535 ? static_cast<int>(value) : 22;
}

HostKeyChecking SshClientSettings::strict_host_key_checking() const {
  const std::string value = first("stricthostkeychecking").value_or("ask");
  if (value == "true" || value == "yes") return HostKeyChecking::yes;
  if (value == "false" || value == "no" || value == "off") return HostKeyChecking::no;
  return value == "accept-new" ? HostKeyChecking::accept_new : HostKeyChecking::ask;
}

std::vector<std::string> SshClientSettings::pubkey_accepted_algorithms() const {
  return list(first("pubkeyacceptedalgorithms") ? "pubkeyacceptedalgorithms" : "pubkeyacceptedkeytypes");
}

bool SshClientSettings::pubkey_authentication() const {
  const std::string value = first("pubkeyauthentication").value_or("yes");
  return value != "no" && value != "false";
}

bool SshClientSettings::kbd_interactive_authentication() const {
  if (first("kbdinteractiveauthentication")) return yes("kbdinteractiveauthentication");
  return yes("challengeresponseauthentication");
}

std::string SshClientSettings::canonicalize_hostname() const {
  std::string value = first("canonicalizehostname").value_or("no");
  if (value == "always") return value;
  return value == "yes" || value == "true" ? "yes" : "no";
}

}  // namespace reentry
