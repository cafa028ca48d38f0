#include "facts/cloud_init.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace reentry {
namespace {

constexpr std::size_t kMostCloudErrors = 16;
constexpr std::size_t kMostCloudUsers = 256;

std::string_view first_line_of(std::string_view bytes) {
  constexpr std::string_view kBom = "\xef\xbb\xbf";
  if (bytes.starts_with(kBom)) bytes.remove_prefix(kBom.size());
  std::string_view line = bytes.substr(0, bytes.find('\n'));
  while (!line.empty() && (line.back() == '\r' || line.back() == ' ' || line.back() == '\t'))
    line.remove_suffix(1);
  return line;
}

// A value of the document under one of the names that cloud-init reads, the strongest last.
void take_setting(const YamlFile& yaml, std::string_view path, const std::string& name,
                  const std::string& file, CloudInitFacts& cloud) {
  const YamlValue* value = yaml.find(path);
  if (value != nullptr && !value->text.empty()) cloud.settings[name] = {value->text, file, value->line};
}

void take_settings(const YamlFile& yaml, const std::string& file, CloudInitFacts& cloud) {
  for (const char* name : {"disable_root", "ssh_pwauth", "ssh_deletekeys"})
    take_setting(yaml, name, name, file, cloud);
  take_setting(yaml, "system_info.default_user.name", "default_user", file, cloud);
  const auto users = yaml.values.equal_range("users");
  if (users.first == users.second) return;
  const auto is_default = [](const auto& value) { return value.second.text == "default"; };
  // The list itself comes first, then its plain items; an empty list makes nobody.
  cloud.users_without_default = std::none_of(users.first, users.second, is_default);
  cloud.users_line = users.first->second.line;
}

}  // namespace

UserDataKind user_data_kind(std::string_view bytes) {
  const std::string_view first = first_line_of(bytes);
  if (bytes.find_first_not_of(" \t\r\n") == std::string_view::npos) return UserDataKind::empty;
  if (first == "#cloud-config") return UserDataKind::cloud_config;
  if (first.starts_with("#!")) return UserDataKind::script;
  constexpr std::array<std::string_view, 7> kOthers = {
      "#include",           "#cloud-boothook",       "#upstart-job",       "#part-handler",
      "## template: jinja", "#cloud-config-archive", "#cloud-config-jsonp"};
  for (const std::string_view other : kOthers) {
    if (first.starts_with(other)) return UserDataKind::other;
  }
  if (first.starts_with("#cloud-config")) return UserDataKind::cloud_config;
  const std::string_view start = bytes.substr(0, 4096);
  for (const char* header : {"Content-Type:", "MIME-Version:", "content-type:", "From "}) {
    if (start.find(header) != std::string_view::npos) return UserDataKind::mime;
  }
  // gzip
  if (bytes.starts_with("\x1f\x8b")) return UserDataKind::other;
  return UserDataKind::unknown;
}

void read_cloud_config(std::string_view bytes, const std::string& file, CloudInitFacts& cloud) {
  const YamlFile yaml = parse_yaml(bytes);
  // A file that does not parse is left out (cloudinit/util.py:load_yaml).
  if (yaml.error.empty()) take_settings(yaml, file, cloud);
}

void read_user_data(std::string_view bytes, const std::string& file, CloudInitFacts& cloud) {
  cloud.user_data_file = file;
  cloud.user_data = user_data_kind(bytes);
  cloud.user_data_first = std::string(first_line_of(bytes));
  cloud.user_data_line = 1;
  if (cloud.user_data != UserDataKind::cloud_config) return;
  const YamlFile yaml = parse_yaml(bytes);
  if (yaml.error.empty()) {
    take_settings(yaml, file, cloud);
  } else {
    cloud.user_data_error = yaml.error;
    cloud.user_data_line = yaml.error_line;
  }
}

// JSON is YAML's own subset; result.json is {"v1": {"datasource": …, "errors": […]}}.
void read_cloud_result(std::string_view bytes, const std::string& file, CloudInitFacts& cloud) {
  const YamlFile json = parse_yaml(bytes);
  if (!json.error.empty()) return;
  cloud.finished = true;
  if (const YamlValue* source = json.find("v1.datasource")) cloud.datasource = source->text;
  const auto errors = json.values.equal_range("v1.errors");
  for (auto error = errors.first; error != errors.second; ++error) {
    if (error->second.text.empty() || cloud.errors.size() == kMostCloudErrors) continue;
    cloud.errors.push_back(error->second.text);
    cloud.errors_in = file;
  }
}

// cc_ssh_authkey_fingerprints.py says it of each user in turn; what a later start says is newer.
void read_cloud_log(std::string_view bytes, const std::string& file, CloudInitFacts& cloud) {
  constexpr std::string_view kNone = "no authorized SSH keys fingerprints found for user ";
  constexpr std::string_view kSome = "Authorized keys from ";
  cloud.log_file = file;
  for (std::size_t number = 1; !bytes.empty(); ++number) {
    const std::string_view line = bytes.substr(0, bytes.find('\n'));
    bytes.remove_prefix(std::min(line.size() + 1, bytes.size()));
    const std::size_t none = line.find(kNone);
    if (none != std::string_view::npos) {
      std::string_view user = line.substr(none + kNone.size());
      user = user.substr(0, user.find_last_not_of(" .\r") + 1);
      if (cloud.users_without_keys.size() < kMostCloudUsers)
        cloud.users_without_keys[std::string(user)] = number;
    }
    const std::size_t some = line.find(kSome);
    const std::size_t name = line.rfind(" for user ");
    if (some == std::string_view::npos || name == std::string_view::npos || name < some) continue;
    std::string_view user = line.substr(name + 10);
    user = user.substr(0, user.find_first_of("+ \r"));
    cloud.users_without_keys.erase(std::string(user));
  }
}

namespace {

// Lines whose words decide something here; one that speaks of a password is none of them.
bool may_be_shown(std::string_view line) {
  line.remove_prefix(std::min(line.find_first_not_of(" \t-"), line.size()));
  if (line.find("passw") != std::string_view::npos) return false;
  constexpr std::array<std::string_view, 9> kKept = {"#cloud-config", "users:",       "default",
                                                     "disable_root:", "ssh_pwauth:",  "ssh_deletekeys:",
                                                     "name:",         "system_info:", "default_user:"};
  return std::any_of(kKept.begin(), kKept.end(),
                     [line](std::string_view kept) { return line.starts_with(kept); });
}

}  // namespace

std::string blank_cloud_config(std::string_view bytes) {
  std::string out;
  bool first = true;
  while (!bytes.empty()) {
    const std::string_view line = bytes.substr(0, bytes.find('\n'));
    const bool shown_whole = (first && line.starts_with('#')) || may_be_shown(line);
    for (char c : line) {
      const bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      out += word && !shown_whole ? 'x' : c;
    }
    if (line.size() < bytes.size()) out += '\n';
    bytes.remove_prefix(std::min(line.size() + 1, bytes.size()));
    first = false;
  }
  return out;
}

std::string blank_cloud_log(std::string_view bytes) {
  std::string out;
  while (!bytes.empty()) {
    const std::string_view line = bytes.substr(0, bytes.find('\n'));
    for (const char* kept : {"no authorized SSH keys fingerprints found for user", "Authorized keys from "}) {
      if (line.find(kept) != std::string_view::npos) out += line;
    }
    if (line.size() < bytes.size()) out += '\n';
    bytes.remove_prefix(std::min(line.size() + 1, bytes.size()));
  }
  return out;
}

}  // namespace reentry
