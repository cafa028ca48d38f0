#include "collect/labels.hpp"

#include <algorithm>
#include <cstdlib>
#include <set>
#include <utility>

#include "collect/selinux_mode.hpp"
#include "facts/key_paths.hpp"
#include "facts/session_paths.hpp"
#include "host/label_oracle.hpp"

namespace reentry {
namespace {

// More than any account's worth of paths on a host with many of them; beyond it gates say unknown.
constexpr std::size_t kMostNodes = 200'000;
constexpr std::size_t kMostBooleans = 4096;
constexpr std::string_view kPasswordHelper = "/usr/sbin/unix_chkpwd";

bool off(const Known<SelinuxMode>& mode) {
  return mode && *mode == SelinuxMode::off;
}

bool may_enforce(const Known<SelinuxMode>& mode) {
  return !mode || *mode == SelinuxMode::enforcing;
}

class Collector {
 public:
  Collector(FileTree& tree, Facts& facts) : tree_(tree), facts_(facts) {}

  void service() {
    const ServiceFacts& service = facts_.service;
    node(service.sshd.path, LabelUse::start, LabelActor::init);
    for (const ProgramFact& helper : service.helpers) {
      const bool auth = helper.path.asked.str() == facts_.ssh.auth_program;
      node(helper.path, LabelUse::start, auth ? LabelActor::session : LabelActor::listener);
    }
    for (const ConfigFile& file : facts_.config.files) read(file.path, LabelActor::listener);
    for (const HostKeyFact& key : service.host_keys) node(key.path, LabelUse::read, LabelActor::listener);
  }

  void accounts() {
    for (const char* path : {"/etc/passwd", "/etc/group", "/etc/nsswitch.conf"})
      read(HostPath(path), LabelActor::session);
    read(HostPath("/etc/shadow"), LabelActor::password);
    if (!facts_.ssh.pam) return;
    std::set<std::string> files;
    if (!facts_.pam.sshd.file.empty()) files.insert(facts_.pam.sshd.file);
    for (const auto* stacks : {&facts_.pam.sshd.own, &facts_.pam.sshd.other}) {
      for (const std::vector<PamHandler>& stack : *stacks) {
        for (const PamHandler& handler : stack) files.insert(handler.file);
      }
    }
    for (const std::string& file : files) {
      if (!file.empty()) read(HostPath(file), LabelActor::session);
    }
    for (const auto& module : facts_.pam.modules) node(module.second, LabelUse::load, LabelActor::session);
  }

  void keys_of_all() {
    for (const ConfigLine& line : facts_.config.lines) {
      if (line.dead || (line.keyword != "trustedusercakeys" && line.keyword != "revokedkeys")) continue;
      for (const std::string& file : line.values) {
        if (file != "none") read(HostPath(file), LabelActor::session);
      }
    }
    patterns_ = all_keys_file_patterns(facts_.config);
    for (const ConfigLine& line : facts_.config.lines) {
      if (!line.dead && line.keyword == "authorizedprincipalsfile" && !line.values.empty())
        patterns_.push_back(line.values.front());
    }
  }

  void user(const PasswdEntry& user) {
    const FileFact* home = facts_.paths.find(HostPath(user.home));
    const bool strange = home != nullptr && home->path.found() && !home->path.real.is_root() &&
                         !home->path.real.is_within(HostPath("/home")) &&
                         !home->path.real.is_within(HostPath("/root"));
    for (const std::string& pattern : patterns_) {
      const KeyPath name = expand_key_path(pattern, user, facts_.accounts, facts_.ssh);
      if (name.state != KeyPathState::path || name.glob) continue;
      const FileFact* file = facts_.paths.find(name.path);
      if (file == nullptr) continue;
      node(file->path, LabelUse::read, LabelActor::session, true);
      if (strange) model_of(file->path, home->path.real, user);
    }
    const FileFact* shell = facts_.paths.find(HostPath(session_shell(user)));
    if (shell != nullptr) node(shell->path, LabelUse::test, LabelActor::session);
  }

  std::vector<LabelFact> take() { return std::move(nodes_); }

 private:
  void read(const HostPath& path, LabelActor actor) {
    const FileFact* known = facts_.paths.find(path);
    node(known != nullptr ? known->path : tree_.walk(path), LabelUse::read, actor);
  }

  // The way and, where it is there, the node at its end. `strict`: directories are looked at too.
  void node(const PathFact& path, LabelUse use, LabelActor actor, bool strict = false) {
    for (const PathNode& visited : path.visited) {
      const bool last = &visited == &path.visited.back() && path.found();
      if (last) {
        add(visited, use, actor);
      } else if (visited.stat.type == FileType::symlink) {
        add(visited, LabelUse::follow, actor);
      } else if (visited.stat.type == FileType::directory) {
        add(visited, strict ? LabelUse::judge : LabelUse::search, actor);
      }
    }
  }

  // What the labels would be were the home an ordinary one: the question is about a path that need not exist.
  void model_of(const PathFact& path, const HostPath& home, const PasswdEntry& user) {
    for (const PathNode& visited : path.visited) {
      PathNode model = visited;
      const bool within = visited.path.is_within(home);
      model.path =
          HostPath(within ? "/home/" + user.name + visited.path.str().substr(home.str().size()) : "/home");
      const bool last = &visited == &path.visited.back() && path.found();
      const bool directory = visited.stat.type == FileType::directory;
      if (directory || last) add(model, last ? LabelUse::read : LabelUse::judge, LabelActor::session);
    }
  }

  void add(const PathNode& node, LabelUse use, LabelActor actor) {
    if (nodes_.size() >= kMostNodes) return;
    if (!asked_.insert(LabelFacts::key_of(node.path, use, actor)).second) return;
    LabelFact fact;
    fact.question = {node.path, node.stat.type, use, actor};
    fact.label = label_of(node.path);
    nodes_.push_back(std::move(fact));
  }

  Known<std::string> label_of(const HostPath& path) {
    const auto known = labels_.find(path.str());
    if (known != labels_.end()) return known->second;
    return labels_.emplace(path.str(), tree_.label(path)).first->second;
  }

  FileTree& tree_;
  Facts& facts_;
  std::vector<std::string> patterns_;
  std::vector<LabelFact> nodes_;
  std::set<std::string> asked_;
  std::map<std::string, Known<std::string>> labels_;
};

// policy.NN with the highest number, as libselinux loads it where the kernel knows that version.
Known<std::string> policy_file(FileTree& tree, const HostPath& folder) {
  const HostPath directory = folder / "policy";
  const auto names = tree.list(directory);
  if (!names) return names.missing();
  long best = -1;
  for (const std::string& name : *names) {
    constexpr std::string_view kStart = "policy.";
    if (!name.starts_with(kStart) || name.size() == kStart.size() || name.size() > kStart.size() + 4)
      continue;
    const std::string digits = name.substr(kStart.size());
    if (digits.find_first_not_of("0123456789") == std::string::npos)
      best = std::max(best, std::strtol(digits.c_str(), nullptr, 10));
  }
  if (best < 0) return Missing{Why::absent, directory.str(), "no policy.NN"};
  return (directory / ("policy." + std::to_string(best))).str();
}

std::string text_or_nothing(FileTree& tree, const HostPath& path) {
  Known<std::string> bytes = tree.read(path).bytes;
  return bytes ? std::move(*bytes) : std::string();
}

// Files that may lack without changing what is expected; one that is there and can't be read is said.
bool read_contexts(FileTree& tree, const HostPath& folder, ContextFiles& files, Known<std::string>& why,
                   PathStore& paths) {
  const HostPath main = folder / "contexts/files/file_contexts";
  struct Part {
    const char* suffix;
    std::string* into;
  };
  for (const Part& part :
       {Part{"", &files.main}, Part{".homedirs", &files.homedirs}, Part{".local", &files.local},
        Part{".subs", &files.subs}, Part{".subs_dist", &files.subs_dist}}) {
    FileFact file = tree.read(HostPath(main.str() + part.suffix));
    const Known<std::string> bytes = file.bytes;
    // Those that administrators add lines to are edited by remedies.
    const bool edited = part.into == &files.local || part.into == &files.subs;
    if (edited) paths.put(std::move(file));
    if (bytes) {
      *part.into = *bytes;
    } else if (*part.suffix == '\0' || !bytes.is_absent()) {
      why = bytes.missing();
      return false;
    }
  }
  files.customizable = text_or_nothing(tree, folder / "contexts/customizable_types");
  why = main.str();
  return true;
}

// What a running kernel has, which setsebool without -P changes.
std::vector<std::pair<std::string, bool>> running_booleans(FileTree& tree) {
  std::vector<std::pair<std::string, bool>> out;
  const HostPath directory("/sys/fs/selinux/booleans");
  const auto names = tree.list(directory);
  if (!names) return out;
  for (const std::string& name : *names) {
    const Known<std::string> value = tree.read(directory / name).bytes;
    if (value && !value->empty() && out.size() < kMostBooleans) out.emplace_back(name, value->front() == '1');
  }
  return out;
}

DomainLabels domain_labels(FileTree& tree, const Facts& facts) {
  DomainLabels out;
  const auto label_at = [&tree](const PathFact& path, HostPath& at) -> Known<std::string> {
    if (!path.found()) return path.missing();
    at = path.real;
    return tree.label(path.real);
  };
  out.sshd = label_at(facts.service.sshd.path, out.sshd_path);
  for (const ProgramFact& helper : facts.service.helpers) {
    if (helper.path.asked.str() == facts.ssh.session_program)
      out.session = label_at(helper.path, out.session_path);
  }
  out.password = label_at(tree.walk(HostPath(kPasswordHelper)), out.password_path);
  if (!out.password) out.password = label_at(tree.walk(HostPath("/sbin/unix_chkpwd")), out.password_path);
  return out;
}

// Where a port of the ephemeral range is bound nobody is asked
// (security/selinux/hooks.c:selinux_socket_bind).
std::vector<int> asked_ports(FileTree& tree, const Facts& facts) {
  long low = 32768;
  long high = 60999;
  if (facts.target.kind == TargetKind::live) {
    const std::string range = text_or_nothing(tree, HostPath("/proc/sys/net/ipv4/ip_local_port_range"));
    char* end = nullptr;
    const long first = std::strtol(range.c_str(), &end, 10);
    const long second = std::strtol(end, nullptr, 10);
    if (first > 0 && second >= first) {
      low = first;
      high = second;
    }
  }
  std::vector<int> out;
  const EffectiveConfig startup = effective_config(facts.config, facts.ssh, {});
  for (const std::string& address : startup["listenaddress"].values) {
    const std::size_t colon = address.rfind(':');
    if (colon == std::string::npos) continue;
    const long port = std::strtol(address.c_str() + colon + 1, nullptr, 10);
    const bool bound = port > 0 && port <= 65535 && (port < low || port > high);
    if (bound && std::find(out.begin(), out.end(), port) == out.end()) out.push_back(static_cast<int>(port));
  }
  return out;
}

}  // namespace

void collect_labels(FileTree& tree, Facts& facts, const std::vector<std::string>& users) {
  collect_apparmor(tree, facts);
  collect_selinux_mode(tree, facts);
  LabelFacts& labels = facts.labels;
  if (off(labels.now) && off(labels.next_start)) return;
  Collector collector(tree, facts);
  collector.service();
  collector.accounts();
  collector.keys_of_all();
  for (const std::string& name : users) {
    if (const PasswdEntry* user = facts.accounts.user(name)) collector.user(*user);
  }
  LabelInquiry inquiry;
  const HostPath folder = HostPath("/etc/selinux") / labels.config.type;
  const bool has_contexts = read_contexts(tree, folder, inquiry.contexts, labels.contexts, facts.paths);
  if (!has_contexts) inquiry.contexts = {};
  std::string policy;
  if (may_enforce(labels.now) || may_enforce(labels.next_start)) {
    labels.policy = policy_file(tree, folder);
    if (labels.policy) {
      Known<std::string> bytes = tree.read(HostPath(*labels.policy)).bytes;
      if (bytes) policy = std::move(*bytes);
      if (!bytes) labels.policy = bytes.missing();
    }
    if (facts.target.kind == TargetKind::live) inquiry.booleans = running_booleans(tree);
  }
  inquiry.policy = policy;
  inquiry.domains = domain_labels(tree, facts);
  inquiry.nodes = collector.take();
  inquiry.ports = asked_ports(tree, facts);
  inquiry.by_service_manager = !facts.config.listen_streams.empty();
  LabelAnswers answers = ask_labels(inquiry);
  const HostPath main = folder / "contexts/files/file_contexts";
  if (has_contexts && !answers.contexts)
    labels.contexts = Missing{answers.contexts.missing().why, main.str(), answers.contexts.missing().detail};
  if (labels.policy && !answers.policy)
    labels.policy = Missing{answers.policy.missing().why, *labels.policy, answers.policy.missing().detail};
  labels.ports = std::move(answers.ports);
  for (LabelFact& node : answers.nodes) {
    std::string key = LabelFacts::key_of(node.question.path, node.question.use, node.question.actor);
    labels.nodes.emplace(std::move(key), std::move(node));
  }
}

std::vector<std::string> labels_for(FileTree& tree, const Facts& facts, const std::vector<NewNode>& nodes) {
  std::vector<std::string> out(nodes.size());
  const LabelFacts& labels = facts.labels;
  if (nodes.empty() || !labels.present || (off(labels.now) && off(labels.next_start))) return out;
  LabelInquiry inquiry;
  Known<std::string> why;
  PathStore ignored;
  if (!read_contexts(tree, HostPath("/etc/selinux") / labels.config.type, inquiry.contexts, why, ignored))
    return out;
  for (const NewNode& node : nodes) {
    const PathFact parent = tree.walk(node.path.parent());
    LabelFact fact;
    fact.question.path = parent.found() ? parent.real / node.path.name() : node.path;
    fact.question.type = node.type;
    inquiry.nodes.push_back(std::move(fact));
  }
  const LabelAnswers answers = ask_labels(inquiry);
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (answers.nodes[i].expected) out[i] = *answers.nodes[i].expected;
  }
  return out;
}

}  // namespace reentry
