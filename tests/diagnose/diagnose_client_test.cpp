// The real ssh and `diagnose` from the same place, with a fault on the client's side or on the way: the
// verdict, the first gate that refuses, the cause, the exit status, and what neither may touch.
#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string_view>

#include "case.hpp"
#include "lab/base_tree.hpp"
#include "lab/crew.hpp"
#include "lab/host.hpp"
#include "lab/posix.hpp"
#include "peers.hpp"

namespace reentry::testing {
namespace {

constexpr unsigned kJobs = 16;

// What every case finds: a home of its own, and this machine's files of names and accounts replaced within
// its mount namespace.
constexpr std::string_view kBefore = R"sh(
set -eu
export H="$PWD/home" HOME="$PWD/home" LC_ALL=C
unset SSH_AUTH_SOCK SSH_ASKPASS DISPLAY
mkdir -p "$H/.ssh"; chmod 700 "$H/.ssh"
printf 'root:x:0:0:root:%s:/bin/bash\nmallory:x:1234:1234::/nonexistent:/bin/sh\n' "$H" >passwd
printf '127.0.0.1 localhost\n' >hosts
printf 'nameserver 127.0.0.1\noptions timeout:1 attempts:1\n' >resolv.conf
printf 'passwd: files\ngroup: files\nhosts: files dns\n' >nsswitch.conf
: >ssh_config
for f in passwd hosts resolv.conf nsswitch.conf; do mount --bind $f /etc/$f; done
mount --bind ssh_config /etc/ssh/ssh_config
for k in ed25519 stranger; do cp "$K/$k" "$K/$k.pub" .; chmod 600 $k; done
mv ed25519 key; rm ed25519.pub stranger.pub
cp "$COMMON/known_hosts" "$H/.ssh/known_hosts"
)sh";

constexpr std::string_view kBoth = R"sh(
before=$(sha256sum "$H/.ssh/known_hosts" | cut -c1-64)
ask() { set +e; timeout 12 ssh -v -o ConnectTimeout=4 WORDS true >ssh.out 2>ssh.err </dev/null; echo $? >ssh.rc; }
tell() { set +e; timeout 40 "$REENTRY" diagnose --json --timeout 4 WORDS >report.json 2>said </dev/null
  echo $? >status; }
)sh";

constexpr std::string_view kAfter = R"sh(
[ "$before" = "$(sha256sum "$H/.ssh/known_hosts" | cut -c1-64)" ] || echo touched >touched
[ -z "${SSH_AGENT_PID:-}" ] || kill $SSH_AGENT_PID
)sh";

std::string with_words(std::string_view script, const std::string& words) {
  std::string out(script);
  constexpr std::string_view kMark = "WORDS";
  for (std::size_t at = out.find(kMark); at != std::string::npos; at = out.find(kMark, at + words.size()))
    out.replace(at, kMark.size(), words);
  return out;
}

std::string script_of(const ClientCase& one) {
  // known_hosts may be judged only where ssh itself does not write it first.
  const std::string_view order = one.ssh == "-" ? "tell\n"
                                 : one.slow
                                     ? "ask & tell; wait\n"
                                     : "tell\nkept=$(sha256sum \"$H/.ssh/known_hosts\" | cut -c1-64)\n"
                                       "[ \"$before\" = \"$kept\" ] || echo touched >touched\n"
                                       "ask\nbefore=$(sha256sum \"$H/.ssh/known_hosts\" | cut -c1-64)\n";
  return std::string(kBefore) + one.prepare + with_words(kBoth, one.words) + std::string(order) +
         std::string(kAfter);
}

struct Seen {
  std::string verdict;
  std::string gate;
  std::vector<std::string> causes;
  std::string detail;
};

std::string seen_in(const std::string& text, Seen& out) {
  const auto report = nlohmann::json::parse(text, nullptr, false);
  if (!report.is_object()) return "no report";
  out.verdict = report.at("verdict").get<std::string>();
  for (const auto& login : report.at("logins")) {
    for (const auto& gate : login.at("gates")) {
      if (gate.at("result") != "refuse" || !out.gate.empty()) continue;
      out.gate = gate.at("gate").get<std::string>();
      out.detail = gate.at("detail").get<std::string>();
    }
  }
  for (const auto& finding : report.at("findings")) out.causes.push_back(finding.at("cause"));
  return {};
}

class Bed {
 public:
  // The reason why there is none.
  std::string make() {
    auto tree = lab::base_tree();
    if (!tree) return tree.error().why;
    keys_ = tree->keys;
    auto host = lab::LabHost::create(*tree, {}, lab::Bed::live);
    if (!host) return host.error().why;
    host_.emplace(std::move(*host));
    folder_ = fmt::format("/tmp/reentry-diagnose-{}", ::getpid());
    if (!lab::make_folders(folder_ + "/common")) return folder_;
    const int net = ::open(fmt::format("/proc/{}/ns/net", host_->keeper()).c_str(), O_RDONLY | O_CLOEXEC);
    const bool entered = net >= 0 && ::setns(net, CLONE_NEWNET) == 0;
    if (net >= 0) ::close(net);
    if (!entered) return "the clients' network can't be entered";
    for (const std::string& reason :
         {start_name_server(), start_bad_servers(), addresses(), serve(), network()})
      if (!reason.empty()) return reason;
    return {};
  }
  ~Bed() {
    std::error_code ignored;
    if (!folder_.empty() && std::getenv("REENTRY_KEEP") == nullptr)
      std::filesystem::remove_all(folder_, ignored);
  }

  // Empty: as it must be.
  std::string judge(const ClientCase& one) {
    const std::string folder = folder_ + "/" + one.name;
    if (!lab::make_folders(folder)) return folder;
    const std::size_t before = one.slow ? 0 : logins();
    const auto ran = shell(folder, script_of(one));
    if (!ran) return ran.error().why;
    const auto file = [&folder](const char* name) {
      return lab::read_whole(folder + "/" + name).value_or("");
    };
    const std::string text = file("report.json");
    Seen seen;
    if (const std::string why = seen_in(text, seen); !why.empty())
      return fmt::format("{}: status {} {} {}", why, file("status"), file("said"), ran->err);
    std::string out = judge_ssh(one, file("ssh.rc"), file("ssh.err")) + judge_report(one, seen, text);
    const int status = std::atoi(file("status").c_str());
    const int wanted = one.verdict == "blocked" ? 1 : one.verdict == "unknown" ? 3 : 0;
    if (status != wanted) out += fmt::format("exit status {}; ", status);
    const std::string said = file("said");
    if (std::count(said.begin(), said.end(), '\n') > 1) out += "says more than a line: " + said + "; ";
    if (!file("touched").empty()) out += "known_hosts was touched; ";
    // One of ours, and one of ssh's; a way through jump hosts has one more for each.
    if (!one.slow && logins() - before > (one.name.starts_with("jump") ? 6U : 2U))
      out += fmt::format("{} connections reached authentication; ", logins() - before);
    if (!out.empty()) {
      out += fmt::format("\n     {} at {} ({}):", seen.verdict, seen.gate, seen.detail);
      for (std::size_t i = 0; i < std::min<std::size_t>(seen.causes.size(), 6); ++i)
        out += " " + seen.causes[i];
    }
    return out;
  }

 private:
  Result<lab::Ran> shell(const std::string& folder, const std::string& script) {
    if (!lab::write_whole(folder + "/case.sh", script, 0600))
      return fail(ErrorKind::internal, folder, "write");
    lab::Program program;
    program.argv = {"unshare", "-m", "sh", "-c", "cd \"$1\" && exec bash case.sh", "sh", folder};
    program.environment = {{"K", keys_},
                           {"S", std::string(lab::kServerAddress)},
                           {"COMMON", folder_ + "/common"},
                           {"INIT", std::to_string(host_->init())},
                           {"REENTRY", REENTRY_PROGRAM}};
    program.limit = std::chrono::seconds(60);
    return lab::run_program(program);
  }

  // Without what -v adds.
  static std::string plain(const std::string& said) {
    std::string out;
    for (std::size_t at = 0; at < said.size();) {
      const std::size_t end = std::min(said.find('\n', at), said.size() - 1);
      const std::string line = said.substr(at, end - at);
      if (!line.starts_with("debug") && !line.starts_with("OpenSSH_")) out += line + "; ";
      at = end + 1;
    }
    return out;
  }

  static std::string judge_ssh(const ClientCase& one, const std::string& status, const std::string& said) {
    if (one.ssh == "-") return {};
    if (one.ssh.empty())
      return status == "0\n" ? std::string() : "ssh itself does not get in: " + plain(said);
    if (status == "0\n") return "ssh itself gets in; ";
    if (said.find(one.ssh) != std::string::npos) return {};
    return fmt::format("ssh does not say `{}`: {}", one.ssh, plain(said));
  }

  static std::string judge_report(const ClientCase& one, const Seen& seen, const std::string& text) {
    std::string out;
    if (seen.verdict != one.verdict) out += fmt::format("verdict {} wanted; ", one.verdict);
    if (seen.gate != one.gate) out += fmt::format("gate `{}` wanted; ", one.gate);
    const bool among = one.cause.starts_with('~');
    const auto found = std::find(seen.causes.begin(), seen.causes.end(), one.cause.substr(among ? 1 : 0));
    const bool right = among ? found != seen.causes.end()
                             : one.cause.empty() == seen.causes.empty() &&
                                   (one.cause.empty() || found == seen.causes.begin());
    if (!right) out += fmt::format("`{}` wanted; ", one.cause);
    if (text.find(one.word) == std::string::npos) out += fmt::format("`{}` is not in the report; ", one.word);
    return out;
  }

  // Connections that spoke of a user, of every sshd of the host.
  [[nodiscard]] std::size_t logins() const {
    const std::string log = lab::read_whole(host_->root() + "/tmp/sshd.log").value_or("");
    std::size_t count = 0;
    constexpr std::string_view kMark = " method none [preauth]";
    for (std::size_t at = log.find(kMark); at != std::string::npos; at = log.find(kMark, at + 1)) ++count;
    return count;
  }

  std::string addresses() {
    const auto ran = shell(folder_ + "/common", R"sh(
set -eu
there="nsenter --net=/proc/$INIT/ns/net"
$there sysctl -qw net.ipv4.icmp_ratelimit=0
for i in 21 22 23 24 25 26 27 28 29 30 31; do $there ip addr add 10.99.0.$i/32 dev eth0; done
$there ip addr add fd00:99::1/64 dev eth0 nodad
ip addr add fd00:99::fe/64 dev lab0 nodad
)sh");
    if (!ran) return ran.error().why;
    return ran->status == 0 ? std::string() : "the addresses: " + ran->err;
  }

  // sshd at 22 as a sound host has it, and at other ports as the cases want it.
  std::string serve() {
    const auto ran = host_->run(R"sh(
mkdir -p /run/sshd /tmp/h
ssh-keygen -q -t ed25519 -N '' -f /tmp/h/ed25519
ssh-keygen -q -t rsa -b 2048 -N '' -f /tmp/h/rsa
serve() {
  cat >/tmp/c$1; sed -i '1i Port '$1 /tmp/c$1
  cat >>/tmp/c$1 <<'END'
PidFile none
UsePAM no
UseDNS no
LogLevel DEBUG1
MaxStartups 200
Subsystem sftp internal-sftp
PasswordAuthentication no
KbdInteractiveAuthentication no
HostKey /tmp/h/ed25519
HostKey /tmp/h/rsa
END
  /usr/sbin/sshd -f /tmp/c$1 -E /tmp/sshd.log
}
printf 'ListenAddress 10.99.0.1\nListenAddress 10.99.0.31\nListenAddress 127.0.0.1\nListenAddress ::\n' | serve 22
printf 'ListenAddress 10.99.0.30\n' | serve 2222
printf 'AllowTcpForwarding no\n' | serve 2511
printf 'KexAlgorithms diffie-hellman-group1-sha1\n' | serve 2512
printf 'Ciphers aes128-cbc\n' | serve 2513
printf 'MACs hmac-md5\nCiphers aes128-ctr\n' | serve 2514
printf 'HostKeyAlgorithms ssh-rsa\n' | serve 2515
printf '\n' | serve 2516
printf 'PubkeyAcceptedAlgorithms rsa-sha2-512\n' | serve 2518
for i in 1 2 3 4 5 6 7 8 9 10; do
  grep -q 'listening on .* port 2518' /tmp/sshd.log && break; sleep 0.1; done
)sh");
    if (!ran) return ran.error().why;
    if (ran->status != 0) return ran->out + ran->err;
    const auto loans = lab::program_with_libraries("/usr/sbin/dropbear");
    if (!loans) return "dropbear-bin is not installed";
    if (!host_->lend(*loans)) return "dropbear can't be lent";
    const auto made = host_->run("mkdir -p /etc/dropbear");
    const auto dropbear = host_->run_lent({"-R", "-E", "-p", "2530", "-P", "/tmp/dropbear.pid"});
    return made && dropbear && dropbear->status == 0 ? std::string() : "dropbear did not start";
  }

  // Addresses and rules of both ends, and what the clients know of the server.
  std::string network() {
    const auto ran = shell(folder_ + "/common", R"sh(
set -eu
there="nsenter --net=/proc/$INIT/ns/net"
$there nft -f - <<'END'
table inet faults {
  chain in {
    type filter hook input priority 0
    ip daddr 10.99.0.21 tcp dport 22 reject with icmp type port-unreachable
    ip daddr 10.99.0.22 tcp dport 22 reject with icmp type host-unreachable
    ip daddr 10.99.0.23 tcp dport 22 reject with icmp type net-unreachable
    ip daddr 10.99.0.24 tcp dport 22 reject with icmp type admin-prohibited
    ip daddr 10.99.0.25 tcp dport 22 reject with icmp type host-prohibited
    ip daddr 10.99.0.26 tcp dport 22 reject with tcp reset
    ip daddr 10.99.0.27 tcp dport 22 drop
    ip daddr 10.99.0.28 drop
    ip daddr 10.99.0.29 reject with icmp type admin-prohibited
    ip daddr 10.99.0.31 ip saddr 198.51.100.7 tcp dport 22 drop
    ip6 daddr fd00:99::dead drop
  }
  chain out {
    type filter hook output priority 0
    tcp sport 2516 meta length > 700 drop
  }
}
END
nft -f - <<'END'
table inet faults {
  chain out {
    type filter hook output priority 0
    ip daddr 10.99.0.41 reject
    ip daddr 10.99.0.42 drop
    ip daddr 10.99.0.46 reject with icmp type admin-prohibited
  }
}
END
ip route add prohibit 10.99.0.43
ip route add blackhole 10.99.0.44
ip route add unreachable 10.99.0.45
host=$(cut -d' ' -f1,2 "/proc/$INIT/root/tmp/h/ed25519.pub")
rsa=$(cut -d' ' -f1,2 "/proc/$INIT/root/tmp/h/rsa.pub")
for n in $S '10.99.0.*' 127.0.0.1 '*.test' fd00:99::1; do echo "$n $host"; done >known_hosts
for p in 2511 2518 2516; do echo "[$S]:$p $host"; done >>known_hosts
cp /proc/$INIT/root/tmp/h/*.pub .
)sh");
    if (!ran) return ran.error().why;
    return ran->status == 0 ? std::string() : "the network: " + ran->err;
  }

  std::optional<lab::LabHost> host_;
  std::string keys_;
  std::string folder_;
};

std::vector<ClientCase> every_case(const std::vector<std::string>& wanted) {
  std::vector<ClientCase> all;
  for (auto cases : {client_cases, name_cases, network_cases, server_cases, jump_cases}) {
    for (ClientCase& one : cases()) {
      const bool named = wanted.empty() || std::find(wanted.begin(), wanted.end(), one.name) != wanted.end();
      if (named) all.push_back(std::move(one));
    }
  }
  // Those that wait are begun first.
  std::stable_partition(all.begin(), all.end(), [](const ClientCase& one) { return one.slow; });
  return all;
}

int run(const std::vector<std::string>& wanted) {
  if (::geteuid() != 0) {
    std::puts("SKIPPED: real hosts need root");
    return 77;
  }
  Bed bed;
  if (const std::string reason = bed.make(); !reason.empty()) {
    fmt::print(stdout, "no bed: {}\n", reason);
    return 1;
  }
  const std::vector<ClientCase> all = every_case(wanted);
  const auto waiting = static_cast<std::size_t>(
      std::count_if(all.begin(), all.end(), [](const ClientCase& one) { return one.slow; }));
  std::size_t passed = 0;
  const auto told = [&](std::size_t i, const std::string& why_not) {
    if (why_not.empty()) ++passed;
    if (!why_not.empty()) fmt::print(stdout, "FAIL {}: {}\n", all[i].name, why_not);
    std::fflush(stdout);
  };
  const std::size_t judged = lab::share_out(
      waiting, kJobs, [&](std::size_t i) { return bed.judge(all[i]); }, told);
  if (judged < waiting) fmt::print(stdout, "FAIL {} cases have no answer\n", waiting - judged);
  for (std::size_t i = waiting; i < all.size(); ++i) told(i, bed.judge(all[i]));
  fmt::print(stdout, "diagnose: {} passed, {} failed\n", passed, all.size() - passed);
  return passed == all.size() && passed > 0 ? 0 : 1;
}

}  // namespace
}  // namespace reentry::testing

int main(int argc, char** argv) {
  return reentry::testing::run({argv + 1, argv + argc});
}
