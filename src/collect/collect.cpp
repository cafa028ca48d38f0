#include "collect/collect.hpp"

#include "collect/accounts.hpp"
#include "collect/cloud_init.hpp"
#include "collect/firewall.hpp"
#include "collect/hosts_access.hpp"
#include "collect/key_files.hpp"
#include "collect/labels.hpp"
#include "collect/network_order.hpp"
#include "collect/packages.hpp"
#include "collect/pam.hpp"
#include "collect/running.hpp"
#include "collect/service.hpp"
#include "collect/session_files.hpp"
#include "collect/ssh_build.hpp"
#include "collect/sshd_arguments.hpp"
#include "collect/sshd_config.hpp"
#include "collect/storage.hpp"
#include "collect/system.hpp"
#include "collect/tasks.hpp"

namespace reentry {
namespace {

// VALUE of a `NAME=VALUE` line as os-release(5) quotes it.
std::string os_release_value(std::string_view bytes, std::string_view name) {
  std::size_t begin = 0;
  while (begin < bytes.size()) {
    std::size_t end = bytes.find('\n', begin);
    if (end == std::string_view::npos) end = bytes.size();
    std::string_view line = bytes.substr(begin, end - begin);
    begin = end + 1;
    if (!line.starts_with(name) || line.size() <= name.size() || line[name.size()] != '=') continue;
    line.remove_prefix(name.size() + 1);
    if (line.size() >= 2 && (line.front() == '"' || line.front() == '\'') && line.back() == line.front()) {
      line = line.substr(1, line.size() - 2);
    }
    return std::string(line);
  }
  return {};
}

void read_os_release(FileTree& tree, TargetFacts& target) {
  for (const char* path : {"/etc/os-release", "/usr/lib/os-release"}) {
    const FileFact file = tree.read(HostPath(path));
    if (!file.bytes) continue;
    target.os = os_release_value(*file.bytes, "PRETTY_NAME");
    target.os_id = os_release_value(*file.bytes, "ID");
    return;
  }
}

void keep_file(FileTree& tree, Facts& facts, const std::string& path) {
  if (!path.empty() && facts.paths.find(HostPath(path)) == nullptr)
    facts.paths.put(tree.read(HostPath(path)));
}

// Files that remedies edit: their bytes as they stand.
void keep_for_repair(FileTree& tree, Facts& facts) {
  for (const char* path : {"/etc/passwd", "/etc/shadow", "/etc/group", "/etc/nsswitch.conf",
                           "/etc/hosts.allow", "/etc/hosts.deny"}) {
    keep_file(tree, facts, path);
  }
  // The copies that the account tools leave (shadow-utils lib/commonio.c), asked only where they are of use.
  const AccountFacts& accounts = facts.accounts;
  if (!accounts.passwd || accounts.passwd->empty() || !accounts.bad_passwd_lines.empty())
    keep_file(tree, facts, "/etc/passwd-");
  if (!accounts.shadow) keep_file(tree, facts, "/etc/shadow-");
  const std::string& arguments = facts.arguments.source;
  if (!arguments.empty() && facts.paths.find(HostPath(arguments)) == nullptr)
    facts.paths.put(tree.read(HostPath(arguments)));
  for (const auto* stacks : {&facts.pam.sshd.own, &facts.pam.sshd.other}) {
    for (const std::vector<PamHandler>& stack : *stacks) {
      for (const PamHandler& handler : stack) keep_file(tree, facts, handler.file);
    }
  }
  for (const PamProblem& problem : facts.pam.sshd.problems) keep_file(tree, facts, problem.file);
}

}  // namespace

Result<Facts> collect(FileTree& tree, RunningSystem& system, TargetFacts target, std::int64_t now,
                      const std::vector<std::string>& users) {
  const PathFact etc = tree.walk(HostPath("/etc"));
  if (!etc.found() || etc.node().stat.type != FileType::directory) {
    return fail(ErrorKind::target, target.name.empty() ? "/" : target.name,
                etc.end == PathEnd::denied ? "permission denied; run as root"
                                           : "not a Linux root file system: it has no /etc directory");
  }
  NftAnswer nft = ask_for_nft_rules(system);
  Facts facts;
  facts.now = now;
  facts.target = std::move(target);
  read_os_release(tree, facts.target);
  SshdStart start = collect_sshd_start(tree);
  facts.unit = std::move(start.unit);
  facts.arguments = std::move(start.arguments);
  facts.ssh = collect_ssh_build(tree, sshd_program(facts.unit));
  facts.config = collect_sshd_config(tree, facts.arguments, facts.ssh);
  ListenersAnswer listeners = ask_for_listeners(system, facts);
  facts.accounts = collect_accounts(tree);
  std::vector<std::string> asked = users;
  if (asked.empty() && facts.accounts.passwd) {
    for (const PasswdEntry& entry : *facts.accounts.passwd) asked.push_back(entry.name);
  }
  facts.hosts_access = collect_hosts_access(tree);
  collect_pam(tree, facts);
  Libraries libraries(tree);
  collect_service(tree, libraries, facts);
  collect_network_order(tree, facts);
  collect_key_files(tree, facts, asked);
  collect_session_files(tree, libraries, facts, asked);
  collect_system(tree, facts);
  collect_cloud_init(tree, facts);
  collect_packages(tree, facts);
  keep_for_repair(tree, facts);
  collect_storage(tree, facts, asked);
  collect_running(tree, system, std::move(listeners), facts);
  collect_tasks(tree, facts);
  collect_firewall(tree, system, std::move(nft), facts);
  collect_labels(tree, facts, asked);
  return facts;
}

Result<Facts> collect(FileTree& tree, TargetFacts target, std::int64_t now,
                      const std::vector<std::string>& users) {
  NotRunning nothing;
  return collect(tree, nothing, std::move(target), now, users);
}

}  // namespace reentry
