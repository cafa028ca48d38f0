#include "cli/leg.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <ctime>
#include <utility>

#include "facts/agent_reply.hpp"
#include "host/agent_socket.hpp"
#include "host/proxy_process.hpp"
#include "login/walk_keys.hpp"
#include "probe/dns.hpp"
#include "probe/file_signer.hpp"
#include "probe/probe_loop.hpp"
#include "probe/reach.hpp"

namespace reentry::cli {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kDnsTime{2000};
constexpr milliseconds kSigningTime{20'000};  // somebody may have to confirm it
constexpr std::int64_t kWholeSegmentTime = 5'000'000;
constexpr std::size_t kMostKeys = 20;
// Ports that sshd is moved to, and those that show that a host is there at all.
const std::vector<int> kOtherPorts = {22, 2222, 22222, 10022, 443, 80};

class Stopwatch {
 public:
  [[nodiscard]] std::int64_t microseconds() const {
    return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - began_)
        .count();
  }

 private:
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
};

void say_so(const LegPlan& plan, std::string_view stage, std::int64_t microseconds) {
  if (plan.progress) plan.progress(stage, microseconds);
}

// The settings that only the environment has.
ClientEnvironment environment_of_process() {
  const char* socket = std::getenv("SSH_AUTH_SOCK");  // NOLINT(concurrency-mt-unsafe): one thread
  return {socket == nullptr ? std::string() : std::string(socket)};
}

KexInit offer_of(const SshClientSettings& settings) {
  KexInit out;
  out.kex = settings.kex_algorithms();
  out.host_key = settings.host_key_algorithms();
  out.cipher_out = out.cipher_in = settings.ciphers();
  out.mac_out = out.mac_in = settings.macs();
  out.compression_out = out.compression_in = {"none", "zlib@openssh.com"};
  return out;
}

std::uint32_t agent_flags(std::string_view algorithm) {
  if (algorithm.starts_with("rsa-sha2-512")) return kAgentRsaSha512;
  return algorithm.starts_with("rsa-sha2-256") ? kAgentRsaSha256 : 0;
}

// Signs with the agent or the file that the key is from.
class Signer {
 public:
  Signer(FileTree& tree, const WalkFacts& facts) : tree_(tree), facts_(facts) {}

  [[nodiscard]] std::optional<std::string> sign(std::size_t key, std::string_view algorithm,
                                                std::string_view message) const {
    const AskedKey& asked = facts_.asked.at(key);
    if (!asked.can_sign) return std::nullopt;
    if (asked.in_agent) {
      const Known<std::string> answer =
          ask_agent(facts_.client.agent.socket,
                    agent_sign_request(asked.key.blob, message, agent_flags(algorithm)), kSigningTime);
      if (!answer) return std::nullopt;
      AgentSignature signature = parse_agent_signature(*answer);
      if (signature.answer != AgentAnswer::fine) return std::nullopt;
      return std::move(signature.blob);
    }
    const FileFact file = tree_.read(HostPath(asked.path));
    if (!file.bytes) return std::nullopt;
    return probe::sign_with_file(*file.bytes, algorithm, message);
  }

 private:
  FileTree& tree_;
  const WalkFacts& facts_;
};

KnownHostVerdict verdict_on(const WalkFacts& facts, const std::vector<KnownHosts>& known,
                            const HostKeyReply& reply) {
  const SshClientSettings& settings = *facts.client.settings;
  HostKeyQuestion question;
  const auto alias = settings.host_key_alias();
  question.host = alias.value_or(settings.host_name());
  question.alias = alias.has_value();
  question.port = settings.port();
  KeyProblem problem{};
  if (auto key = key_from_blob(reply.blob, problem)) question.key = std::move(*key);
  return judge_host_key(question, known);
}

// Those of the client's host key algorithms that known_hosts has for the name come first, as ssh asks.
std::vector<std::string> host_key_order(const SshClientSettings& settings,
                                        const std::vector<KnownHosts>& known) {
  std::vector<std::string> names = settings.host_key_algorithms();
  const std::string host = settings.host_key_alias().value_or(settings.host_name());
  const std::vector<std::string> types =
      known_key_types(settings.host_key_alias() ? host : known_hosts_name(host, settings.port()), known);
  std::stable_partition(names.begin(), names.end(), [&types](const std::string& name) {
    const std::string type = name.starts_with("rsa-sha2-") ? "ssh-rsa" : name;
    return std::find(types.begin(), types.end(), type) != types.end();
  });
  return names;
}

std::string bracketed(const std::string& host) {
  return host.find(':') == std::string::npos ? host : "[" + host + "]";
}

// What ssh would run to speak through a jump host: itself, on the last of them (ssh.c:main, ProxyJump).
std::vector<std::string> jump_command(const LegPlan& plan, const SshClientSettings& settings,
                                      const std::string& jumps) {
  std::vector<std::string> words{"/usr/bin/ssh", "-o", "BatchMode=yes"};
  for (std::size_t i = 0; i + 1 < plan.options.size(); ++i) {
    if (plan.options[i] == "-F") words.insert(words.end(), {"-F", plan.options[i + 1]});
  }
  const std::size_t comma = jumps.rfind(',');
  const std::string last = comma == std::string::npos ? jumps : jumps.substr(comma + 1);
  if (comma != std::string::npos) words.insert(words.end(), {"-J", jumps.substr(0, comma)});
  const JumpHost jump = jump_host(last);
  if (!jump.port.empty()) words.insert(words.end(), {"-p", jump.port});
  words.insert(words.end(), {"-W", bracketed(settings.host_name()) + ":" + std::to_string(settings.port()),
                             "--", jump.destination});
  return words;
}

std::string with_tokens(const std::string& command, const LegPlan& plan, const SshClientSettings& settings) {
  std::string out;
  for (std::size_t i = 0; i < command.size(); ++i) {
    if (command[i] != '%' || i + 1 == command.size()) {
      out += command[i];
      continue;
    }
    switch (command[++i]) {
      case 'h': out += settings.host_name(); break;
      case 'n': out += plan.destination.substr(plan.destination.rfind('@') + 1); break;
      case 'p': out += std::to_string(settings.port()); break;
      case 'r': out += settings.user(); break;
      default: out += command[i];
    }
  }
  return out;
}

// The same server once more, as far as its offer, by segments as large as ssh's own: where the way loses
// those (an MTU that nobody tells of), the small ones of the first connection pass.
std::optional<probe::ProbeJob> by_whole_segments(int socket, std::int64_t limit) {
  probe::ProbeJob job;
  job.address_size = sizeof job.address;
  job.from_size = sizeof(sockaddr_storage);
  auto* const peer = reinterpret_cast<sockaddr*>(&job.address);
  auto* const own = reinterpret_cast<sockaddr*>(&job.from.emplace());
  if (::getpeername(socket, peer, &job.address_size) != 0) return std::nullopt;
  if (::getsockname(socket, own, &job.from_size) != 0) return std::nullopt;
  if (peer->sa_family != AF_INET && peer->sa_family != AF_INET6) return std::nullopt;
  // The port has the same place in both families.
  reinterpret_cast<sockaddr_in*>(own)->sin_port = 0;
  auto plan = std::make_shared<probe::ProbePlan>();
  plan->goal = probe::ProbeGoal::kex_init;
  const std::int64_t soon = std::min(limit, kWholeSegmentTime);
  plan->limits = {soon, soon, soon, soon, soon};
  job.plan = std::move(plan);
  job.segment = 0;
  return job;
}

// Side by side. What the second saw counts only where it stalled behind a greeting that came.
Result<ProbeReply> run_both(probe::ProbeJob first, std::optional<probe::ProbeJob> second) {
  std::array<std::optional<ProbeReply>, 2> replies;
  std::size_t given = 0;
  const auto next = [&]() -> std::optional<probe::ProbeJob> {
    if (++given == 1) return std::move(first);
    return given == 2 ? std::exchange(second, std::nullopt) : std::nullopt;
  };
  TRY_VOID(probe::run_probes(
      next, [&replies](std::size_t number, ProbeReply reply) { replies.at(number) = std::move(reply); },
      probe::LoopLimits{}));
  if (!replies[0]) return ProbeReply{};
  const bool lost = replies[0]->kex.finished && replies[1] && replies[1]->end == ProbeEnd::timed_out &&
                    replies[1]->stage == ProbeStage::kex;
  if (!lost) return std::move(*replies[0]);
  replies[1]->auth = std::move(replies[0]->auth);
  return std::move(*replies[1]);
}

}  // namespace

JumpHost jump_host(std::string word) {
  if (word.starts_with("ssh://")) word.erase(0, 6);
  JumpHost out;
  const std::size_t open = word.find('[');
  const std::size_t close = word.find(']');
  if (open != std::string::npos && close != std::string::npos && open < close) {
    if (word.substr(close + 1).starts_with(':')) out.port = word.substr(close + 2);
    out.destination = word.substr(0, open) + word.substr(open + 1, close - open - 1);
    return out;
  }
  const std::size_t colon = word.rfind(':');
  if (colon != std::string::npos && word.find(':') == colon) {
    out.port = word.substr(colon + 1);
    word.resize(colon);
  }
  out.destination = std::move(word);
  return out;
}

Walker::Walker(std::unique_ptr<FileTree> tree, std::unique_ptr<RunningSystem> system)
    : tree_(std::move(tree)), system_(std::move(system)), environment_(environment_of_process()) {
  user_ = local_user(*system_);
}

Result<Walker> Walker::start() {
  TRY(std::unique_ptr<FileTree> tree, open_disk_tree("/"));
  return Walker(std::move(tree), this_machine());
}

WalkFacts Walker::walk(const LegPlan& plan) {
  WalkFacts facts;
  facts.now = std::time(nullptr);
  Stopwatch watch;
  facts.client = collect_client(*tree_, *system_, user_, environment_, plan.options, plan.destination);
  facts.client.typed = plan.destination;
  say_so(plan, "client", watch.microseconds());
  if (!facts.client.settings) return facts;
  facts.asked = keys_to_ask(facts.client);
  if (facts.asked.size() > kMostKeys) facts.asked.resize(kMostKeys);
  const SshClientSettings& settings = *facts.client.settings;
  facts.lookup.name = settings.host_name();
  if (settings.proxy_command() || settings.proxy_jump()) {
    go_through(plan, facts);
  } else {
    look_up(plan, facts);
    if (facts.lookup.addresses) connect(plan, facts);
  }
  return facts;
}

void Walker::look_up(const LegPlan& plan, WalkFacts& facts) {
  const Stopwatch watch;
  facts.lookup = collect_name(*tree_, *system_, *facts.client.settings);
  const bool ask_dns = !facts.lookup.literal && facts.lookup.other_family.empty() &&
                       (!facts.lookup.addresses || !facts.lookup.in_hosts_file.empty());
  if (ask_dns) facts.lookup.dns = probe::ask_name_servers(facts.lookup.name, kDnsTime);
  say_so(plan, "dns", watch.microseconds());
}

void Walker::connect(const LegPlan& plan, WalkFacts& facts) {
  const Stopwatch watch;
  const SshClientSettings& settings = *facts.client.settings;
  probe::ReachPlan reach;
  reach.addresses = *facts.lookup.addresses;
  reach.port = settings.port();
  reach.bind = settings.bind_address();
  reach.limit = plan.limit;
  reach.other_ports = kOtherPorts;
  reach.segment = probe::kSmallSegment;
  probe::Reached reached = probe::reach(reach);
  facts.tries = std::move(reached.tries);
  facts.others = std::move(reached.others);
  facts.connections = static_cast<int>(facts.tries.size());
  say_so(plan, "network", watch.microseconds());
  if (reached.socket.valid()) probe(plan, reached.socket.release(), facts);
}

void Walker::go_through(const LegPlan& plan, WalkFacts& facts) {
  const Stopwatch watch;
  const SshClientSettings& settings = *facts.client.settings;
  std::vector<std::string> words;
  if (const auto jumps = settings.proxy_jump()) {
    facts.through = *jumps;
    words = jump_command(plan, settings, *jumps);
  } else {
    facts.through = with_tokens(*settings.proxy_command(), plan, settings);
    words = {"/bin/sh", "-c", "exec " + *facts.through};
  }
  Result<ProxyProcess> proxy = start_proxy(words);
  if (!proxy) {
    facts.proxy_said = proxy.error().why;
    return;
  }
  say_so(plan, "network", watch.microseconds());
  probe(plan, proxy->take_socket(), facts);
  facts.proxy_said = proxy->said();
}

void Walker::probe(const LegPlan& plan, int socket, WalkFacts& facts) {
  const Stopwatch watch;
  const SshClientSettings& settings = *facts.client.settings;
  const std::vector<KnownHosts> known = collect_known_hosts(*tree_, user_, settings);
  const Signer signer(*tree_, facts);
  auto what = std::make_shared<probe::ProbePlan>();
  what->goal = probe::ProbeGoal::session;
  what->users_offer = offer_of(settings);
  what->host_key_algorithms = host_key_order(settings, known);
  what->user = settings.user();
  for (const AskedKey& asked : facts.asked)
    what->keys.push_back({asked.key.blob, allowed_algorithms(asked.key, settings)});
  bool trusted = false;
  const HostKeyChecking checking = settings.strict_host_key_checking();
  const bool takes_unknown = checking == HostKeyChecking::no || checking == HostKeyChecking::accept_new;
  const bool takes_any = checking == HostKeyChecking::no;
  what->may_go_on = [&facts, &known, &trusted, takes_unknown, takes_any](const HostKeyReply& reply) {
    facts.host_key = verdict_on(facts, known, reply);
    const HostKeyStanding standing = facts.host_key->by_name.standing;
    trusted = standing == HostKeyStanding::known || standing == HostKeyStanding::authority ||
              (standing == HostKeyStanding::unknown && takes_unknown) || takes_any;
    return takes_any || (standing != HostKeyStanding::revoked && standing != HostKeyStanding::changed);
  };
  bool held_back = false;
  // Nothing is signed for a host that ssh itself would first ask a person about.
  what->sign = [&](std::size_t key, std::string_view algorithm,
                   std::string_view message) -> std::optional<std::string> {
    held_back = !trusted || !facts.asked.at(key).can_sign;
    if (held_back) return std::nullopt;
    return signer.sign(key, algorithm, message);
  };
  what->session.command = "true";
  what->session.sftp = true;
  const std::int64_t limit = std::chrono::microseconds(plan.limit).count();
  what->limits = {limit, limit, limit, limit, limit};
  probe::ProbeJob job;
  job.plan = what;
  job.socket = socket;
  std::optional<probe::ProbeJob> second = by_whole_segments(socket, limit);
  if (second) ++facts.connections;
  Result<ProbeReply> reply = run_both(std::move(job), std::move(second));
  if (!reply) return;
  facts.reply = std::move(*reply);
  if (held_back) facts.reply->auth.login = LoginAnswer::not_tried;
  facts.authentications = facts.reply->auth.service_accepted ? 1 : 0;
  say_so(plan, "probe", watch.microseconds());
}

}  // namespace reentry::cli
