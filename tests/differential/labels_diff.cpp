// Labels against the real tools, on a tree with Debian's own SELinux policy: what label a path should have
// (setfiles, matchpathcon), what the policy lets sshd do (setools), and what a live, enforcing guest was seen
// to do. Usage: labels_diff [--rounds N] [--seed S] [--verbose]
#include <fmt/format.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <map>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "collect/collect.hpp"
#include "differential/label_tree.hpp"
#include "host/file_tree.hpp"
#include "lab/posix.hpp"
#include "lab/process.hpp"

namespace reentry::differential {
namespace {

struct Options {
  int rounds = 12;
  unsigned seed = 1;
  bool verbose = false;
};

struct Tally {
  int labels = 0, relabels = 0, permissions = 0, seen = 0, wrong = 0;
};

void complain(Tally& tally, const std::string& what) {
  ++tally.wrong;
  if (tally.wrong <= 40) fmt::print("WRONG {}\n", what);
}

// Types that people's files end up with, and a few that sshd may read although they are not the right ones.
constexpr std::array<std::string_view, 22> kTypes = {
    "default_t",   "user_home_t", "user_home_dir_t", "var_t",      "tmp_t", "user_tmp_t",
    "home_root_t", "shadow_t",    "var_log_t",       "mnt_t",      "etc_t", "usr_t",
    "lib_t",       "var_lib_t",   "sshd_key_t",      "ssh_home_t", "bin_t", "httpd_user_content_t",
    "sshd_exec_t", "root_t",      "mail_spool_t",    "unlabeled_t"};

constexpr std::string_view kUnknownType = "no_such_type_t";

bool set_label(const std::string& path, const std::string& label) {
  if (label.empty()) return ::lremovexattr(path.c_str(), "security.selinux") == 0;
  return ::lsetxattr(path.c_str(), "security.selinux", label.c_str(), label.size() + 1, 0) == 0;
}

Result<Facts> facts_of(const std::string& root) {
  TRY(const auto tree, open_disk_tree(root));
  return collect(*tree, TargetFacts{TargetKind::root, root, {}, {}, {}}, std::time(nullptr),
                 {"root", "alice"});
}

std::string said(std::vector<std::string> argv, std::string input = {}) {
  lab::Program program;
  program.argv = std::move(argv);
  program.input = std::move(input);
  program.limit = std::chrono::minutes(2);
  const auto ran = lab::run_program(program);
  if (ran && ran->status != 0) fmt::print("{}: {}\n", program.argv.front(), ran->err);
  return ran ? ran->out : std::string();
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    out.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

// matchpathcon(8): one label a line, `<<none>>` for none.
void compare_expected(const std::string& root, const LabelFacts& labels, Tally& tally) {
  const std::string contexts = root + "/etc/selinux/default/contexts/files/file_contexts";
  std::map<FileType, std::map<std::string, std::string>> by_type;
  for (const auto& entry : labels.nodes) {
    const LabelFact& node = entry.second;
    by_type[node.question.type][node.question.path.str()] = node.expected ? *node.expected : "?";
  }
  const std::map<FileType, std::string> names = {
      {FileType::regular, "file"}, {FileType::directory, "dir"}, {FileType::symlink, "symlink"}};
  for (const auto& [type, paths] : by_type) {
    std::vector<std::string> argv = {"matchpathcon", "-n", "-f", contexts, "-m", names.at(type)};
    for (const auto& path : paths) argv.push_back(path.first);
    const std::vector<std::string> answers = lines_of(said(std::move(argv)));
    if (answers.size() != paths.size()) return complain(tally, "matchpathcon gave another number of lines");
    std::size_t i = 0;
    for (const auto& [path, ours] : paths) {
      ++tally.labels;
      const std::string theirs = answers[i] == "<<none>>" ? std::string() : answers[i];
      ++i;
      if (theirs != ours)
        complain(tally, fmt::format("{}: we expect {}, matchpathcon {}", path, ours, theirs));
    }
  }
}

// setfiles(8) -n -v: `Would relabel PATH from OLD to NEW` for each node that it would change.
void compare_relabels(const std::string& root, const LabelFacts& labels, Tally& tally) {
  const std::string contexts = root + "/etc/selinux/default/contexts/files/file_contexts";
  std::vector<std::string> argv = {"setfiles", "-n", "-v", "-r", root, contexts};
  std::map<std::string, const LabelFact*> nodes;
  for (const auto& entry : labels.nodes) nodes[entry.second.question.path.str()] = &entry.second;
  for (const char* folder : {"/etc/ssh", "/etc/pam.d", "/home", "/root"}) argv.push_back(root + folder);
  for (const auto& [path, node] : nodes) {
    if (node->question.type != FileType::directory) argv.push_back(root + path);
  }
  std::map<std::string, std::string> theirs;
  for (const std::string& line : lines_of(said(std::move(argv)))) {
    constexpr std::string_view kStart = "Would relabel ";
    const std::size_t to = line.rfind(" to ");
    const std::size_t from = line.find(" from ");
    if (!line.starts_with(kStart) || to == std::string::npos || from == std::string::npos) continue;
    const std::string path = line.substr(kStart.size() + root.size(), from - kStart.size() - root.size());
    theirs[path] = line.substr(to + 4);
  }
  for (const auto& [path, node] : nodes) {
    const bool asked =
        node->question.type != FileType::directory || HostPath(path).is_within(HostPath("/root")) ||
        HostPath(path).is_within(HostPath("/home")) || HostPath(path).is_within(HostPath("/etc/ssh"));
    if (!asked || !node->label) continue;
    ++tally.relabels;
    const auto found = theirs.find(path);
    const std::string ours = node->mended == *node->label ? std::string() : node->mended;
    const std::string other = found == theirs.end() ? std::string() : found->second;
    if (ours != other)
      complain(tally,
               fmt::format("{} ({}): we would set `{}`, setfiles `{}`", path, *node->label, ours, other));
  }
}

struct Asked {
  std::string domain, type, of_class, permission;
  auto operator<=>(const Asked&) const = default;
};

std::vector<std::string> permissions_of(LabelUse use) {
  switch (use) {
    case LabelUse::search: return {"search"};
    case LabelUse::judge: return {"getattr", "search"};
    case LabelUse::list: return {"getattr", "open", "read", "search"};
    case LabelUse::follow: return {"read"};
    case LabelUse::read: return {"getattr", "open", "read"};
    case LabelUse::load: return {"execute", "getattr", "map", "open", "read"};
    case LabelUse::test: return {"execute", "getattr"};
    case LabelUse::start: return {};
  }
  return {};
}

std::string class_of(const LabelQuestion& question) {
  if (question.type == FileType::directory) return "dir";
  return question.type == FileType::symlink ? "lnk_file" : "file";
}

// What we said of each single permission of a domain on a type.
void note_answers(const LabelFacts& labels, std::map<Asked, bool>& refused) {
  for (const auto& entry : labels.nodes) {
    const LabelFact& node = entry.second;
    if (!node.refused || !node.label) continue;
    // What the policy does not know, and what has no label, is unlabeled_t to the kernel.
    const bool known = !node.label->empty() && node.label->find(kUnknownType) == std::string::npos;
    const std::string type(known ? type_of_label(*node.label) : "unlabeled_t");
    for (const std::string& permission : permissions_of(node.question.use)) {
      const Asked asked{node.domain, type, class_of(node.question), permission};
      refused[asked] =
          std::find(node.refused->begin(), node.refused->end(), permission) != node.refused->end();
    }
  }
}

// setools counts the rules of the policy itself, with the booleans as the policy has them.
constexpr std::string_view kAskSetools = R"py(
import sys, setools
policy = setools.SELinuxPolicy(sys.argv[1])
defaults = {str(b): b.state for b in policy.bools()}
known = {}
for line in sys.stdin:
    domain, kind, tclass, perm = line.split()
    key = (domain, kind, tclass)
    if key not in known:
        allowed = set()
        rules = setools.TERuleQuery(policy, ruletype=["allow"], source=domain, source_indirect=True,
                                    target=kind, target_indirect=True, tclass=[tclass])
        for rule in rules.results():
            try:
                if not rule.enabled(**defaults):
                    continue
            except AttributeError:
                pass
            allowed |= set(rule.perms)
        known[key] = allowed
    print("yes" if perm in known[key] else "no")
)py";

void compare_permissions(const std::string& root, const std::map<Asked, bool>& refused, Tally& tally) {
  std::string input;
  for (const auto& entry : refused)
    input += fmt::format("{} {} {} {}\n", entry.first.domain, entry.first.type, entry.first.of_class,
                         entry.first.permission);
  const std::vector<std::string> answers = lines_of(said(
      {"/usr/bin/python3", "-c", std::string(kAskSetools), root + "/etc/selinux/default/policy/policy.33"},
      input));
  if (answers.size() != refused.size())
    return complain(tally, fmt::format("setools answered {} of {}", answers.size(), refused.size()));
  std::size_t i = 0;
  for (const auto& [asked, no] : refused) {
    ++tally.permissions;
    const bool theirs = answers[i++] == "no";
    if (theirs != no)
      complain(tally,
               fmt::format("{} {}:{} {}: we say {}, setools {}", asked.domain, asked.type, asked.of_class,
                           asked.permission, no ? "refused" : "allowed", theirs ? "refused" : "allowed"));
  }
}

// One label on one path, and whether a live login on an enforcing guest was refused.
struct Sighting {
  std::string_view path;
  std::string_view type;  // empty: no label
  bool refused;
};
constexpr std::array<Sighting, 31> kSeen = {{
    {"/home/alice/.ssh/authorized_keys", "default_t", true},
    {"/home/alice/.ssh/authorized_keys", "unlabeled_t", true},
    {"/home/alice/.ssh/authorized_keys", "", true},
    {"/home/alice/.ssh/authorized_keys", "user_home_t", true},
    {"/home/alice/.ssh/authorized_keys", "user_home_dir_t", true},
    {"/home/alice/.ssh/authorized_keys", "var_t", true},
    {"/home/alice/.ssh/authorized_keys", "tmp_t", true},
    {"/home/alice/.ssh/authorized_keys", "user_tmp_t", true},
    {"/home/alice/.ssh/authorized_keys", "home_root_t", true},
    {"/home/alice/.ssh/authorized_keys", "shadow_t", true},
    {"/home/alice/.ssh/authorized_keys", "var_log_t", true},
    {"/home/alice/.ssh/authorized_keys", "mnt_t", true},
    {"/home/alice/.ssh/authorized_keys", "httpd_user_content_t", true},
    {"/home/alice/.ssh/authorized_keys", "ssh_home_t", false},
    {"/home/alice/.ssh/authorized_keys", "etc_t", false},
    {"/home/alice/.ssh/authorized_keys", "usr_t", false},
    {"/home/alice/.ssh/authorized_keys", "lib_t", false},
    {"/home/alice/.ssh/authorized_keys", "var_lib_t", false},
    {"/home/alice/.ssh/authorized_keys", "sshd_key_t", false},
    {"/home/alice/.ssh", "default_t", true},
    {"/home/alice/.ssh", "unlabeled_t", true},
    {"/home/alice/.ssh", "", true},
    {"/home/alice/.ssh", "user_home_t", true},
    {"/home/alice/.ssh", "shadow_t", true},
    {"/home/alice/.ssh", "etc_t", false},
    {"/home/alice/.ssh", "var_t", false},
    {"/home/alice/.ssh", "tmp_t", false},
    {"/etc/ssh/ssh_host_ed25519_key", "default_t", true},
    {"/etc/ssh/sshd_config", "default_t", true},
    {"/etc/ssh/sshd_config", "", true},
    {"/usr/sbin/sshd", "bin_t", false},
}};

bool is_refused(const LabelFacts& labels, std::string_view path) {
  return std::any_of(labels.nodes.begin(), labels.nodes.end(), [path](const auto& entry) {
    const LabelFact& node = entry.second;
    return node.question.path.str() == path && node.refused && !node.refused->empty();
  });
}

void compare_seen(const std::string& root, const LabelFacts& right, Tally& tally) {
  std::map<std::string, std::string> good;
  for (const auto& entry : right.nodes) {
    if (entry.second.label) good[entry.second.question.path.str()] = *entry.second.label;
  }
  for (const Sighting& seen : kSeen) {
    ++tally.seen;
    const std::string path(seen.path);
    const std::string label = seen.type.empty() ? "" : fmt::format("system_u:object_r:{}:s0", seen.type);
    set_label(root + path, label);
    const auto facts = facts_of(root);
    set_label(root + path, good[path]);
    if (!facts || is_refused(facts->labels, path) != seen.refused)
      complain(tally,
               fmt::format("{} as `{}`: a guest {} it", path, label, seen.refused ? "refused" : "took"));
  }
}

// A label anew for some of the nodes that sshd reads.
void shuffle_labels(const std::string& root, const LabelFacts& right, std::mt19937& random) {
  std::set<std::string> paths;
  for (const auto& entry : right.nodes) paths.insert(entry.second.question.path.str());
  for (const std::string& path : paths) {
    if (random() % 3 != 0) continue;
    const std::string_view type = kTypes[random() % kTypes.size()];
    const auto what = random() % 10;
    std::string label =
        fmt::format("{}:object_r:{}:s0", random() % 2 == 0 ? "system_u" : "unconfined_u", type);
    if (what == 0) label.clear();
    if (what == 1) label = fmt::format("system_u:object_r:{}:s0", kUnknownType);
    set_label(root + path, label);
  }
}

int run(const Options& options) {
  const auto made = label_tree();
  if (!made) {
    fmt::print(stderr, "{}: {}\n", made.error().what, made.error().why);
    return geteuid() == 0 ? 1 : 77;
  }
  const std::string& root = made->path();
  Tally tally;
  const auto right = facts_of(root);
  if (!right || !right->labels.policy || right->labels.nodes.empty()) {
    const std::string why =
        right && !right->labels.policy ? right->labels.policy.missing().detail : "no facts";
    fmt::print(stderr, "the healthy tree could not be read: {}\n", why);
    return 1;
  }
  for (const auto& entry : right->labels.nodes) {
    const LabelFact& node = entry.second;
    if (!node.refused || !node.refused->empty() || node.differs())
      complain(tally, fmt::format("healthy {} ({}) is refused or differs", node.question.path.str(),
                                  node.label ? *node.label : "?"));
  }
  compare_seen(root, right->labels, tally);
  std::mt19937 random(options.seed);
  std::map<Asked, bool> refused;
  for (int round = 0; round < options.rounds; ++round) {
    shuffle_labels(root, right->labels, random);
    const auto facts = facts_of(root);
    if (!facts) {
      complain(tally, "no facts after a change of labels alone");
      continue;
    }
    compare_expected(root, facts->labels, tally);
    compare_relabels(root, facts->labels, tally);
    note_answers(facts->labels, refused);
  }
  compare_permissions(root, refused, tally);
  fmt::print("{} labels, {} relabels, {} permissions, {} seen on a guest: {} wrong\n", tally.labels,
             tally.relabels, tally.permissions, tally.seen, tally.wrong);
  return tally.wrong == 0 ? 0 : 1;
}

}  // namespace
}  // namespace reentry::differential

int main(int argc, char** argv) {
  reentry::differential::Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "--rounds" && i + 1 < argc) options.rounds = std::atoi(argv[++i]);
    if (word == "--seed" && i + 1 < argc) options.seed = static_cast<unsigned>(std::atoi(argv[++i]));
    if (word == "--verbose") options.verbose = true;
  }
  return reentry::differential::run(options);
}
