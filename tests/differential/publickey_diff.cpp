// The gate auth/publickey against the real sshd: one host, one login for each state of its key files.
// Usage: publickey_diff [--suite NAME] [--only PART_OF_A_NAME] [--verbose]
#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <ctime>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

#include "collect/accounts.hpp"
#include "collect/key_files.hpp"
#include "collect/sshd_config.hpp"
#include "differential/publickey_cases.hpp"
#include "facts/public_key.hpp"
#include "host/file_tree.hpp"
#include "lab/base_tree.hpp"
#include "lab/host.hpp"
#include "login/gates.hpp"

namespace reentry::differential {
namespace {

struct Options {
  std::string suite = "bookworm";
  std::string only;
  bool verbose = false;
};

struct Tally {
  int cases = 0, wrong = 0, unknown = 0, accepted = 0;
};

SshBuild build_of(const std::string& suite) {
  SshBuild build;
  build.vendor = Vendor::debian;
  build.version_known = true;
  build.private_group_write = true;
  if (suite == "bullseye") build.version = {8, 4, 1};
  if (suite == "bookworm") build.version = {9, 2, 1};
  if (suite == "trixie") build.version = {10, 0, 1};
  return build;
}

std::string read_whole(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

Result<Facts> facts_of(const lab::LabHost& host, const std::string& suite, const std::string& user) {
  TRY(const auto tree, open_disk_tree(host.root()));
  Facts facts;
  facts.now = std::time(nullptr);
  facts.ssh = build_of(suite);
  facts.accounts = collect_accounts(*tree);
  facts.config = collect_sshd_config(*tree, facts.arguments, facts.ssh);
  facts.pam.utc_offset = std::int64_t{0};
  collect_key_files(*tree, facts, {user});
  return facts;
}

Gate predict(const Facts& facts, const KeyCase& one, const PublicKey& key) {
  LoginQuestion question;
  question.user = one.user;
  question.kind = CredentialKind::key;
  question.key = key;
  question.from = std::string(lab::kClientAddress);
  const EffectiveConfig startup = effective_config(facts.config, facts.ssh, MatchContext{});
  MatchContext context;
  context.connection = true;
  context.user = one.user;
  context.address = question.from;
  const EffectiveConfig connection = effective_config(facts.config, facts.ssh, context);
  return publickey_gate({facts, question, startup, connection}, key);
}

// Files under /mnt of the host are not on its disk: what sshd reads there is copied to the same place.
constexpr std::string_view kFresh =
    "cd /; [ -d /root/alice.orig ] || cp -a /home/alice /root/alice.orig; rm -rf /home/alice /srv/open; cp "
    "-a /root/alice.orig /home/alice; ";

// From 9.8 on sshd stops talking to an address that fails too often, which is another gate's matter.
std::string drop_in(const std::string& suite, const std::string& config) {
  return suite == "trixie" ? config + "\nPerSourcePenalties no" : config;
}

// False where this release's sshd does not know an option of the case.
Result<bool> prepare(lab::LabHost& host, const std::string& suite, const KeyCase& one, std::string& config) {
  TRY(const lab::Ran ran, host.run(std::string(kFresh) + one.script));
  if (ran.status != 0) return fail(ErrorKind::internal, one.name, ran.err);
  if (one.config == config) return true;
  config = one.config;
  host.stop_sshd();
  TRY_VOID(host.run("printf '%s\\n' '" + drop_in(suite, config) + "' > /etc/ssh/sshd_config.d/10-case.conf"));
  TRY(const lab::ServiceState service, host.start_sshd());
  if (service.running) return true;
  config = "no such text";
  if (service.said.find("Bad configuration option") != std::string::npos) return false;
  return fail(ErrorKind::internal, one.name, service.said);
}

void show(const KeyCase& one, const Gate& gate, const lab::LoginAnswer& answer, const std::string& log) {
  fmt::print(stdout, "---- {}: predicted {} ({}), real {}\n", one.name, name_of(gate.result), gate.detail.en,
             answer.accepted ? "accepted" : "refused");
  for (const Obstacle& obstacle : gate.obstacles) {
    fmt::print(stdout, "    {} at {}:{} {}\n", id_of(obstacle.cause), obstacle.at.path, obstacle.at.line,
               obstacle.at.text.substr(0, 80));
  }
  for (const Missing& missing : gate.unknown)
    fmt::print(stdout, "    ? {} {}\n", missing.where, missing.detail);
  fmt::print(stdout, "  client: {}\n  log: {}\n", answer.said,
             log.size() > 600 ? log.substr(log.size() - 600) : log);
  std::fflush(stdout);
}

Result<void> judge(lab::LabHost& host, const lab::BaseTree& base, const Options& options, const KeyCase& one,
                   std::string& config, Tally& tally) {
  TRY(const bool known, prepare(host, options.suite, one, config));
  if (!known) return {};
  const std::string file =
      one.certificate.empty() ? base.keys + "/" + one.key + ".pub" : host.exchange() + "/" + one.certificate;
  std::string why;
  const std::optional<PublicKey> key = key_from_any_file(read_whole(file), why);
  if (!key) return fail(ErrorKind::internal, file, why);
  TRY(const Facts facts, facts_of(host, options.suite, one.user));
  const Gate gate = predict(facts, one, *key);
  lab::LoginRequest request;
  request.user = one.user;
  request.key = one.key;
  request.certificate = one.certificate;
  TRY(const lab::LoginAnswer answer, host.login(request));
  // A forced command may say nothing: what counts here is that sshd let the key in.
  const bool accepted = answer.accepted || (answer.said.find("Permission denied") == std::string::npos &&
                                            answer.said.find("onnection closed") == std::string::npos);
  ++tally.cases;
  if (accepted) ++tally.accepted;
  if (gate.result == GateResult::unknown) ++tally.unknown;
  const bool wrong = gate.result == GateResult::unknown || (gate.result == GateResult::pass) != accepted ||
                     (gate.result == GateResult::refuse && gate.obstacles.empty());
  if (wrong) ++tally.wrong;
  if (wrong || options.verbose) show(one, gate, answer, host.server_log());
  return {};
}

int run(const Options& options) {
  if (::geteuid() != 0) {
    std::puts("SKIPPED: real hosts need root");
    return 77;
  }
  const auto base = lab::base_tree(options.suite);
  if (!base) {
    fmt::print(stdout, "the lab failed: {}: {}\n", base.error().what, base.error().why);
    return 1;
  }
  auto host = lab::LabHost::create(*base);
  if (!host) {
    fmt::print(stdout, "the lab failed: {}: {}\n", host.error().what, host.error().why);
    return 1;
  }
  Tally tally;
  int failed = 0;
  std::string config = "no such text";
  for (const KeyCase& one : key_cases()) {
    if (one.name.find(options.only) == std::string::npos) continue;
    const auto judged = judge(*host, *base, options, one, config, tally);
    if (judged) continue;
    ++failed;
    fmt::print(stdout, "---- {}: the lab failed: {}: {}\n", one.name, judged.error().what,
               judged.error().why);
  }
  fmt::print(stdout, "{}: {} cases: {} wrong, {} unknown, {} accepted, {} not judged\n", options.suite,
             tally.cases, tally.wrong, tally.unknown, tally.accepted, failed);
  return tally.wrong == 0 && failed == 0 ? 0 : 1;
}

}  // namespace
}  // namespace reentry::differential

int main(int argc, char** argv) {
  reentry::differential::Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string_view name = argv[i];
    if (name == "--verbose") options.verbose = true;
    if (name == "--suite" && i + 1 < argc) options.suite = argv[++i];
    if (name == "--only" && i + 1 < argc) options.only = argv[++i];
  }
  return reentry::differential::run(options);
}
