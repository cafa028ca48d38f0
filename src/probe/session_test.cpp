#include "probe/session.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "facts/wire.hpp"

namespace reentry::probe {
namespace {

using ::testing::SizeIs;

constexpr ProbeMoment kNow{100, 6};

std::string message(int number, std::uint32_t channel) {
  std::string out(1, static_cast<char>(number));
  put_u32(out, channel);
  return out;
}

std::string confirmation(std::uint32_t channel, std::uint32_t peer) {
  std::string out = message(91, channel);
  for (const std::uint32_t value : {peer, 100'000U, 32'768U}) put_u32(out, value);
  return out;
}

std::string data(std::uint32_t channel, std::string_view bytes) {
  std::string out = message(94, channel);
  put_string(out, bytes);
  return out;
}

TEST(Session, OpensEveryChannelAtOnceAndNamesTheRefusal) {
  ProbePlan plan;
  plan.session = {"true", true, true, 1000};
  ProbeReply reply;
  Session session(plan, reply);
  EXPECT_EQ(session.start(), SessionStep::more);
  EXPECT_THAT(session.outbox(), SizeIs(3));
  std::string refused = message(92, 0);
  put_u32(refused, 1);
  put_string(refused, "open failed");
  put_string(refused, "");
  for (std::uint32_t i = 0; i < 3; ++i) {
    refused[4] = static_cast<char>(i);
    EXPECT_EQ(session.take(refused, kNow), i < 2 ? SessionStep::more : SessionStep::finished);
  }
  EXPECT_EQ(reply.session.channels[1].state, ChannelState::open_failed);
  EXPECT_EQ(reply.session.channels[1].failure_text, "open failed");
}

TEST(Session, TellsWhatCameInPlaceOfSftp) {
  for (const auto& [said, version, length] :
       {std::tuple<std::string, std::optional<std::uint32_t>, std::optional<std::uint32_t>>{
            "hello there", std::nullopt, 1751477356U},
        {std::string("\0\0\0\5\2\0\0\0\3", 9), 3U, std::nullopt}}) {
    ProbePlan plan;
    plan.session.sftp = true;
    ProbeReply reply;
    Session session(plan, reply);
    EXPECT_EQ(session.start(), SessionStep::more);
    EXPECT_EQ(session.take(confirmation(0, 7), kNow), SessionStep::more);
    EXPECT_EQ(session.take(message(99, 0), kNow), SessionStep::more);
    for (const char byte : said) EXPECT_EQ(session.take(data(0, {&byte, 1}), kNow), SessionStep::more);
    EXPECT_EQ(reply.session.channels[0].sftp_version, version);
    EXPECT_EQ(reply.session.channels[0].sftp_length, length);
    EXPECT_EQ(session.take(message(97, 0), kNow), SessionStep::finished);
  }
}

TEST(Session, AShellThatSettlesIsClosed) {
  ProbePlan plan;
  plan.session.shell = true;
  ProbeReply reply;
  Session session(plan, reply);
  EXPECT_EQ(session.start(), SessionStep::more);
  EXPECT_EQ(session.take(confirmation(0, 7), kNow), SessionStep::more);
  EXPECT_EQ(session.take(message(100, 0), kNow), SessionStep::more);
  EXPECT_EQ(session.wake(), std::nullopt);
  EXPECT_EQ(session.take(message(99, 0), kNow), SessionStep::more);
  EXPECT_EQ(reply.session.channels[0].terminal, false);
  ASSERT_EQ(session.wake(), 100 + 500'000);
  session.outbox().clear();
  EXPECT_EQ(session.tick({100 + 500'000, 8}), SessionStep::more);
  EXPECT_THAT(session.outbox(), SizeIs(1));
  EXPECT_EQ(session.take(message(97, 0), kNow), SessionStep::finished);
  EXPECT_EQ(reply.session.channels[0].state, ChannelState::running);
}

TEST(Session, RefusesMessagesOfNoChannel) {
  ProbePlan plan;
  plan.session.command = "true";
  for (const std::string& wrong :
       {message(94, 0), message(91, 0), message(91, 1), std::string("\x5b"), message(99, 0)}) {
    ProbeReply reply;
    Session session(plan, reply);
    EXPECT_EQ(session.start(), SessionStep::more);
    EXPECT_EQ(session.take(wrong, kNow), SessionStep::malformed);
  }
}

TEST(Session, AnswersWhatTheServerAsks) {
  ProbePlan plan;
  plan.session.command = "true";
  ProbeReply reply;
  Session session(plan, reply);
  EXPECT_EQ(session.start(), SessionStep::more);
  session.outbox().clear();
  std::string keepalive("\x50");
  put_string(keepalive, "keepalive@openssh.com");
  keepalive += '\1';
  EXPECT_EQ(session.take(keepalive, kNow), SessionStep::more);
  EXPECT_THAT(session.outbox(), SizeIs(1));
  std::string keys("\x50");
  put_string(keys, "hostkeys-00@openssh.com");
  keys += '\0';
  for (int i = 0; i < 20; ++i) put_string(keys, "blob");
  EXPECT_EQ(session.take(keys, kNow), SessionStep::more);
  EXPECT_THAT(reply.session.host_keys, SizeIs(kMostHostKeys));
  EXPECT_THAT(session.outbox(), SizeIs(1));
}

}  // namespace
}  // namespace reentry::probe
