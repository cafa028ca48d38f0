#include "facts/agent_reply.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "facts/wire.hpp"
#include "support/ssh_keygen.hpp"

namespace reentry {
namespace {

using ::testing::SizeIs;

std::string message(const std::string& body) {
  std::string out;
  put_string(out, body);
  return out;
}

// A real ssh-agent in a folder of the test; it ends with the object.
class RealAgent {
 public:
  RealAgent() {
    const testing::Said said = folder_.shell("ssh-agent -a socket");
    const std::size_t at = said.out.find("SSH_AGENT_PID=");
    if (at != std::string::npos) pid_ = std::atoi(said.out.c_str() + at + 14);
  }
  ~RealAgent() {
    if (pid_ > 0) ::kill(pid_, SIGTERM);
  }
  RealAgent(const RealAgent&) = delete;
  RealAgent& operator=(const RealAgent&) = delete;

  [[nodiscard]] bool there() const { return pid_ > 0; }
  [[nodiscard]] const testing::SshKeygen& folder() const { return folder_; }

  [[nodiscard]] std::string ask(const std::string& request) const {
    const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    folder_.path("socket").copy(address.sun_path, sizeof address.sun_path - 1);
    std::string answer;
    if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
        ::write(fd, request.data(), request.size()) == static_cast<ssize_t>(request.size())) {
      std::array<char, 4096> buffer{};
      while (!agent_message_size(answer) || answer.size() < *agent_message_size(answer)) {
        const ssize_t got = ::read(fd, buffer.data(), buffer.size());
        if (got <= 0) break;
        answer.append(buffer.data(), static_cast<std::size_t>(got));
      }
    }
    ::close(fd);
    return answer;
  }

 private:
  testing::SshKeygen folder_;
  int pid_ = 0;
};

TEST(AgentReply, KeysAndSignaturesOfTheRealAgent) {
  if (!testing::SshKeygen::there()) GTEST_SKIP();
  const RealAgent agent;
  ASSERT_TRUE(agent.there());
  EXPECT_THAT(parse_agent_identities(agent.ask(agent_identities_request())).keys, SizeIs(0));
  ASSERT_TRUE(agent.folder().make("e", "ed25519") && agent.folder().make("r", "rsa -b 2048"));
  ASSERT_EQ(agent.folder().shell("SSH_AUTH_SOCK=$PWD/socket ssh-add e r").status, 0);
  const AgentIdentities held = parse_agent_identities(agent.ask(agent_identities_request()));
  ASSERT_EQ(held.answer, AgentAnswer::fine);
  ASSERT_THAT(held.keys, SizeIs(2));
  EXPECT_EQ(held.keys[0].comment, "comment of e");
  ASSERT_TRUE(held.keys[0].key && held.keys[1].key);
  EXPECT_EQ(held.keys[0].key->fingerprint(), agent.folder().fingerprint("e"));
  EXPECT_EQ(held.keys[1].key->fingerprint(), agent.folder().fingerprint("r"));
  const auto sign = [&](std::size_t key, std::uint32_t flags) {
    return parse_agent_signature(agent.ask(agent_sign_request(held.keys[key].blob, "data", flags)));
  };
  EXPECT_EQ(sign(0, 0).algorithm, "ssh-ed25519");
  EXPECT_EQ(sign(1, kAgentRsaSha512).algorithm, "rsa-sha2-512");
  EXPECT_EQ(sign(1, kAgentRsaSha256).algorithm, "rsa-sha2-256");
  ASSERT_TRUE(agent.folder().make("x", "ed25519"));
  KeyProblem problem = KeyProblem::none;
  const auto other = key_from_line(agent.folder().line("x"), problem);
  ASSERT_TRUE(other);
  EXPECT_EQ(parse_agent_signature(agent.ask(agent_sign_request(other->blob, "data", 0))).answer,
            AgentAnswer::refused);
}

TEST(AgentReply, DamagedAnswers) {
  EXPECT_EQ(parse_agent_identities("").answer, AgentAnswer::incomplete);
  EXPECT_EQ(parse_agent_identities(std::string("\0\0\0\5\x0c", 5)).answer, AgentAnswer::incomplete);
  EXPECT_EQ(parse_agent_identities(message("\x05")).answer, AgentAnswer::refused);
  EXPECT_EQ(parse_agent_identities(message("\x0e")).answer, AgentAnswer::malformed);
  EXPECT_EQ(parse_agent_identities(message(std::string("\x0c\0\0\0\1", 5))).answer, AgentAnswer::malformed);
  EXPECT_EQ(parse_agent_identities(message(std::string("\x0c\xff\xff\xff\xff", 5))).answer,
            AgentAnswer::malformed);
  EXPECT_EQ(parse_agent_identities(std::string(4, '\0')).answer, AgentAnswer::malformed);
  EXPECT_EQ(parse_agent_identities("HTTP/1.1 400").answer, AgentAnswer::malformed);
  EXPECT_EQ(parse_agent_signature(message("\x0c")).answer, AgentAnswer::malformed);
  EXPECT_EQ(agent_message_size("abc"), std::nullopt);
}

}  // namespace
}  // namespace reentry
