// What cloud-init was told and what it did, as its files say: cloud.cfg and user data (YAML by libyaml),
// status.json and result.json, its output log. Sources: cloud-init's cc_ssh.py, cc_users_groups.py,
// cloudinit/user_data.py, cloudinit/cmd/main.py:status_wrapper.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/known.hpp"

namespace reentry {

// One value of a YAML document by the names that lead to it, joined with dots:
// `system_info.default_user.name`. Items of lists have the list's own name. Aliases and merged keys are not
// followed.
struct YamlValue {
  std::string text;
  std::size_t line = 0;  // from 1
};
struct YamlFile {
  std::multimap<std::string, YamlValue, std::less<>> values;
  std::string error;  // libyaml's words, empty where it parses
  std::size_t error_line = 0;
  // The last value of that name, or nullptr.
  [[nodiscard]] const YamlValue* find(std::string_view name) const;
};
// Bounded: 1 MiB, 64 levels, 20,000 values; what is more is an error.
[[nodiscard]] YamlFile parse_yaml(std::string_view bytes);

// What cloud-init makes of user data by its first line (cloudinit/handlers, user_data.py).
enum class UserDataKind {
  empty,
  cloud_config,
  script,
  mime,
  other,    // include, jinja, boot hook, archive …
  unknown,  // no first line that it knows: the text is passed over with a warning
};
[[nodiscard]] UserDataKind user_data_kind(std::string_view bytes);

// A setting with the place that decided it.
struct CloudSetting {
  std::string value;
  std::string file;
  std::size_t line = 0;
};

struct CloudInitFacts {
  bool collected = false;
  bool installed = false;   // it has a configuration or has run
  std::string disabled_by;  // the file that keeps it from running; empty: none
  bool finished = false;    // result.json is there: all its stages came to an end
  std::string datasource;   // as result.json names it
  std::string instance_id;
  std::string previous_instance_id;
  bool keys_done = false;                        // cc_ssh ran for this instance
  std::vector<std::string> errors;               // of result.json
  std::string errors_in;                         // the file that has them
  std::map<std::string, CloudSetting> settings;  // disable_root, ssh_pwauth, ssh_deletekeys, default_user
  std::string user_data_file;                    // empty where there is none
  UserDataKind user_data = UserDataKind::empty;
  std::string user_data_first;  // its first line
  std::string user_data_error;  // why it does not parse
  std::size_t user_data_line = 0;
  bool users_without_default = false;  // `users:` is there and has no `default`
  std::size_t users_line = 0;
  // `no authorized SSH keys fingerprints found for user NAME`: NAME → line of the log, the last one.
  std::string log_file;
  std::map<std::string, std::size_t> users_without_keys;
};

// Fills what one file says. `file` is its path on the target.
void read_cloud_config(std::string_view bytes, const std::string& file, CloudInitFacts& cloud);
void read_user_data(std::string_view bytes, const std::string& file, CloudInitFacts& cloud);
void read_cloud_result(std::string_view bytes, const std::string& file, CloudInitFacts& cloud);
void read_cloud_log(std::string_view bytes, const std::string& file, CloudInitFacts& cloud);

// A configuration or user data without what may be secret: letters and digits of all lines but those that
// decide become x, so that lines, names that count and errors stay. Of a log only the lines about keys stay.
[[nodiscard]] std::string blank_cloud_config(std::string_view bytes);
[[nodiscard]] std::string blank_cloud_log(std::string_view bytes);

}  // namespace reentry
