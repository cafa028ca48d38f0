// A hostile server: its bytes to the whole probe, and, behind the keys, its messages to each layer. The first
// byte chooses whom it talks to.
#include "probe/ssh_probe.hpp"

#include "facts/wire.hpp"
#include "fuzz.hpp"
#include "probe/signature.hpp"

namespace {

using namespace reentry;
using namespace reentry::probe;

FillRandom fixed_random() {
  return [](unsigned char* out, std::size_t size) {
    for (std::size_t i = 0; i < size; ++i) out[i] = static_cast<unsigned char>(i * 29 + 7);
    return true;
  };
}

std::shared_ptr<ProbePlan> plan_of_everything() {
  auto plan = std::make_shared<ProbePlan>();
  plan->goal = ProbeGoal::session;
  plan->user = "alice";
  plan->keys = {{"blob", {"rsa-sha2-512", "rsa-sha2-256"}}, {"other", {"ssh-ed25519"}}};
  plan->sign = [](std::size_t, std::string_view, std::string_view) {
    return std::optional<std::string>("signature");
  };
  plan->session = {"true", true, true, 1000};
  return plan;
}

void check(const ProbeReply& reply) {
  fuzz::must(reply.banner.lines_before.size() <= kLinesKept && reply.banner.first_bytes.size() <= 512);
  fuzz::must(reply.auth.banner.size() <= kBannerKept && reply.auth.methods.size() <= kMostMethods);
  fuzz::must(reply.session.host_keys.size() <= kMostHostKeys);
  for (const ChannelReply& channel : reply.session.channels)
    fuzz::must(channel.out.size() <= kOutputKept && channel.err.size() <= kOutputKept);
}

// Takes pieces of the input, each with its length in front.
std::string_view piece(std::string_view& bytes) {
  if (bytes.size() < 2) return std::exchange(bytes, {});
  const std::size_t size =
      static_cast<unsigned char>(bytes[0]) * std::size_t{256} + static_cast<unsigned char>(bytes[1]);
  bytes.remove_prefix(2);
  const std::string_view out = bytes.substr(0, size);
  bytes.remove_prefix(out.size());
  return out;
}

void whole(std::string_view bytes, bool framed) {
  SshProbe probe(plan_of_everything(), fixed_random());
  probe.start(1);
  std::int64_t now = 1;
  if (framed) probe.receive("SSH-2.0-fuzz\r\n", ++now);
  PacketWriter writer(fixed_random());
  while (!bytes.empty() && !probe.finished()) {
    const std::string_view next = piece(bytes);
    std::string packet;
    if (framed && !next.empty() && writer.put(next, packet))
      probe.receive(packet, ++now);
    else
      probe.receive(next, ++now);
    probe.sent(probe.output().size());
    if (probe.deadline() < now) probe.tick(now);
  }
  probe.hang_up(Hangup::closed, ++now);
  fuzz::must(probe.finished());
  check(probe.reply());
}

void authentication(std::string_view bytes) {
  const auto plan = plan_of_everything();
  ProbeReply reply;
  UserAuth auth(*plan, reply);
  auth.start("session");
  while (!bytes.empty()) {
    const std::string_view next = piece(bytes);
    if (next.empty()) continue;
    if (auth.take(next, {}) != AuthStep::more) break;
  }
  auth.close(true, {});
  fuzz::must(reply.auth.refusals <= plan->most_refusals + 1);
  fuzz::must(auth.outbox().size() <= 2 + 2 * plan->keys.size() + 1);
  check(reply);
}

void session(std::string_view bytes) {
  const auto plan = plan_of_everything();
  ProbeReply reply;
  Session one(*plan, reply);
  SessionStep step = one.start();
  while (!bytes.empty() && step == SessionStep::more) {
    const std::string_view next = piece(bytes);
    step = next.empty() ? one.tick({100'000, 0}) : one.take(next, {});
  }
  check(reply);
}

void exchange(std::string_view bytes) {
  const auto methods = spoken_kex_methods();
  const auto algorithms = verified_algorithms();
  const std::string& method = methods[static_cast<unsigned char>(bytes.front()) % methods.size()];
  const std::string& algorithm = algorithms[static_cast<unsigned char>(bytes.back()) % algorithms.size()];
  bytes.remove_prefix(1);
  // The long groups cost more than they show.
  if (method.find("group18") != std::string::npos || method.find("group16") != std::string::npos) return;
  const auto kex = make_key_exchange(method, fixed_random());
  fuzz::must(kex != nullptr && !kex->begin().empty());
  KexStep step = KexStep::more;
  while (!bytes.empty() && step == KexStep::more) {
    std::string answer;
    KexOutcome outcome;
    step = kex->take(piece(bytes), {}, answer, outcome);
    if (step != KexStep::finished) continue;
    fuzz::must(verify_signature(algorithm, outcome.host_key, outcome.signature, outcome.hash) !=
               HostKeyProof::good);
    fuzz::must(derive_key(outcome, "session", 'A', 64).size() == 64);
  }
}

void sealed(std::string_view bytes) {
  const auto ciphers = spoken_ciphers();
  const auto macs = spoken_macs();
  const std::string& cipher = ciphers[static_cast<unsigned char>(bytes.front()) % ciphers.size()];
  const std::string& mac = macs[static_cast<unsigned char>(bytes.back()) % macs.size()];
  const auto needs = guard_needs(cipher, mac);
  const GuardKeys keys{Secret(needs->key), Secret(needs->iv), Secret(needs->mac_key)};
  PacketReader reader;
  reader.use(make_guard(cipher, mac, keys, Direction::open));
  bytes.remove_prefix(1);
  std::string payload;
  PacketRead read = PacketRead::need_more;
  while (!bytes.empty() && (read == PacketRead::need_more || read == PacketRead::packet)) {
    reader.add(piece(bytes));
    read = reader.next(payload);
  }
}

}  // namespace

REENTRY_FUZZ(bytes) {
  if (bytes.size() < 2 || !ready_openssl()) return;
  const char mode = bytes.front();
  bytes.remove_prefix(1);
  switch (mode & 7) {
    case 0: return whole(bytes, false);
    case 1: return whole(bytes, true);
    case 2: return authentication(bytes);
    case 3: return session(bytes);
    case 4: return exchange(bytes);
    case 5: return sealed(bytes);
    default: (void)read_kex_init(bytes);
  }
}
