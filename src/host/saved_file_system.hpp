// A file system among saved facts. Internal to host/.
#pragma once

#include <map>
#include <string>

#include "facts/file_system.hpp"
#include "host/saved_json.hpp"

namespace reentry::saved_json {

inline void write_file_system(SavedWriter& out, const Known<FileSystem>& system) {
  out.StartObject();
  if (system) {
    out.Key("read_only");
    out.Bool(system->read_only);
    out.Key("in_memory");
    out.Bool(system->in_memory);
    number(out, "id", system->id);
    number(out, "block_size", system->block_size);
    number(out, "blocks", system->blocks);
    number(out, "free", system->free);
    number(out, "available", system->available);
    number(out, "inodes", system->inodes);
    number(out, "free_inodes", system->free_inodes);
  } else {
    missing(out, system.missing());
  }
  out.EndObject();
}

inline void write_file_systems(SavedWriter& out, const std::map<std::string, Known<FileSystem>>& systems) {
  out.Key("file_systems");
  out.StartObject();
  for (const auto& entry : systems) {
    out.Key(base64(entry.first).c_str());
    write_file_system(out, entry.second);
  }
  out.EndObject();
}

inline Known<FileSystem> read_file_system(const SavedValue& object, const std::string& path) {
  if (!object.HasMember("blocks")) return missing_of(object, path);
  const auto is_set = [&object](const char* name) {
    const auto found = object.FindMember(name);
    return found != object.MemberEnd() && found->value.IsBool() && found->value.GetBool();
  };
  FileSystem system;
  system.read_only = is_set("read_only");
  system.in_memory = is_set("in_memory");
  system.id = number_of<std::uint64_t>(object, "id");
  system.block_size = number_of<std::uint64_t>(object, "block_size");
  system.blocks = number_of<std::uint64_t>(object, "blocks");
  system.free = number_of<std::uint64_t>(object, "free");
  system.available = number_of<std::uint64_t>(object, "available");
  system.inodes = number_of<std::uint64_t>(object, "inodes");
  system.free_inodes = number_of<std::uint64_t>(object, "free_inodes");
  return system;
}

}  // namespace reentry::saved_json
