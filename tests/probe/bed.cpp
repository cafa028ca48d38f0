#include "bed.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <netinet/in.h>
#include <sched.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

#include "facts/key_algorithms.hpp"
#include "facts/public_key.hpp"

namespace reentry::testing {
namespace {

std::string bytes_of_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

}  // namespace

ProbeBed::ProbeBed(const std::string& suite) : suite_(suite) {
  const auto tree = lab::base_tree(suite);
  if (!tree) {
    reason_ = tree.error().why;
    return;
  }
  keys_ = tree->keys;
  auto host = lab::LabHost::create(*tree);
  if (!host) {
    reason_ = host.error().why;
    return;
  }
  host_ = std::move(*host);
  // Making them takes long on a busy machine.
  const auto made = host_->run(
      "mkdir -p /run/sshd /tmp/keys && cd /tmp/keys && for t in ed25519 'rsa -b 2048' 'ecdsa -b 256' 'ecdsa "
      "-b 384' "
      "'ecdsa -b 521' dsa; do n=$(echo $t | tr -d ' '); ssh-keygen -q -N '' -t $t -f ${n%-b2048} || [ $t = "
      "dsa ] || "
      "exit 1; done 2>/dev/null",
      std::chrono::minutes(2));
  const int net = ::open(fmt::format("/proc/{}/ns/net", host_->init()).c_str(), O_RDONLY | O_CLOEXEC);
  if (!made || made->status != 0) reason_ = "ssh-keygen failed in the lab's host";
  if (net < 0 || ::setns(net, CLONE_NEWNET) != 0) reason_ = "the host's network can't be entered";
  if (net >= 0) ::close(net);
}

bool ProbeBed::serve(int port, const std::string& lines) {
  const std::string config = fmt::format(
      "cat >/tmp/c{0} <<'END'\n{1}\nPort {0}\nPidFile none\n{2}\nUsePAM no\nUseDNS no\n"
      "Subsystem sftp internal-sftp\n"
      "HostKey /tmp/keys/ed25519\nHostKey /tmp/keys/rsa\nHostKey /tmp/keys/ecdsa-b256\n"
      "HostKey /tmp/keys/ecdsa-b384\nHostKey /tmp/keys/ecdsa-b521\n"
      "END\n/usr/sbin/sshd -f /tmp/c{0} -E /tmp/log{0} 2>&1 && for i in 1 2 3 4 5 6 7 8 9; do "
      "grep -q 'Server listening' /tmp/log{0} && exit 0; sleep 0.05; done; cat /tmp/log{0}; exit 1",
      // The last MaxStartups counts, not the first.
      port, lines, lines.find("MaxStartups") == std::string::npos ? "MaxStartups 200" : "");
  const auto ran = host_->run(config);
  if (ran && ran->status == 0) return true;
  reason_ = ran ? ran->out + ran->err : ran.error().why;
  return false;
}

std::string ProbeBed::client(const std::vector<std::string>& arguments) const {
  lab::Program program;
  program.argv = arguments;
  const auto ran = lab::run_program(program);
  return ran ? ran->out + ran->err : ran.error().why;
}

std::string ProbeBed::log(int port) const {
  return bytes_of_file(fmt::format("{}/tmp/log{}", host_->root(), port));
}

std::string ProbeBed::private_file(const std::string& name) const {
  return bytes_of_file(keys_ + "/" + name);
}

probe::KeyToAsk ProbeBed::key(const std::string& name) const {
  std::string why;
  const auto key = key_from_any_file(bytes_of_file(keys_ + "/" + name + ".pub"), why);
  if (!key) return {};
  return {key->blob, client_algorithms(*key)};
}

ProbeBed& bookworm() {
  static ProbeBed bed("bookworm");
  return bed;
}

probe::ProbeJob job_for(int port, const probe::ProbePlan& plan, int segment) {
  probe::ProbeJob job;
  job.plan = std::make_shared<probe::ProbePlan>(plan);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  ::inet_pton(AF_INET, std::string(lab::kServerAddress).c_str(), &address.sin_addr);
  std::copy_n(reinterpret_cast<const char*>(&address), sizeof address, reinterpret_cast<char*>(&job.address));
  job.address_size = sizeof address;
  job.segment = segment;
  return job;
}

ProbeReply probe_port(int port, const probe::ProbePlan& plan, int segment) {
  auto reply = probe::run_probe(job_for(port, plan, segment));
  return reply ? *reply : ProbeReply{};
}

std::string described(const ProbeReply& reply) {
  std::string keys;
  for (const KeyReply& key : reply.auth.keys)
    keys += fmt::format(" {}/{}:{}", static_cast<int>(key.answer), static_cast<int>(key.why), key.algorithm);
  return fmt::format(
      "stage {} end {} errno {} fault '{}' disconnect '{}' banner '{}' kex {}/{}/{}/{} host key {} methods "
      "{} keys{} "
      "login {} at {} us, {} round trips",
      static_cast<int>(reply.stage), static_cast<int>(reply.end), reply.connect_error, reply.fault,
      reply.disconnect ? reply.disconnect->text : "", reply.banner.identification.value_or("-"),
      reply.kex.ours.kex, reply.kex.ours.host_key, reply.kex.ours.cipher_out, reply.kex.ours.mac_out,
      static_cast<int>(reply.host_key.proof), fmt::join(reply.auth.methods, ","), keys,
      static_cast<int>(reply.auth.login), reply.ended.microseconds, reply.ended.round_trips);
}

}  // namespace reentry::testing
