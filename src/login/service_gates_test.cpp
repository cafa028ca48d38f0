#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "login/gates.hpp"

namespace reentry {
namespace {

PathFact file_at(const std::string& path, std::uint32_t mode, std::uint32_t uid = 0) {
  PathFact fact;
  fact.asked = fact.real = HostPath(path);
  fact.end = PathEnd::found;
  PathNode node;
  node.path = fact.real;
  node.stat = FileStat{FileType::regular, mode, uid, 0, 400, 0};
  fact.visited.push_back(node);
  return fact;
}

HostKeyFact host_key(const std::string& path, std::uint32_t mode, PrivateKeyState state,
                     std::uint32_t uid = 0) {
  HostKeyFact key;
  key.configured = path;
  key.path = file_at(path, mode, uid);
  PrivateKeyFile file;
  file.state = state;
  if (state == PrivateKeyState::ok) {
    file.key = PublicKey{};
    file.key->type = "ssh-ed25519";
  }
  key.key = file;
  return key;
}

struct NoFiles final : ConfigInput {
  explicit NoFiles(std::string text) : text_(std::move(text)) {}
  Known<std::string> read(const HostPath& path) override {
    if (path.str() == "/etc/ssh/sshd_config") return text_;
    return Missing{Why::absent, path.str(), "No such file or directory"};
  }
  Known<std::vector<HostPath>> glob(const HostPath&) override { return std::vector<HostPath>{}; }
  std::string text_;
};

class ServiceGates : public ::testing::Test {
 protected:
  ServiceGates() {
    facts_.ssh.vendor = Vendor::debian;
    facts_.ssh.version_known = true;
    facts_.service.collected = true;
    facts_.service.sshd.path = file_at("/usr/sbin/sshd", 0755);
    facts_.service.sshd.state = ProgramState::fine;
    facts_.service.host_keys = {host_key(kKey, 0600, PrivateKeyState::ok)};
    PasswdEntry sshd;
    sshd.name = "sshd";
    facts_.accounts.passwd = std::vector<PasswdEntry>{sshd};
    facts_.accounts.nss_passwd.services = {"files"};
    facts_.accounts.index();
    configure("");
  }

  void configure(const std::string& text) {
    NoFiles input(text);
    facts_.config = parse_sshd_config(input, facts_.arguments, facts_.ssh);
    startup_ = effective_config(facts_.config, facts_.ssh, {});
  }

  Gate service(std::string_view id) {
    return gate_named(service_gates(facts_, startup_, When::next_start), id);
  }
  Gate banner(std::string_view id, const std::optional<std::string>& from = std::nullopt) {
    LoginQuestion question;
    question.user = "alice";
    question.from = from;
    return gate_named(banner_gates(GateInput{facts_, question, startup_, startup_}), id);
  }

  static Gate gate_named(const std::vector<Gate>& gates, std::string_view id) {
    const auto found =
        std::find_if(gates.begin(), gates.end(), [id](const Gate& gate) { return gate.id == id; });
    EXPECT_NE(found, gates.end()) << id;
    return found == gates.end() ? Gate{} : *found;
  }
  static void expect_refused(const Gate& gate, Cause cause) {
    EXPECT_EQ(gate.result, GateResult::refuse) << gate.id;
    ASSERT_FALSE(gate.obstacles.empty()) << gate.id;
    EXPECT_EQ(gate.obstacles.front().cause, cause) << id_of(gate.obstacles.front().cause);
    EXPECT_FALSE(gate.detail.empty()) << gate.id;
  }

  static constexpr const char* kKey = "/etc/ssh/ssh_host_ed25519_key";
  Facts facts_;
  EffectiveConfig startup_;
};

TEST_F(ServiceGates, AHealthyHostPasses) {
  for (const Gate& gate : service_gates(facts_, startup_, When::next_start))
    EXPECT_EQ(gate.result, GateResult::pass) << gate.id;
  for (const char* id : {"service/listen", "banner/startups", "kex/algorithms"}) {
    EXPECT_EQ(banner(id, "203.0.113.5").result, GateResult::pass) << id;
  }
}

TEST_F(ServiceGates, WhatNobodyLookedAtIsUnknown) {
  facts_.service = ServiceFacts{};
  EXPECT_EQ(service("service/binary").result, GateResult::unknown);
  EXPECT_EQ(service("service/host-keys").result, GateResult::unknown);
}

TEST_F(ServiceGates, TheProgramAndItsLibraries) {
  facts_.service.library_faults.push_back(
      {LibraryProblem::missing, "libcrypto.so.3", {}, {}, "/usr/sbin/sshd", "/usr/sbin/sshd", {}});
  // A second program wants the same library: still one fact.
  facts_.service.library_faults.push_back(
      {LibraryProblem::missing, "libcrypto.so.3", {}, {}, "/usr/lib/openssh/sshd-session", "/x", {}});
  expect_refused(service("service/binary"), Cause::service_library_missing);
  EXPECT_EQ(service("service/binary").obstacles.size(), 1U);
  facts_.service.library_faults.clear();
  facts_.service.sshd.state = ProgramState::not_executable;
  expect_refused(service("service/binary"), Cause::service_sshd_damaged);
  facts_.service.sshd.state = ProgramState::absent;
  expect_refused(service("service/binary"), Cause::service_sshd_missing);
}

TEST_F(ServiceGates, EveryConfigErrorIsSeen) {
  configure("Fooo x\nPort twentytwo\nBar y\n");
  const Gate gate = service("service/config");
  expect_refused(gate, Cause::service_config_syntax);
  ASSERT_EQ(gate.obstacles.size(), 3U);
  EXPECT_EQ(gate.obstacles[1].at.line, 2U);
  EXPECT_EQ(gate.obstacles[1].at.text, "Port twentytwo");
  EXPECT_EQ(gate.obstacles[1].detail("stops"), "yes");
}

TEST_F(ServiceGates, ContradictionsAndNames) {
  configure("AuthorizedKeysCommand /usr/local/bin/keys %u\n");
  expect_refused(service("service/config"), Cause::service_config_contradiction);
  configure("ListenAddress bastion.lab.invalid\n");
  expect_refused(service("service/config"), Cause::service_listen_address);
  configure("ListenAddress bastion.example.com\n");
  EXPECT_EQ(service("service/config").result, GateResult::unknown);
}

TEST_F(ServiceGates, OneUsableHostKeyIsEnough) {
  facts_.service.host_keys.push_back(host_key("/etc/ssh/ssh_host_rsa_key", 0644, PrivateKeyState::ok));
  EXPECT_EQ(service("service/host-keys").result, GateResult::pass);
  facts_.service.host_keys.erase(facts_.service.host_keys.begin());
  expect_refused(service("service/host-keys"), Cause::service_host_keys_too_open);
}

TEST_F(ServiceGates, TheModeCountsForFilesOfRootOnly) {
  facts_.service.host_keys = {host_key(kKey, 0644, PrivateKeyState::ok, 1000)};
  EXPECT_EQ(service("service/host-keys").result, GateResult::pass);
  facts_.service.host_keys = {host_key(kKey, 0600, PrivateKeyState::encrypted)};
  expect_refused(service("service/host-keys"), Cause::service_host_keys_damaged);
}

TEST_F(ServiceGates, OldRedHatAcceptsTheKeyGroup) {
  facts_.ssh.vendor = Vendor::redhat;
  facts_.ssh.version = {8, 0, 1};
  GroupEntry group;
  group.name = "ssh_keys";
  group.gid = 998;
  facts_.accounts.group = std::vector<GroupEntry>{group};
  facts_.accounts.index();
  facts_.service.host_keys = {host_key(kKey, 0640, PrivateKeyState::ok)};
  facts_.service.host_keys[0].path.visited.back().stat.gid = 998;
  EXPECT_EQ(service("service/host-keys").result, GateResult::pass);
  facts_.ssh.vendor = Vendor::debian;
  expect_refused(service("service/host-keys"), Cause::service_host_keys_too_open);
}

TEST_F(ServiceGates, TheDirectoryBelowRunIsMadeAtEachStart) {
  facts_.ssh.privsep_directory = "/run/sshd";
  EXPECT_EQ(service("service/privsep").result, GateResult::pass);
  facts_.ssh.privsep_directory = "/usr/share/empty.sshd";
  facts_.service.privsep_directory.asked = HostPath("/usr/share/empty.sshd");
  expect_refused(service("service/privsep"), Cause::service_privsep_directory);
  facts_.accounts.passwd->front().name = "alice";
  facts_.accounts.index();
  expect_refused(service("service/privsep"), Cause::service_privsep_user_missing);
  facts_.accounts.passwd = std::vector<PasswdEntry>{};
  facts_.accounts.index();
  expect_refused(service("service/privsep"), Cause::system_passwd_unreadable);
}

TEST_F(ServiceGates, WhereSshdListens) {
  configure("AddressFamily inet6\n");
  expect_refused(banner("service/listen", "203.0.113.5"), Cause::service_listen_ipv6_only);
  EXPECT_EQ(banner("service/listen", "2001:db8::5").result, GateResult::pass);
  EXPECT_EQ(banner("service/listen").result, GateResult::pass);
  configure("ListenAddress 127.0.0.1\nListenAddress ::1\n");
  expect_refused(banner("service/listen", "203.0.113.5"), Cause::service_listen_loopback_only);
  expect_refused(banner("service/listen"), Cause::service_listen_loopback_only);
  EXPECT_EQ(banner("service/listen", "127.0.0.1").result, GateResult::pass);
}

TEST_F(ServiceGates, AnAddressMustBeTheHostsOwn) {
  configure("ListenAddress 10.0.0.1\n");
  EXPECT_EQ(banner("service/listen", "203.0.113.5").result, GateResult::unknown);
  facts_.service.names_in_hosts = {"10.0.0.1"};
  EXPECT_EQ(banner("service/listen", "203.0.113.5").result, GateResult::pass);
  configure("ListenAddress 192.0.2.99\nListenAddress 10.0.0.1\n");
  EXPECT_EQ(banner("service/listen", "203.0.113.5").result, GateResult::pass);
  configure("ListenAddress 192.0.2.99\nListenAddress 0.0.0.0\n");
  EXPECT_EQ(banner("service/listen", "203.0.113.5").result, GateResult::pass);
}

TEST_F(ServiceGates, AnotherPortRefusesNobody) {
  configure("Port 2222\n");
  const Gate gate = banner("service/listen", "203.0.113.5");
  EXPECT_EQ(gate.result, GateResult::pass);
  ASSERT_EQ(gate.obstacles.size(), 1U);
  EXPECT_EQ(gate.obstacles[0].cause, Cause::service_port_differs);
}

TEST_F(ServiceGates, BoundsThatNobodyFitsIn) {
  configure("PerSourceMaxStartups 0\n");
  expect_refused(banner("banner/startups"), Cause::banner_max_startups_zero);
  configure("MaxStartups 1:100:1\n");
  EXPECT_EQ(banner("banner/startups").result, GateResult::pass);
}

TEST_F(ServiceGates, AlgorithmsInCommon) {
  configure("Ciphers 3des-cbc\n");
  expect_refused(banner("kex/algorithms"), Cause::kex_no_common_algorithm);
  configure("HostKeyAlgorithms rsa-sha2-512\n");  // the only key is an Ed25519 one
  expect_refused(banner("kex/algorithms"), Cause::kex_no_common_algorithm);
  configure("Ciphers aes256-gcm@openssh.com\nMACs hmac-md5\n");  // no MAC beside an AEAD cipher
  EXPECT_EQ(banner("kex/algorithms").result, GateResult::pass);
  configure("Ciphers aes256-ctr\nMACs hmac-md5\n");
  expect_refused(banner("kex/algorithms"), Cause::kex_no_common_algorithm);
  configure("KexAlgorithms diffie-hellman-group14-sha256\n");
  EXPECT_EQ(banner("kex/algorithms").result, GateResult::pass);
}

}  // namespace
}  // namespace reentry
