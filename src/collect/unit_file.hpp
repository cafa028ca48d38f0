// The settings of one systemd unit, from its file and its drop-ins. Sources: systemd.unit(5),
// systemd.syntax(7).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "facts/unit.hpp"
#include "host/file_tree.hpp"

namespace reentry {

// Where systemd looks for units, best first.
[[nodiscard]] const std::vector<std::string>& unit_directories();

// One `Key=Value`.
struct UnitSetting {
  std::string section;  // `Service`
  std::string key;
  UnitLine at;
};

// All settings of a unit file's text in order, lines that end in a backslash joined.
[[nodiscard]] std::vector<UnitSetting> parse_unit_file(std::string_view bytes, const std::string& file);

struct LoadedUnit {
  bool found = false;
  bool masked = false;
  std::string file;
  std::vector<UnitSetting> settings;  // of the file, then of its drop-ins in the order of their names
  std::vector<Missing> unread;

  // Every value of a list setting that is in effect: an empty value takes back those before it.
  [[nodiscard]] std::vector<UnitLine> list(std::string_view section, std::string_view key) const;
  // The last value, empty if there is none.
  [[nodiscard]] std::string last(std::string_view section, std::string_view key) const;
};

// The unit `name` with the drop-ins for all `names` that it goes by.
[[nodiscard]] LoadedUnit load_unit(FileTree& tree, const std::string& name,
                                   const std::vector<std::string>& names);

// True when a link to the unit stands in some *.wants or *.requires.
[[nodiscard]] bool unit_is_enabled(FileTree& tree, const std::string& name);

}  // namespace reentry
