#include "login/strict_modes.hpp"

#include <fmt/format.h>

#include <string>

namespace reentry {
namespace {

// What is wrong with one node, if anything.
struct Fault {
  bool owner = false;
  bool writable = false;
};

// misc.c:safe_path; with Debian's patch misc.c:secure_permissions.
Fault judge_node(const FileStat& stat, std::uint32_t uid, const AccountFacts& accounts,
                 const SshBuild& build) {
  Fault fault;
  fault.owner = stat.uid != 0 && stat.uid != uid;
  const bool world = (stat.mode & 0002U) != 0;
  const bool group = (stat.mode & 0020U) != 0;
  const bool tolerated = build.private_group_write && accounts.is_private_group(stat.gid, uid, stat.uid);
  fault.writable = world || (group && !tolerated);
  return fault;
}

enum class Role { file, ssh_directory, home, elsewhere };

Cause cause_of_owner(Role role) {
  switch (role) {
    case Role::file: return Cause::auth_keys_file_owner;
    case Role::ssh_directory: return Cause::auth_ssh_dir_owner;
    case Role::home: return Cause::auth_home_owner;
    case Role::elsewhere: return Cause::auth_keys_path_unsafe;
  }
  return Cause::auth_keys_path_unsafe;
}

Cause cause_of_mode(Role role) {
  switch (role) {
    case Role::file: return Cause::auth_keys_file_writable;
    case Role::ssh_directory: return Cause::auth_ssh_dir_writable;
    case Role::home: return Cause::auth_home_writable;
    case Role::elsewhere: return Cause::auth_keys_path_unsafe;
  }
  return Cause::auth_keys_path_unsafe;
}

void add_faults(const PathNode& node, const Fault& fault, Role role, const AccountFacts& accounts,
                std::vector<Obstacle>& out) {
  const auto add = [&](Cause cause, std::string_view problem) {
    Obstacle obstacle;
    obstacle.cause = cause;
    describe_node(node, accounts, obstacle);
    obstacle.details.emplace_back("problem", problem);
    out.push_back(std::move(obstacle));
  };
  if (fault.owner) add(cause_of_owner(role), "owner");
  if (!fault.writable) return;
  add(cause_of_mode(role), (node.stat.mode & 0002U) != 0 ? "world-writable" : "group-writable");
}

// The visited node of a physical path; the walk has met every directory above a node that it found.
const PathNode* node_at(const PathFact& file, const PathFact* home, const HostPath& physical) {
  const PathNode* node = file.visited_at(physical);
  return node == nullptr && home != nullptr ? home->visited_at(physical) : node;
}

}  // namespace

void describe_node(const PathNode& node, const AccountFacts& accounts, Obstacle& obstacle) {
  const FileStat& stat = node.stat;
  obstacle.at.path = node.path.str();
  obstacle.at.text =
      fmt::format("{:04o} {}:{}", stat.mode, accounts.user_name(stat.uid), accounts.group_name(stat.gid));
  obstacle.details.emplace_back("path", node.path.str());
  obstacle.details.emplace_back("mode", fmt::format("{:04o}", stat.mode));
  obstacle.details.emplace_back("owner", accounts.user_name(stat.uid));
  obstacle.details.emplace_back("owner_uid", std::to_string(stat.uid));
  obstacle.details.emplace_back("group", accounts.group_name(stat.gid));
  obstacle.details.emplace_back("owner_gid", std::to_string(stat.gid));
}

std::vector<Obstacle> strict_modes(const PathFact& file, const PathFact* home, const PasswdEntry& user,
                                   const AccountFacts& accounts, const SshBuild& build) {
  std::vector<Obstacle> out;
  if (!file.found()) return out;
  const bool compare_home = home != nullptr && home->found();
  const PathNode& last = file.node();
  add_faults(last, judge_node(last.stat, user.uid, accounts, build), Role::file, accounts, out);
  HostPath directory = file.real;
  while (!directory.is_root()) {
    directory = directory.parent();
    const bool at_home = compare_home && directory == home->real;
    const PathNode* node = node_at(file, home, directory);
    if (node != nullptr) {
      const bool in_home = compare_home && directory.is_within(home->real);
      Role role = Role::elsewhere;
      if (at_home) role = Role::home;
      if (!at_home && in_home && directory == file.real.parent()) role = Role::ssh_directory;
      add_faults(*node, judge_node(node->stat, user.uid, accounts, build), role, accounts, out);
    }
    if (at_home) break;
  }
  return out;
}

std::vector<Obstacle> unsafe_program(const PathFact& program, const AccountFacts& accounts,
                                     const SshBuild& build) {
  PasswdEntry root;
  root.name = "root";
  std::vector<Obstacle> out = strict_modes(program, nullptr, root, accounts, build);
  for (Obstacle& obstacle : out) obstacle.cause = Cause::auth_keys_command_broken;
  return out;
}

}  // namespace reentry
