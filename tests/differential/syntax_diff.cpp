// Holds reentry's reading of sshd_config against the real sshd: `sshd -t` must say the same in the same
// words, and `sshd -T -C …` must have the same values. Asks this machine's sshd, or with --suite that of a
// lab host, or with --root that of any tree; the last two need root.
//
// Usage: syntax_diff --cases N [--seed S] [--sshd PATH] [--suite SUITE | --root DIR] [--show N]
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

#include "collect/accounts.hpp"
#include "collect/sshd_config.hpp"
#include "config_cases.hpp"
#include "expectation.hpp"
#include "host/file_tree.hpp"
#include "lab/base_tree.hpp"
#include "lab/host.hpp"
#include "real_sshd.hpp"

namespace reentry::differential {
namespace {

struct Options {
  std::uint64_t cases = 300;
  std::uint64_t seed = 1;
  std::string sshd = "/usr/sbin/sshd";
  std::string root = "/";
  std::string suite;
  int show = 5;
};

struct Tally {
  std::uint64_t cases = 0;
  std::uint64_t accepted = 0;
  std::uint64_t crashed = 0;  // sshd itself
  std::uint64_t different = 0;
};

// A private directory that the files of one case stand in, seen from here and from within the root.
class Workshop {
 public:
  explicit Workshop(const std::string& root) : prefix_(root == "/" ? "" : root) {
    std::string pattern = prefix_ + "/tmp/syntax_diff.XXXXXX";
    if (::mkdtemp(pattern.data()) == nullptr) return;
    inner_ = pattern.substr(prefix_.size());
    const std::string command = "ssh-keygen -q -t ed25519 -N '' -f '" + pattern + "/host_key' >/dev/null";
    ready_ = std::system(command.c_str()) == 0;
    ::mkdir(outer("d").c_str(), 0755);
    ::mkdir(outer("e").c_str(), 0755);
  }
  ~Workshop() {
    clear();
    for (const char* name : {"host_key", "host_key.pub"}) ::unlink(outer(name).c_str());
    for (const char* name : {"d", "e", ""}) ::rmdir(outer(name).c_str());
  }
  Workshop(const Workshop&) = delete;
  Workshop& operator=(const Workshop&) = delete;

  [[nodiscard]] bool ready() const { return ready_; }
  [[nodiscard]] std::string outer(const std::string& name) const { return prefix_ + inner_ + "/" + name; }
  [[nodiscard]] std::string inner(const std::string& name) const { return inner_ + "/" + name; }
  [[nodiscard]] const std::string& directory() const { return inner_; }

  void lay_out(const ConfigCase& one) {
    clear();
    for (const auto& [name, bytes] : one.files) {
      std::ofstream(outer(name), std::ios::binary) << bytes;
      present_.push_back(name);
    }
    for (const std::string& name : one.dangling) {
      if (::symlink("/nowhere/at/all", outer(name).c_str()) == 0) present_.push_back(name);
    }
  }

 private:
  void clear() {
    for (const std::string& name : present_) ::unlink(outer(name).c_str());
    present_.clear();
  }

  std::string prefix_;
  std::string inner_;
  bool ready_ = false;
  std::vector<std::string> present_;
};

MatchContext context_of(const ConfigCase& one, const AccountFacts& accounts) {
  MatchContext out;
  out.connection = true;
  out.user = one.user;
  const PasswdEntry* user = accounts.user(one.user);
  out.user_exists = user != nullptr;
  if (user != nullptr) out.groups = accounts.groups_of(*user).names;
  out.address = one.address;
  out.host_name = one.host;
  out.local_address = one.local_address;
  out.local_port = one.local_port;
  return out;
}

// Complaints about host keys belong to another gate; a method that is off is none while another list is left.
std::string without_remarks(const std::string& text, bool accepted) {
  std::string out;
  std::size_t begin = 0;
  while (begin < text.size()) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string line = text.substr(begin, end - begin);
    begin = end + 1;
    const bool host_key = line.starts_with("Unable to load host") ||
                          line.starts_with("Could not load host") || line.starts_with("No such identity") ||
                          line.starts_with("Could not connect to agent");
    const bool spare_list = accepted && line.starts_with("Disabled method");
    if (!host_key && !spare_list) out += line + "\n";
  }
  return out;
}

// Behind a counted error sshd reads on to the end of the file, warnings and all; which of them belong to that
// file is not kept.
std::string without_warnings(const std::string& text) {
  if (text.find(": terminating, ") == std::string::npos) return text;
  std::string out;
  std::size_t begin = 0;
  while (begin < text.size()) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string line = text.substr(begin, end - begin);
    begin = end + 1;
    const bool warning = line.find(": Deprecated option ") != std::string::npos ||
                         line.find(": Unsupported option ") != std::string::npos;
    if (!warning) out += line + "\n";
  }
  return out;
}

class Comparison {
 public:
  Comparison(const Options& options, const RealSshd& sshd, const SshBuild& build, Workshop& workshop,
             const AccountFacts& accounts)
      : options_(options), sshd_(sshd), build_(build), workshop_(workshop), accounts_(accounts) {}

  void run(std::uint64_t seed) {
    const ConfigCase one = make_case(seed, workshop_.directory(), build_);
    workshop_.lay_out(one);
    // A tree remembers what it has read, and the files are new ones each time.
    const Result<std::unique_ptr<FileTree>> tree = open_disk_tree(options_.root);
    ++tally_.cases;
    if (!tree) {
      ++tally_.different;
      return show(seed, one, tree.error().what + ": " + tree.error().why);
    }
    const SshdConfig config = collect_sshd_config(**tree, arguments_of(one), build_);
    std::string difference;
    const Expectation expected = expected_check(config, build_);
    const SshdReply checked = sshd_.run(command_of(one, {"-t"}));
    const std::string said = without_warnings(without_remarks(checked.err, checked.status == 0));
    if (checked.status != expected.status || said != without_warnings(expected.err)) {
      difference = "sshd -t: status " + std::to_string(checked.status) + "\n" + said + "expected: status " +
                   std::to_string(expected.status) + "\n" + expected.err;
    } else if (checked.status == 0) {
      ++tally_.accepted;
      difference = compare_values(one, config);
    }
    if (difference.empty()) return;
    if (++tally_.different <= static_cast<std::uint64_t>(options_.show)) show(seed, one, difference);
  }

  [[nodiscard]] const Tally& tally() const { return tally_; }

 private:
  SshdArguments arguments_of(const ConfigCase& one) const {
    SshdArguments out;
    out.config_file = HostPath(workshop_.inner("sshd_config"));
    for (const std::string& option : one.options) out.options.emplace_back(option, "test");
    out.ports = one.ports;
    out.host_keys = {workshop_.inner("host_key")};
    return out;
  }

  std::vector<std::string> command_of(const ConfigCase& one, std::vector<std::string> out) const {
    out.insert(out.end(), {"-f", workshop_.inner("sshd_config")});
    for (const std::string& port : one.ports) out.insert(out.end(), {"-p", port});
    for (const std::string& option : one.options) out.insert(out.end(), {"-o", option});
    out.insert(out.end(), {"-h", workshop_.inner("host_key")});
    return out;
  }

  std::string compare_values(const ConfigCase& one, const SshdConfig& config) {
    const std::string connection = "user=" + one.user + ",host=" + one.host + ",addr=" + one.address +
                                   ",laddr=" + one.local_address + ",lport=" + std::to_string(one.local_port);
    const SshdReply reply = sshd_.run(command_of(one, {"-T", "-C", connection}));
    const EffectiveConfig effective = effective_config(config, build_, context_of(one, accounts_));
    if (reply.status == -1 && effective.fatal && effective.fatal->exit_status == 139) {
      ++tally_.crashed;
      return {};
    }
    if (reply.status != 0 && effective.fatal && reply.err.find(effective.fatal->message) != std::string::npos)
      return {};
    if (reply.status != 0) return "sshd -T: status " + std::to_string(reply.status) + "\n" + reply.err;
    if (effective.fatal) return "sshd -T: expected " + effective.fatal->message;
    const Dump dump = parse_dump(reply.out);
    std::string difference;
    for (const auto& [keyword, values] : dump) check(keyword, values, effective, difference);
    for (const char* list : {"allowusers", "denyusers", "allowgroups", "denygroups", "acceptenv", "setenv",
                             "subsystem", "hostcertificate"}) {
      if (!dump.contains(list)) check(list, {}, effective, difference);
    }
    return difference.empty() ? "" : "-C " + connection + "\n" + difference;
  }

  static void check(const std::string& keyword, const std::vector<std::string>& values,
                    const EffectiveConfig& effective, std::string& difference) {
    const std::vector<std::string> expected = expected_values(keyword, effective);
    if (values == expected) return;
    // sshd never sets the second number when the line has only one.
    const bool unset = keyword == "persourcenetblocksize" && expected.front().ends_with(":128") &&
                       !values.empty() &&
                       values.front().starts_with(expected.front().substr(0, expected.front().find(':') + 1));
    if (unset) return;
    difference += keyword + ":";
    for (const std::string& value : values) difference += " [" + value + "]";
    difference += " expected:";
    for (const std::string& value : expected) difference += " [" + value + "]";
    difference += "\n";
  }

  static void show(std::uint64_t seed, const ConfigCase& one, const std::string& difference) {
    std::printf("=== seed %llu\n", static_cast<unsigned long long>(seed));
    for (const auto& [name, bytes] : one.files) std::printf("--- %s\n%s\n", name.c_str(), bytes.c_str());
    for (const std::string& option : one.options) std::printf("--- -o %s\n", option.c_str());
    for (const std::string& port : one.ports) std::printf("--- -p %s\n", port.c_str());
    std::printf("!!! %s\n", difference.c_str());
  }

  const Options& options_;
  const RealSshd& sshd_;
  const SshBuild& build_;
  Workshop& workshop_;
  const AccountFacts& accounts_;
  Tally tally_;
};

int run(const Options& options) {
  const RealSshd sshd(options.sshd, options.root);
  const SshBuild build = sshd.build();
  if (!build.version_known) {
    std::printf("no sshd at %s below %s\n", options.sshd.c_str(), options.root.c_str());
    return 77;
  }
  Workshop workshop(options.root);
  const Result<std::unique_ptr<FileTree>> tree = open_disk_tree(options.root);
  if (!workshop.ready() || !tree) return 77;
  const AccountFacts accounts = collect_accounts(**tree);
  Comparison comparison(options, sshd, build, workshop, accounts);
  for (std::uint64_t i = 0; i < options.cases; ++i) comparison.run(options.seed * 1'000'000 + i);
  const Tally& tally = comparison.tally();
  std::printf("sshd %d.%d: %llu cases, %llu accepted, %llu crashes of sshd, %llu different\n",
              build.version.major, build.version.minor, static_cast<unsigned long long>(tally.cases),
              static_cast<unsigned long long>(tally.accepted), static_cast<unsigned long long>(tally.crashed),
              static_cast<unsigned long long>(tally.different));
  return tally.different == 0 ? 0 : 1;
}

// With the sshd of a lab host, whose root is reached through its first process: devices and /run are there.
int run_on_lab_host(Options options) {
  if (::geteuid() != 0) {
    std::puts("SKIPPED: real hosts need root");
    return 77;
  }
  const auto tree = lab::base_tree(options.suite);
  auto host = tree ? lab::LabHost::create(*tree) : Result<lab::LabHost>(tl::unexpected(tree.error()));
  if (!host) {
    std::printf("%s: %s\n", host.error().what.c_str(), host.error().why.c_str());
    return 1;
  }
  options.root = fmt::format("/proc/{}/root", host->init());
  ::mkdir((options.root + "/run/sshd").c_str(), 0755);
  return run(options);
}

}  // namespace
}  // namespace reentry::differential

int main(int argc, char** argv) {
  reentry::differential::Options options;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string name = argv[i];
    if (name == "--cases") options.cases = std::strtoull(argv[i + 1], nullptr, 10);
    if (name == "--seed") options.seed = std::strtoull(argv[i + 1], nullptr, 10);
    if (name == "--sshd") options.sshd = argv[i + 1];
    if (name == "--root") options.root = argv[i + 1];
    if (name == "--suite") options.suite = argv[i + 1];
    if (name == "--show") options.show = std::atoi(argv[i + 1]);
  }
  return options.suite.empty() ? reentry::differential::run(options)
                               : reentry::differential::run_on_lab_host(options);
}
