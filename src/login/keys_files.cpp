#include "login/keys_files.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "login/exhibits.hpp"
#include "login/labels.hpp"
#include "login/strict_modes.hpp"

namespace reentry {
namespace {

Obstacle node_obstacle(const KeyContext& context, Cause cause, const PathNode& node,
                       std::string_view needed) {
  Obstacle obstacle;
  obstacle.cause = cause;
  describe_node(node, context.accounts(), obstacle);
  obstacle.details.emplace_back("user", context.user.name);
  obstacle.details.emplace_back("needs", needed);
  return obstacle;
}

// Every directory on the way that the user may not search; the kernel stops at the first.
void judge_way(const KeyContext& context, const PathFact& path, KeysFile& file) {
  for (const PathNode& node : path.visited) {
    const bool on_the_way = &node != &path.visited.back() || !path.found();
    if (!on_the_way || node.stat.type != FileType::directory) continue;
    if (permits(node, context.actor, Permission::execute)) continue;
    file.obstacles.push_back(node_obstacle(context, Cause::auth_ssh_dir_unreadable, node, "search"));
  }
}

bool may_read(const KeyContext& context, const char* path) {
  const FileFact* file = context.facts().paths.find(HostPath(path));
  if (file == nullptr || !file->path.found()) return true;
  const std::vector<PathNode>& visited = file->path.visited;
  return permits(file->path.node(), context.actor, Permission::read) &&
         std::all_of(visited.begin(), visited.end() - 1, [&context](const PathNode& node) {
           return node.stat.type != FileType::directory || permits(node, context.actor, Permission::execute);
         });
}

// Debian's misc.c:secure_permissions looks the group up as the user: where he can't read the accounts (/etc
// is closed to him) no group is private.
SshBuild build_for(const KeyContext& context) {
  SshBuild build = context.build();
  build.private_group_write =
      build.private_group_write && may_read(context, "/etc/passwd") && may_read(context, "/etc/group");
  return build;
}

// StrictModes of a file at `path`, with the login's user in the obstacles.
std::vector<Obstacle> unsafe_nodes(const KeyContext& context, const PathFact& path) {
  if (context.input.startup["strictmodes"].first() == "no") return {};
  std::vector<Obstacle> unsafe =
      strict_modes(path, context.home, context.user, context.accounts(), build_for(context));
  for (Obstacle& obstacle : unsafe) obstacle.details.emplace_back("user", context.user.name);
  return unsafe;
}

void judge_found(const KeyContext& context, KeysFile& file) {
  const PathFact& path = file.fact->path;
  const PathNode& node = path.node();
  file.state = KeysFileState::present;
  if (node.stat.type != FileType::regular) {
    file.obstacles.push_back(node_obstacle(context, Cause::auth_keys_file_not_regular, node, "regular"));
    return;
  }
  if (!permits(node, context.actor, Permission::read)) {
    file.obstacles.push_back(node_obstacle(context, Cause::auth_keys_file_unreadable, node, "read"));
  }
  std::vector<Obstacle> unsafe = unsafe_nodes(context, path);
  file.obstacles.insert(file.obstacles.end(), std::make_move_iterator(unsafe.begin()),
                        std::make_move_iterator(unsafe.end()));
}

// Nodes that file_contexts themselves give a refused label are one matter: a home in a place of its own.
void judge_labels(const KeyContext& context, KeysFile& file) {
  LabelWay way = label_way(context.facts(), context.input.when, file.fact->path, LabelUse::read,
                           LabelActor::session, true);
  const bool strange_home =
      std::any_of(way.refused.begin(), way.refused.end(), [&context](const LabelFact* fact) {
        const bool at_home = context.home != nullptr && context.home->found() &&
                             (fact->question.path.is_within(context.home->real) ||
                              context.home->real.is_within(fact->question.path));
        return at_home && fact->boolean.empty() && fact->refused_when_mended &&
               !fact->refused_when_mended->empty();
      });
  for (const LabelFact* fact : way.refused) {
    Obstacle obstacle =
        label_obstacle(strange_home ? Cause::auth_selinux_home : Cause::auth_selinux_label, *fact);
    obstacle.details.emplace_back("user", context.user.name);
    if (strange_home) {
      // One finding for the home, whichever of its nodes was met first.
      obstacle.at.path = context.home->real.str();
      std::string nodes;
      for (const LabelFact* each : way.refused) nodes += each->question.path.str() + "\n";
      obstacle.details = {{"path", context.home->real.str()},
                          {"nodes", nodes},
                          {"account", context.user.name},
                          {"user", context.user.name},
                          {"domain", fact->domain}};
    }
    file.obstacles.push_back(std::move(obstacle));
    if (strange_home) break;
  }
  file.unknown.insert(file.unknown.end(), way.unknown.begin(), way.unknown.end());
}

void judge_path(const KeyContext& context, KeysFile& file) {
  const PathFact& path = file.fact->path;
  if (path.end != PathEnd::denied && path.end != PathEnd::failed) {
    judge_way(context, path, file);
    judge_labels(context, file);
  }
  switch (path.end) {
    case PathEnd::found: judge_found(context, file); break;
    case PathEnd::absent:
    case PathEnd::not_a_directory: file.state = KeysFileState::missing; break;
    case PathEnd::loop: {
      file.state = KeysFileState::present;
      Obstacle obstacle;
      obstacle.cause = Cause::auth_keys_file_unreadable;
      obstacle.at.path = path.stopped_at.str();
      obstacle.details = {{"path", path.stopped_at.str()}, {"needs", "loop"}, {"user", context.user.name}};
      file.obstacles.push_back(std::move(obstacle));
      break;
    }
    case PathEnd::denied:
    case PathEnd::failed: file.unknown.push_back(path.missing()); break;
  }
}

}  // namespace

KeysFile open_as_user(const KeyContext& context, KeyPath name) {
  KeysFile file;
  file.name = std::move(name);
  if (file.name.state == KeyPathState::none) {
    file.state = KeysFileState::unset;
    return file;
  }
  if (file.name.state != KeyPathState::path) {
    file.state = KeysFileState::fatal;
    return file;
  }
  file.fact = file.name.glob ? nullptr : context.facts().paths.find(file.name.path);
  if (file.fact == nullptr) {
    file.unknown.push_back(missing_fact(nullptr, file.name.path));
    return file;
  }
  judge_path(context, file);
  return file;
}

std::vector<Obstacle> unsafe_above(const KeyContext& context, const KeysFile& missing) {
  if (missing.fact == nullptr || missing.fact->path.end != PathEnd::absent) return {};
  PathFact made = missing.fact->path;
  made.end = PathEnd::found;
  made.real = made.stopped_at;
  PathNode node;
  node.path = made.real;
  node.stat.type = FileType::regular;
  node.stat.mode = 0600;
  node.stat.uid = context.user.uid;
  node.stat.gid = context.user.gid;
  made.visited.push_back(std::move(node));
  return unsafe_nodes(context, made);
}

std::vector<KeysFile> keys_files(const KeyContext& context) {
  std::vector<std::string> patterns = context.setting("authorizedkeysfile").values;
  if (patterns.empty()) patterns = {".ssh/authorized_keys", ".ssh/authorized_keys2"};
  std::vector<KeysFile> files;
  for (const std::string& pattern : patterns) {
    KeysFile file =
        open_as_user(context, expand_key_path(pattern, context.user, context.accounts(), context.build()));
    const bool regular = file.state == KeysFileState::present && file.fact->path.found() &&
                         file.fact->path.node().stat.type == FileType::regular;
    if (regular && file.fact->bytes) {
      file.keys = parse_authorized_keys(*file.fact->bytes, context.build());
    } else if (regular) {
      file.unknown.push_back(missing_fact(file.fact, file.name.path));
    }
    files.push_back(std::move(file));
  }
  return files;
}

Cause cause_of(LineDamage damage) {
  switch (damage) {
    case LineDamage::bad_options:
    case LineDamage::blank_in_options:
    case LineDamage::unterminated_quote: return Cause::auth_key_option_invalid;
    case LineDamage::byte_order_mark:
    case LineDamage::utf16:
    case LineDamage::carriage_returns: return Cause::auth_keys_file_encoding;
    case LineDamage::private_key: return Cause::auth_keys_file_private_key;
    case LineDamage::putty_key:
    case LineDamage::rfc4716:
    case LineDamage::pem: return Cause::auth_keys_file_foreign_format;
    default: return Cause::auth_key_line_damaged;
  }
}

Exhibit line_exhibit(const KeysFile& file, const AuthorizedLine& line) {
  Exhibit at;
  at.path = file.path();
  at.line = line.number;
  const bool secret = line.damage == LineDamage::private_key || line.damage == LineDamage::putty_key;
  // Of a pasted private key only its first line is ever shown.
  at.text = secret ? line.text.substr(0, std::min(line.text.find('\n'), std::size_t{80})) : line.text;
  return at;
}

Obstacle damaged_line(const KeysFile& file, const AuthorizedLine& line) {
  Obstacle obstacle;
  // Typographic quotes around an option's value: sshd has words for it; around a line it has none.
  const bool option = line.damage == LineDamage::smart_quotes && !line.error.empty();
  obstacle.cause = option ? Cause::auth_key_option_invalid : cause_of(line.damage);
  obstacle.at = line_exhibit(file, line);
  obstacle.details.emplace_back("path", file.path());
  obstacle.details.emplace_back("damage", name_of(line.damage));
  obstacle.details.emplace_back("last_line", std::to_string(line.last_number));
  if (!line.error.empty()) obstacle.details.emplace_back("error", line.error);
  if (line.recovered) obstacle.details.emplace_back("fingerprint", line.recovered->fingerprint());
  if (!line.mended.empty()) obstacle.details.emplace_back("mended", line.mended);
  return obstacle;
}

}  // namespace reentry
