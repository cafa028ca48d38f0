#include "facts/packages.hpp"

#include <algorithm>
#include <array>

namespace reentry {
namespace {

std::string_view take_text_line(std::string_view& rest) {
  const std::string_view line = rest.substr(0, rest.find('\n'));
  rest.remove_prefix(std::min(line.size() + 1, rest.size()));
  return line;
}

// The three words of a Status field: want, flag, state.
std::array<std::string_view, 3> status_words(std::string_view value) {
  std::array<std::string_view, 3> words;
  for (std::string_view& word : words) {
    value.remove_prefix(std::min(value.find_first_not_of(' '), value.size()));
    word = value.substr(0, value.find_first_of(" \r"));
    value.remove_prefix(word.size());
  }
  return words;
}

}  // namespace

bool bears_on_ssh(std::string_view package) {
  constexpr std::array<std::string_view, 22> kExact = {
      "adduser",        "base-files", "base-passwd",  "bash",    "dash",   "init-system-helpers",
      "libc6",          "libwrap0",   "login",        "passwd",  "procps", "runit-helper",
      "sudo",           "systemd",    "systemd-sysv", "ucf",     "zlib1g", "login.defs",
      "libpam-systemd", "dbus",       "ssh",          "lsb-base"};
  constexpr std::array<std::string_view, 12> kStarts = {"openssh-",   "libpam",    "libssl",  "libcrypt1",
                                                        "libselinux", "libgssapi", "libkrb5", "libcom-err",
                                                        "libsystemd", "libaudit",  "libnss-", "zlib1g"};
  return std::find(kExact.begin(), kExact.end(), package) != kExact.end() ||
         std::any_of(kStarts.begin(), kStarts.end(),
                     [package](std::string_view start) { return package.starts_with(start); });
}

std::vector<UnfinishedPackage> unfinished_packages(std::string_view status, const std::string& file) {
  constexpr std::string_view kPackage = "Package: ";
  constexpr std::string_view kStatus = "Status: ";
  constexpr std::size_t kMost = 256;
  std::vector<UnfinishedPackage> out;
  // Megabytes of which a few words count: lines are looked for, not taken apart.
  for (std::size_t at = status.find(kStatus); at != std::string_view::npos && out.size() < kMost;
       at = status.find(kStatus, at + 1)) {
    if (at > 0 && status[at - 1] != '\n') continue;
    const std::string_view line = status.substr(at, status.find('\n', at) - at);
    const auto words = status_words(line.substr(kStatus.size()));
    const std::string_view state = words[2];
    const bool reinstall = words[1] == "reinstreq";
    const bool settled = state == "installed" || state == "config-files" || state == "not-installed";
    if (settled && !reinstall) continue;
    const std::string_view before = status.substr(0, at);
    const std::size_t package = before.rfind(kPackage);
    std::string_view name =
        package == std::string_view::npos ? std::string_view() : before.substr(package + kPackage.size());
    name = name.substr(0, name.find_first_of(" \r\n"));
    const auto number = 1 + static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
    out.push_back({std::string(name), std::string(state), reinstall, file, number, std::string(line)});
  }
  return out;
}

std::map<std::string, std::string> parse_md5sums(std::string_view bytes) {
  constexpr std::size_t kDigits = 32;
  std::map<std::string, std::string> out;
  while (!bytes.empty()) {
    const std::string_view line = take_text_line(bytes);
    if (line.size() < kDigits + 3 || line[kDigits] != ' ') continue;
    const std::string_view digits = line.substr(0, kDigits);
    if (digits.find_first_not_of("0123456789abcdef") != std::string_view::npos) continue;
    std::string_view path = line.substr(kDigits);
    path.remove_prefix(std::min(path.find_first_not_of(' '), path.size()));
    if (path.starts_with("./")) path.remove_prefix(2);
    if (!path.empty() && path.front() != '/') out.emplace("/" + std::string(path), digits);
  }
  return out;
}

std::map<std::string, Diversion> parse_diversions(std::string_view bytes) {
  std::map<std::string, Diversion> out;
  while (!bytes.empty()) {
    const std::string_view from = take_text_line(bytes);
    const std::string_view to = take_text_line(bytes);
    const std::string_view by = take_text_line(bytes);
    if (from.starts_with('/') && to.starts_with('/'))
      out[std::string(from)] = {std::string(to), std::string(by)};
  }
  return out;
}

bool lists_path(std::string_view list, std::string_view path) {
  for (std::size_t at = list.find(path); at != std::string_view::npos; at = list.find(path, at + 1)) {
    const std::size_t end = at + path.size();
    const bool begins = at == 0 || list[at - 1] == '\n';
    if (begins && (end == list.size() || list[end] == '\n')) return true;
  }
  return false;
}

}  // namespace reentry
