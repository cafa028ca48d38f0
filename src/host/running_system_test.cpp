#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <thread>

#include "host/descriptor.hpp"
#include "host/file_tree.hpp"
#include "host/saved_facts.hpp"

namespace reentry {
namespace {

SystemAnswers answers() {
  SystemAnswers out;
  out.runs = true;
  out.privileged = true;
  out.answers[{"systemctl", "show"}] = SystemAnswer{3, "A=1\n", std::string("\0\xff", 2)};
  out.answers[{"nft"}] = Missing{Why::absent, "nft", "there is no such program"};
  ListeningSocket socket;
  socket.address = "::";
  socket.port = 22;
  socket.v6 = socket.v6_only = true;
  SocketOwner owner;
  owner.pid = 7;
  owner.program = "/usr/sbin/sshd";
  owner.deleted = true;
  owner.title = "sshd: [listener]";
  owner.started = 1'700'000'000;
  owner.lost_libraries = {"/lib/libcrypto.so.3"};
  socket.owners.push_back(owner);
  out.sockets = std::vector<ListeningSocket>{socket};
  out.greetings[{"::", 22}] = Greeting{Greeting::End::closed, {}};
  return out;
}

TEST(SavedSystem, GivesTheSameAnswersElsewhere) {
  MemoryTree inner;
  const RecordingTree tree(inner);
  const SystemAnswers before = answers();
  auto saved = load_facts("facts", save_facts(tree, before, {}, 1));
  ASSERT_TRUE(saved) << saved.error().why;
  EXPECT_TRUE(saved->system.runs);
  EXPECT_TRUE(saved->system.privileged);
  EXPECT_EQ(saved->system.answers, before.answers);
  EXPECT_EQ(saved->system.sockets, before.sockets);
  EXPECT_EQ(saved->system.greetings, before.greetings);

  SavedSystem system(saved->system);
  EXPECT_EQ(system.ask({"systemctl", "show"}, kAnswerTime), before.answers.at({"systemctl", "show"}));
  EXPECT_EQ(system.ask({"nobody"}, kAnswerTime).missing().why, Why::not_asked);
}

TEST(SavedSystem, ARootThatDoesNotRunHasNone) {
  MemoryTree inner;
  const RecordingTree tree(inner);
  auto saved = load_facts("facts", save_facts(tree, {}, {}, 1));
  ASSERT_TRUE(saved) << saved.error().why;
  EXPECT_FALSE(saved->system.runs);
}

TEST(RunningSystem, ThisMachineAnswers) {
  const auto system = this_machine();
  const auto answer = system->ask({"echo", "hello"});
  ASSERT_TRUE(answer) << answer.missing().detail;
  EXPECT_EQ(answer->out, "hello\n");
  EXPECT_EQ(system->ask({"no-such-program-here"}).missing().why, Why::absent);
  EXPECT_EQ(system->ask({"sleep", "5"}, std::chrono::milliseconds(50)).missing().why, Why::unreadable);
  EXPECT_TRUE(system->sockets().has_value());
}

// A listener on a port of the kernel's choice that never takes a connection up.
class Listener {
 public:
  Listener() : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    address_.sin_family = AF_INET;
    address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t length = sizeof address_;
    ::bind(fd_.get(), reinterpret_cast<const sockaddr*>(&address_), length);
    ::listen(fd_.get(), 4);
    ::getsockname(fd_.get(), reinterpret_cast<sockaddr*>(&address_), &length);
  }
  [[nodiscard]] int port() const { return ntohs(address_.sin_port); }
  void say(std::string_view words) const {
    const Descriptor peer(::accept4(fd_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    EXPECT_EQ(::send(peer.get(), words.data(), words.size(), 0), static_cast<ssize_t>(words.size()));
  }

 private:
  Descriptor fd_;
  sockaddr_in address_{};
};

TEST(RunningSystem, AConnectionIsHeardOut) {
  const auto system = this_machine();
  const Listener listener;
  std::thread server([&listener] { listener.say("SSH-2.0-x\r\nmore"); });
  const auto greeted = system->greeting("127.0.0.1", listener.port());
  server.join();
  EXPECT_EQ(greeted, (Greeting{Greeting::End::greeted, "SSH-2.0-x"}));
  std::thread mute([&listener] { listener.say(""); });
  const auto closed = system->greeting("127.0.0.1", listener.port());
  mute.join();
  EXPECT_EQ(closed, (Greeting{Greeting::End::closed, {}}));
  const auto sockets = system->sockets();
  ASSERT_TRUE(sockets);
  const auto ours = std::find_if(sockets->begin(), sockets->end(), [&](const ListeningSocket& socket) {
    return socket.port == listener.port();
  });
  ASSERT_NE(ours, sockets->end());
  ASSERT_FALSE(ours->owners.empty());
  EXPECT_EQ(ours->owners.front().pid, ::getpid());
}

TEST(RunningSystem, AMountedRootIsOffline) {
  NotRunning system;
  EXPECT_EQ(system.ask({"nft"}, kAnswerTime).missing().why, Why::offline);
  EXPECT_EQ(system.sockets().missing().why, Why::offline);
}

}  // namespace
}  // namespace reentry
