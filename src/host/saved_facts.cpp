#include "host/saved_facts.hpp"

#include <rapidjson/document.h>
#include <rapidjson/error/en.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/digest.hpp"
#include "facts/cloud_init.hpp"
#include "facts/fail2ban.hpp"
#include "facts/private_key.hpp"
#include "host/saved_file_system.hpp"
#include "host/saved_json.hpp"
#include "host/saved_log.hpp"
#include "host/saved_system.hpp"

namespace reentry {

using namespace saved_json;

namespace {

constexpr std::string_view kSchema = "reentry.facts/1";
constexpr std::array<std::string_view, 6> kEnds = {"found", "absent", "not_a_directory",
                                                   "loop",  "denied", "failed"};
constexpr std::array<std::string_view, 8> kTypes = {"regular", "directory",   "symlink",      "fifo",
                                                    "socket",  "char_device", "block_device", "unknown"};
// crypt(5) fields keep what decides (locked, empty, which method) and lose what could be guessed at.
std::string without_hashes(std::string_view bytes) {
  std::string out;
  while (!bytes.empty()) {
    const std::size_t end = std::min(bytes.find('\n'), bytes.size());
    const std::string_view line = bytes.substr(0, end);
    const std::size_t first = line.find(':');
    const std::size_t second = first == std::string_view::npos ? first : line.find(':', first + 1);
    if (second == std::string_view::npos || second - first < 13) {
      out += line;
    } else {
      const std::string_view hash = line.substr(first + 1, second - first - 1);
      const std::size_t marks = std::min(hash.find_first_not_of('!'), hash.size());
      const std::size_t method_end = hash.find('$', marks + 1);
      out += line.substr(0, first + 1);
      out += hash.substr(0, marks);
      if (marks < hash.size() && hash[marks] == '$' && method_end != std::string_view::npos) {
        out += hash.substr(marks, method_end - marks + 1);
      }
      out += "blanked-by-reentry";
      out += line.substr(second);
    }
    if (end < bytes.size()) out += '\n';
    bytes.remove_prefix(std::min(end + 1, bytes.size()));
  }
  return out;
}

std::string without_secrets(std::string_view path, const std::string& bytes) {
  if (path.find("/shadow") != std::string_view::npos || path.find("/passwd") != std::string_view::npos) {
    return without_hashes(bytes);
  }
  if (path.find("/cloud-init-output.log") != std::string_view::npos) return blank_cloud_log(bytes);
  if (path.ends_with("/user-data.txt") || path.starts_with("/etc/cloud/")) return blank_cloud_config(bytes);
  if (path.find("fail2ban") != std::string_view::npos && bytes.starts_with("SQLite format 3")) {
    const Known<std::string> bans = without_logs(bytes);
    return bans ? *bans : std::string();
  }
  if (bytes.find("PRIVATE KEY") != std::string::npos) return blank_private_key(bytes);
  return bytes;
}

void write_node(SavedWriter& out, const FileTree::Lookup& found) {
  field(out, "end", word(kEnds, found.end));
  if (found.end != PathEnd::found) {
    field(out, "detail", base64(found.detail));
    return;
  }
  const FileStat& stat = found.node.stat;
  field(out, "type", word(kTypes, stat.type));
  number(out, "mode", stat.mode);
  number(out, "uid", stat.uid);
  number(out, "gid", stat.gid);
  number(out, "size", stat.size);
  out.Key("mtime");
  out.Int64(stat.mtime);
  out.Key("changed");
  out.Int64(stat.changed_ns);
  if (stat.type == FileType::symlink) field(out, "link", base64(found.node.link_target));
  if (found.node.acl.empty()) return;
  out.Key("acl");
  out.StartArray();
  for (const AclEntry& entry : found.node.acl) {
    out.StartArray();
    out.Uint(static_cast<unsigned>(entry.tag));
    out.Uint(entry.permissions);
    out.Uint(entry.id);
    out.EndArray();
  }
  out.EndArray();
}

void write_bytes(SavedWriter& out, const Known<std::string>& bytes) {
  if (bytes) {
    field(out, "bytes", base64(*bytes));
  } else {
    missing(out, bytes.missing());
  }
}

void write_files(SavedWriter& out, const RecordingTree& tree) {
  out.Key("files");
  out.StartObject();
  for (const auto& entry : tree.files()) {
    out.Key(base64(entry.first).c_str());
    out.StartObject();
    write_bytes(
        out, entry.second ? Known<std::string>(without_secrets(entry.first, *entry.second)) : entry.second);
    out.EndObject();
  }
  out.EndObject();
  out.Key("ranges");
  out.StartObject();
  for (const auto& entry : tree.ranges()) {
    out.Key(base64(entry.first).c_str());
    out.StartArray();
    for (const RecordingTree::Range& range : entry.second) {
      out.StartObject();
      number(out, "offset", range.offset);
      number(out, "length", range.length);
      // Programs and libraries hold no secret and must stay as they are.
      write_bytes(out, without_others(entry.first, range.bytes));
      out.EndObject();
    }
    out.EndArray();
  }
  out.EndObject();
  out.Key("labels");
  out.StartObject();
  for (const auto& entry : tree.labels()) {
    out.Key(base64(entry.first).c_str());
    out.StartObject();
    write_bytes(out, entry.second);
    out.EndObject();
  }
  out.EndObject();
}

void write_names(SavedWriter& out, const Known<std::vector<std::string>>& names) {
  out.StartObject();
  if (names) {
    out.Key("names");
    out.StartArray();
    for (const std::string& name : *names) text(out, base64(name));
    out.EndArray();
  } else {
    missing(out, names.missing());
  }
  out.EndObject();
}

void write_lists(SavedWriter& out, const RecordingTree& tree) {
  out.Key("lists");
  out.StartObject();
  for (const auto& entry : tree.lists()) {
    out.Key(base64(entry.first).c_str());
    write_names(out, entry.second);
  }
  out.EndObject();
  out.Key("devices");
  write_names(out, tree.devices());
}

// What a saved tree answers with: every answer by its path, absent for what was never asked.
class SavedTree final : public FileTree {
 public:
  std::map<std::string, Lookup> nodes;
  std::map<std::string, Known<std::string>> files;
  std::map<std::string, std::vector<RecordingTree::Range>> ranges;
  std::map<std::string, Known<std::vector<std::string>>> lists;

  Lookup lookup(const HostPath& physical) override {
    const auto found = nodes.find(physical.str());
    if (found != nodes.end()) return found->second;
    return Lookup{PathEnd::failed, {}, "not among the saved facts"};
  }
  Known<std::string> read_regular(const HostPath& physical, std::size_t) override {
    const auto found = files.find(physical.str());
    if (found != files.end()) return found->second;
    return Missing{Why::not_asked, physical.str(), "not among the saved facts"};
  }
  Known<std::string> read_range(const HostPath& physical, std::uint64_t offset, std::size_t length) override {
    const auto found = ranges.find(physical.str());
    if (found != ranges.end()) {
      for (const RecordingTree::Range& range : found->second) {
        if (range.offset == offset && range.length == length) return range.bytes;
      }
    }
    return Missing{Why::not_asked, physical.str(), "not among the saved facts"};
  }
  Known<std::vector<std::string>> list_directory(const HostPath& physical) override {
    const auto found = lists.find(physical.str());
    if (found != lists.end()) return found->second;
    return Missing{Why::not_asked, physical.str(), "not among the saved facts"};
  }
  Known<std::vector<std::string>> device_links() override { return devices; }
  Known<std::string> label(const HostPath& physical) override {
    const auto found = labels.find(physical.str());
    if (found != labels.end()) return found->second;
    return Missing{Why::not_asked, physical.str(), "not among the saved facts"};
  }
  Known<FileSystem> file_system(const HostPath& physical) override {
    const auto found = file_systems.find(physical.str());
    if (found != file_systems.end()) return found->second;
    return Missing{Why::not_asked, physical.str(), "not among the saved facts"};
  }
  Known<std::vector<std::string>> devices;
  std::map<std::string, Known<std::string>> labels;
  std::map<std::string, Known<FileSystem>> file_systems;
};

std::string path_of(const SavedValue& name) {
  return from_base64({name.GetString(), name.GetStringLength()}).value_or(std::string());
}

Known<std::string> bytes_of(const SavedValue& object, const std::string& path) {
  if (object.HasMember("bytes")) return decoded(object, "bytes");
  return missing_of(object, path);
}

FileTree::Lookup node_of(const SavedValue& object, const std::string& path) {
  FileTree::Lookup out;
  out.end = from_word(kEnds, string_of(object, "end"), PathEnd::failed);
  out.detail = decoded(object, "detail");
  if (out.end != PathEnd::found) return out;
  out.node.path = HostPath(path);
  FileStat& stat = out.node.stat;
  stat.type = from_word(kTypes, string_of(object, "type"), FileType::unknown);
  stat.mode = number_of<std::uint32_t>(object, "mode");
  stat.uid = number_of<std::uint32_t>(object, "uid");
  stat.gid = number_of<std::uint32_t>(object, "gid");
  stat.size = number_of<std::uint64_t>(object, "size");
  stat.mtime = number_of<std::int64_t>(object, "mtime");
  stat.changed_ns = number_of<std::int64_t>(object, "changed");
  out.node.link_target = decoded(object, "link");
  const auto acl = object.FindMember("acl");
  if (acl == object.MemberEnd() || !acl->value.IsArray()) return out;
  for (const SavedValue& entry : acl->value.GetArray()) {
    if (!entry.IsArray() || entry.Size() != 3 || !entry[0].IsUint() || !entry[1].IsUint() ||
        !entry[2].IsUint()) {
      continue;
    }
    out.node.acl.push_back({static_cast<AclEntry::Tag>(entry[0].GetUint()),
                            static_cast<std::uint16_t>(entry[1].GetUint()), entry[2].GetUint()});
  }
  return out;
}

Known<std::vector<std::string>> names_of(const SavedValue& object, const std::string& path) {
  const auto names = object.FindMember("names");
  if (names == object.MemberEnd() || !names->value.IsArray()) return missing_of(object, path);
  std::vector<std::string> out;
  for (const SavedValue& name : names->value.GetArray()) {
    if (name.IsString()) out.push_back(path_of(name));
  }
  return out;
}

void load_ranges(SavedTree& tree, const std::string& path, const SavedValue& array) {
  if (!array.IsArray()) return;
  for (const SavedValue& entry : array.GetArray()) {
    if (!entry.IsObject()) continue;
    tree.ranges[path].push_back({number_of<std::uint64_t>(entry, "offset"),
                                 number_of<std::size_t>(entry, "length"), bytes_of(entry, path)});
  }
}

// Calls `take` with the decoded path and the value of each member of `section`.
template <typename Take>
void for_each_path(const SavedValue& document, const char* section, Take take) {
  const auto found = document.FindMember(section);
  if (found == document.MemberEnd() || !found->value.IsObject()) return;
  for (const auto& member : found->value.GetObject()) take(path_of(member.name), member.value);
}

}  // namespace

FileTree::Lookup RecordingTree::lookup(const HostPath& physical) {
  return lookups_.insert_or_assign(physical.str(), inner_.lookup(physical)).first->second;
}

Known<std::string> RecordingTree::read_regular(const HostPath& physical, std::size_t limit) {
  return files_.insert_or_assign(physical.str(), inner_.read_regular(physical, limit)).first->second;
}

Known<std::string> RecordingTree::read_range(const HostPath& physical, std::uint64_t offset,
                                             std::size_t length) {
  Range range{offset, length, inner_.read_range(physical, offset, length)};
  ranges_[physical.str()].push_back(range);
  return range.bytes;
}

Known<std::vector<std::string>> RecordingTree::list_directory(const HostPath& physical) {
  return lists_.insert_or_assign(physical.str(), inner_.list_directory(physical)).first->second;
}

Known<std::vector<std::string>> RecordingTree::device_links() {
  return devices_ = inner_.device_links();
}

Known<std::string> RecordingTree::label(const HostPath& physical) {
  return labels_.insert_or_assign(physical.str(), inner_.label(physical)).first->second;
}

Known<FileSystem> RecordingTree::file_system(const HostPath& physical) {
  return file_systems_.insert_or_assign(physical.str(), inner_.file_system(physical)).first->second;
}

std::string save_facts(const RecordingTree& tree, const SystemAnswers& system, const TargetFacts& target,
                       std::int64_t now) {
  rapidjson::StringBuffer buffer;
  SavedWriter out(buffer);
  out.StartObject();
  field(out, "schema", kSchema);
  out.Key("now");
  out.Int64(now);
  out.Key("target");
  out.StartObject();
  field(out, "kind", target.kind == TargetKind::live ? "live" : "root");
  field(out, "name", base64(target.name));
  out.EndObject();
  out.Key("nodes");
  out.StartObject();
  for (const auto& entry : tree.lookups()) {
    out.Key(base64(entry.first).c_str());
    out.StartObject();
    write_node(out, entry.second);
    out.EndObject();
  }
  out.EndObject();
  write_files(out, tree);
  write_lists(out, tree);
  write_file_systems(out, tree.file_systems());
  write_system(out, system);
  out.EndObject();
  return {buffer.GetString(), buffer.GetSize()};
}

Result<SavedFacts> load_facts(const std::string& name, std::string_view bytes) {
  rapidjson::Document document;
  document.Parse<rapidjson::kParseIterativeFlag>(bytes.data(), bytes.size());
  if (document.HasParseError()) {
    return fail(ErrorKind::target, name,
                std::string("not JSON: ") + GetParseError_En(document.GetParseError()));
  }
  if (!document.IsObject() || string_of(document, "schema") != kSchema) {
    return fail(ErrorKind::target, name, "not facts saved by `reentry check --save-facts`");
  }
  SavedFacts saved;
  auto tree = std::make_unique<SavedTree>();
  saved.now = number_of<std::int64_t>(document, "now");
  if (document.HasMember("target") && document["target"].IsObject()) {
    const SavedValue& target = document["target"];
    saved.target.kind = string_of(target, "kind") == "live" ? TargetKind::live : TargetKind::root;
    saved.target.name = decoded(target, "name");
  }
  for_each_path(document, "nodes", [&tree](const std::string& path, const SavedValue& value) {
    if (value.IsObject()) tree->nodes[path] = node_of(value, path);
  });
  for_each_path(document, "files", [&tree](const std::string& path, const SavedValue& value) {
    if (value.IsObject()) tree->files[path] = bytes_of(value, path);
  });
  for_each_path(document, "labels", [&tree](const std::string& path, const SavedValue& value) {
    if (value.IsObject()) tree->labels[path] = bytes_of(value, path);
  });
  for_each_path(document, "file_systems", [&tree](const std::string& path, const SavedValue& value) {
    if (value.IsObject()) tree->file_systems[path] = read_file_system(value, path);
  });
  for_each_path(document, "ranges", [&tree](const std::string& path, const SavedValue& value) {
    load_ranges(*tree, path, value);
  });
  for_each_path(document, "lists", [&tree](const std::string& path, const SavedValue& value) {
    if (value.IsObject()) tree->lists[path] = names_of(value, path);
  });
  if (document.HasMember("devices") && document["devices"].IsObject())
    tree->devices = names_of(document["devices"], "/dev/disk");
  if (document.HasMember("system")) saved.system = read_system(document["system"]);
  saved.tree = std::move(tree);
  return saved;
}

}  // namespace reentry
