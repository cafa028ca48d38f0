// Servers that are none, or misbehave, byte by byte and with a clock of the test's own.
#include "probe/ssh_probe.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "facts/wire.hpp"

namespace reentry::probe {
namespace {

using ::testing::ElementsAre;
using ::testing::StartsWith;

constexpr std::int64_t kSecond = 1'000'000;

ProbeReply answered_with(const std::vector<std::string>& pieces, ProbeGoal goal = ProbeGoal::methods,
                         std::int64_t pause = 1000) {
  auto plan = std::make_shared<ProbePlan>();
  plan->goal = goal;
  SshProbe probe(plan);
  std::int64_t now = 0;
  probe.start(now);
  for (const std::string& piece : pieces) {
    now += pause;
    while (!probe.finished() && probe.deadline() < now) probe.tick(probe.deadline());
    probe.receive(piece, now);
  }
  probe.hang_up(Hangup::closed, now + pause);
  return probe.reply();
}

std::string packet(const std::string& payload) {
  std::string out;
  PacketWriter writer(openssl_random());
  EXPECT_TRUE(writer.put(payload, out));
  return out;
}

TEST(SshProbe, SpeaksAtOnce) {
  auto plan = std::make_shared<ProbePlan>();
  SshProbe probe(plan);
  probe.start(5);
  EXPECT_THAT(std::string(probe.output()), StartsWith("SSH-2.0-reentry\r\n"));
  EXPECT_GT(probe.output().size(), 500U) << "KEXINIT goes with it";
  EXPECT_EQ(probe.deadline(), 5 + 15 * kSecond);
}

TEST(SshProbe, TellsThatNothingCame) {
  const ProbeReply reply = answered_with({});
  EXPECT_EQ(reply.end, ProbeEnd::closed);
  EXPECT_EQ(reply.stage, ProbeStage::banner);
  EXPECT_EQ(reply.banner.kind, BannerKind::nothing);
}

TEST(SshProbe, TellsWhatIsNoSsh) {
  EXPECT_EQ(answered_with({"HTTP/1.1 400 Bad Request\r\nServer: x\r\n\r\n"}).banner.kind, BannerKind::http);
  EXPECT_EQ(answered_with({"HTTP/1.1 400 Bad Request\r\n"}).end, ProbeEnd::not_ssh);
  EXPECT_EQ(answered_with({std::string("\x15\x03\x03\x00\x02\x02\x46", 7)}).banner.kind, BannerKind::tls);
  EXPECT_EQ(answered_with({std::string("\x15\x03\x01\x00\x02\x02\x46", 7)}).end, ProbeEnd::not_ssh);
  const ProbeReply mail = answered_with({"220 mail.example.com ESMTP\r\n", "500 what?\r\n"});
  EXPECT_EQ(mail.banner.kind, BannerKind::other);
  EXPECT_THAT(mail.banner.lines_before, ElementsAre("220 mail.example.com ESMTP", "500 what?"));
  EXPECT_EQ(answered_with({"SSH-1.5-old\n"}).end, ProbeEnd::protocol_1);
}

TEST(SshProbe, TellsThatTheServerIsFull) {
  EXPECT_EQ(answered_with({"Exceeded MaxStartups\r\n"}).banner.kind, BannerKind::max_startups);
  const ProbeReply later = answered_with({"Not allowed ", "at this time\r\n"});
  EXPECT_EQ(later.banner.kind, BannerKind::not_allowed_now);
  EXPECT_EQ(later.end, ProbeEnd::closed);
}

TEST(SshProbe, ReadsLinesBeforeTheIdentification) {
  const ProbeReply reply = answered_with({"Welcome\r\nto here\n", "SSH-2.0-X comment\r\n"});
  EXPECT_THAT(reply.banner.lines_before, ElementsAre("Welcome", "to here"));
  EXPECT_EQ(reply.banner.identification, "SSH-2.0-X comment");
  EXPECT_EQ(reply.stage, ProbeStage::kex);
}

TEST(SshProbe, GivesUpOnABannerWithoutEnd) {
  std::vector<std::string> lines(kMostLinesBefore + 5, "tar and feathers\r\n");
  const ProbeReply reply = answered_with(lines);
  EXPECT_EQ(reply.end, ProbeEnd::endless_banner);
  EXPECT_EQ(reply.banner.lines_before.size(), kLinesKept);
  EXPECT_EQ(reply.banner.line_count, kMostLinesBefore);
  EXPECT_EQ(answered_with({std::string(100'000, 'x')}).end, ProbeEnd::endless_banner);
}

TEST(SshProbe, TellsADribble) {
  const std::vector<std::string> bytes(30, "x");
  const ProbeReply reply = answered_with(bytes, ProbeGoal::methods, kSecond);
  EXPECT_EQ(reply.end, ProbeEnd::timed_out);
  EXPECT_EQ(reply.stage, ProbeStage::banner);
  EXPECT_TRUE(reply.banner.dribbled());
  EXPECT_FALSE(answered_with({"SSH-2.0-", "quick\r\n"}).banner.dribbled());
}

TEST(SshProbe, TellsGarbageInPlaceOfPackets) {
  EXPECT_EQ(answered_with({"SSH-2.0-X\r\n", "garbage garbage garbage"}).end, ProbeEnd::bad_packet_length);
  const ProbeReply large = answered_with({"SSH-2.0-X\r\n", std::string("\x00\x10\x00\x04", 4)});
  EXPECT_EQ(large.end, ProbeEnd::bad_packet_length);
  EXPECT_EQ(large.fault, "packet_length 1048580");
  EXPECT_EQ(answered_with({"SSH-2.0-X\r\n", packet("\x14 no cookie")}).end, ProbeEnd::malformed);
  EXPECT_EQ(answered_with({"SSH-2.0-X\r\n", packet("\x15")}).end, ProbeEnd::malformed);
  EXPECT_EQ(answered_with({"SSH-2.0-X\r\n", packet("\x34")}).end, ProbeEnd::malformed);
}

TEST(SshProbe, KeepsTheWordsOfADisconnect) {
  std::string payload("\x01", 1);
  put_u32(payload, 2);
  put_string(payload, "Too many users");
  put_string(payload, "");
  const ProbeReply reply = answered_with({"SSH-2.0-X\r\n", packet(payload)});
  EXPECT_EQ(reply.end, ProbeEnd::disconnected);
  EXPECT_EQ(reply.disconnect, (Disconnect{2, "Too many users"}));
}

TEST(SshProbe, TellsAServerItCannotTalkTo) {
  KexInit offer;
  offer.kex = {"sntrup4591761x25519-sha512@tinyssh.org"};
  offer.host_key = {"ssh-ed25519"};
  offer.cipher_out = offer.cipher_in = {"aes128-ctr"};
  offer.mac_out = offer.mac_in = {"umac-64@openssh.com"};
  offer.compression_out = offer.compression_in = {"none"};
  const ProbeReply reply =
      answered_with({"SSH-2.0-X\r\n", packet(write_kex_init(offer, std::string(16, 'c')))});
  EXPECT_EQ(reply.end, ProbeEnd::no_common_algorithm);
  EXPECT_THAT(reply.kex.ours.nothing_for,
              ElementsAre(AlgorithmClass::kex, AlgorithmClass::mac_out, AlgorithmClass::mac_in));
  EXPECT_EQ(reply.kex.server, offer);
}

TEST(SshProbe, DoesNotWaitForTheWholeOffer) {
  KexInit offer;
  offer.kex = {"curve25519-sha256"};
  offer.host_key = {"ssh-ed25519"};
  offer.cipher_out = offer.cipher_in = {"aes128-ctr"};
  const std::string whole = packet(write_kex_init(offer, std::string(16, 'c')));
  auto plan = std::make_shared<ProbePlan>();
  SshProbe probe(plan);
  probe.start(0);
  probe.sent(probe.output().size());
  probe.receive("SSH-2.0-X\r\n", 10);
  probe.receive(whole.substr(0, 42), 20);
  EXPECT_TRUE(probe.output().empty());
  probe.receive(whole.substr(42, 10), 30);
  EXPECT_GE(probe.output().size(), 40U) << "SSH_MSG_KEX_ECDH_INIT";
  EXPECT_TRUE(probe.reply().kex.began_early);
}

TEST(SshProbe, AStrictServerSaysNothingElse) {
  KexInit offer;
  offer.kex = {"curve25519-sha256", "kex-strict-s-v00@openssh.com"};
  offer.host_key = {"ssh-ed25519"};
  offer.cipher_out = offer.cipher_in = {"aes128-ctr"};
  offer.mac_out = offer.mac_in = {"hmac-sha2-256"};
  offer.compression_out = offer.compression_in = {"none"};
  const std::string init = packet(write_kex_init(offer, std::string(16, 'c')));
  const std::string ignore = packet(std::string("\x02\x00\x00\x00\x00", 5));
  EXPECT_EQ(answered_with({"SSH-2.0-X\r\n", init, ignore}).end, ProbeEnd::malformed);
  EXPECT_EQ(answered_with({"SSH-2.0-X\r\n", ignore, init}).end, ProbeEnd::malformed);
}

}  // namespace
}  // namespace reentry::probe
