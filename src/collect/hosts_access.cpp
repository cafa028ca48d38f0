#include "collect/hosts_access.hpp"

#include <algorithm>
#include <string_view>

namespace reentry {
namespace {

// hosts(5): ADDRESS NAME [ALIAS…]; the first line of an address names it.
void read_names(std::string_view bytes, std::map<std::string, std::string>& names) {
  constexpr std::string_view kBlanks = " \t\r";
  while (!bytes.empty()) {
    const std::size_t end = std::min(bytes.find('\n'), bytes.size());
    std::string_view line = bytes.substr(0, end);
    bytes.remove_prefix(std::min(end + 1, bytes.size()));
    line = line.substr(0, line.find('#'));
    line.remove_prefix(std::min(line.find_first_not_of(kBlanks), line.size()));
    const std::size_t blank = line.find_first_of(kBlanks);
    if (blank == std::string_view::npos) continue;
    std::string_view name = line.substr(blank);
    name.remove_prefix(std::min(name.find_first_not_of(kBlanks), name.size()));
    name = name.substr(0, name.find_first_of(kBlanks));
    if (!name.empty()) names.emplace(line.substr(0, blank), name);
  }
}

}  // namespace

HostsAccess collect_hosts_access(FileTree& tree) {
  HostsAccess out;
  out.allow = tree.read(HostPath("/etc/hosts.allow")).bytes;
  out.deny = tree.read(HostPath("/etc/hosts.deny")).bytes;
  for (const Known<std::string>* table : {&out.allow, &out.deny}) {
    if (!*table) continue;
    for (const std::string& path : pattern_files_of(parse_wrapper_table(**table))) {
      if (!out.files.contains(path)) out.files.emplace(path, tree.read(HostPath(path)).bytes);
    }
  }
  const FileFact hosts = tree.read(HostPath("/etc/hosts"));
  if (hosts.bytes) read_names(*hosts.bytes, out.names);
  return out;
}

}  // namespace reentry
