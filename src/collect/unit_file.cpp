#include "collect/unit_file.hpp"

#include <algorithm>
#include <map>

namespace reentry {
namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

bool is_null_link(FileTree& tree, const HostPath& path) {
  const PathFact at = tree.walk_nofollow(path);
  return at.found() && at.node().stat.type == FileType::symlink && at.node().link_target == "/dev/null";
}

void append_file(FileTree& tree, const HostPath& path, LoadedUnit& unit) {
  const FileFact fact = tree.read(path);
  if (!fact.bytes) {
    unit.unread.push_back(fact.bytes.missing());
    return;
  }
  std::vector<UnitSetting> more = parse_unit_file(*fact.bytes, path.str());
  unit.settings.insert(unit.settings.end(), std::make_move_iterator(more.begin()),
                       std::make_move_iterator(more.end()));
}

// Drop-ins by file name: one in a better directory hides those of the same name below it.
std::map<std::string, HostPath> drop_ins(FileTree& tree, const std::vector<std::string>& names) {
  std::map<std::string, HostPath> out;
  for (const std::string& directory : unit_directories()) {
    for (const std::string& name : names) {
      const HostPath folder(directory + "/" + name + ".d");
      const Known<std::vector<std::string>> entries = tree.list(folder);
      if (!entries) continue;
      for (const std::string& entry : *entries) {
        if (entry.ends_with(".conf")) out.emplace(entry, folder / entry);
      }
    }
  }
  return out;
}

}  // namespace

const std::vector<std::string>& unit_directories() {
  static const std::vector<std::string> directories = {
      "/etc/systemd/system",           "/run/systemd/system",     "/run/systemd/generator",
      "/usr/local/lib/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system"};
  return directories;
}

std::vector<UnitSetting> parse_unit_file(std::string_view bytes, const std::string& file) {
  std::vector<UnitSetting> out;
  std::string section;
  std::size_t begin = 0;
  std::size_t number = 0;
  while (begin < bytes.size()) {
    std::string logical;
    const std::size_t first = number + 1;
    bool more = true;
    while (more && begin < bytes.size()) {
      const std::size_t end = std::min(bytes.find('\n', begin), bytes.size());
      std::string_view line = bytes.substr(begin, end - begin);
      begin = end + 1;
      ++number;
      if (line.ends_with('\r')) line.remove_suffix(1);
      const std::string_view text = trimmed(line);
      // A comment between continued lines is passed over.
      if (text.starts_with('#') || text.starts_with(';')) {
        if (logical.empty()) break;
        continue;
      }
      more = line.ends_with('\\');
      if (more) line.remove_suffix(1);
      logical += line;
      if (more) logical += ' ';
    }
    const std::string_view text = trimmed(logical);
    if (text.starts_with('[') && text.ends_with(']')) {
      section = std::string(text.substr(1, text.size() - 2));
      continue;
    }
    const std::size_t equals = text.find('=');
    if (equals == std::string_view::npos) continue;
    UnitSetting setting;
    setting.section = section;
    setting.key = std::string(trimmed(text.substr(0, equals)));
    setting.at = UnitLine{file, first, std::string(trimmed(text.substr(equals + 1)))};
    out.push_back(std::move(setting));
  }
  return out;
}

std::vector<UnitLine> LoadedUnit::list(std::string_view section, std::string_view key) const {
  std::vector<UnitLine> out;
  for (const UnitSetting& setting : settings) {
    if (setting.section != section || setting.key != key) continue;
    if (setting.at.text.empty()) {
      out.clear();
    } else {
      out.push_back(setting.at);
    }
  }
  return out;
}

std::string LoadedUnit::last(std::string_view section, std::string_view key) const {
  std::string out;
  for (const UnitSetting& setting : settings) {
    if (setting.section == section && setting.key == key) out = setting.at.text;
  }
  return out;
}

LoadedUnit load_unit(FileTree& tree, const std::string& name, const std::vector<std::string>& names) {
  LoadedUnit unit;
  for (const std::string& directory : unit_directories()) {
    const HostPath path(directory + "/" + name);
    const PathFact at = tree.locate(path);
    if (is_null_link(tree, path)) {
      unit.found = unit.masked = true;
      unit.file = path.str();
      return unit;
    }
    if (!at.found()) continue;
    unit.found = true;
    unit.file = path.str();
    unit.masked = at.node().stat.type == FileType::regular && at.node().stat.size == 0;
    if (!unit.masked) append_file(tree, path, unit);
    break;
  }
  if (!unit.found || unit.masked) return unit;
  for (const auto& [entry, path] : drop_ins(tree, names)) {
    if (!is_null_link(tree, path)) append_file(tree, path, unit);
  }
  return unit;
}

bool unit_is_enabled(FileTree& tree, const std::string& name) {
  for (const std::string& directory : unit_directories()) {
    const Known<std::vector<std::string>> entries = tree.list(HostPath(directory));
    if (!entries) continue;
    for (const std::string& entry : *entries) {
      if (!entry.ends_with(".wants") && !entry.ends_with(".requires")) continue;
      if (tree.walk_nofollow(HostPath(directory + "/" + entry + "/" + name)).found()) return true;
    }
  }
  return false;
}

}  // namespace reentry
