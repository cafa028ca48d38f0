#include "probe/transport.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "facts/wire.hpp"
#include "probe/messages.hpp"
#include "probe/signature.hpp"

namespace reentry::probe {
namespace {

constexpr std::size_t kDisconnectText = 1024;
constexpr std::string_view kStrictServer = "kex-strict-s-v00@openssh.com";

// Those of `wanted` that are spoken; all that is spoken where that leaves nothing.
std::vector<std::string> those_spoken(const std::vector<std::string>& wanted,
                                      std::vector<std::string> spoken) {
  std::vector<std::string> out;
  for (const std::string& name : wanted) {
    if (names(spoken, name)) out.push_back(name);
  }
  return out.empty() ? std::move(spoken) : out;
}

}  // namespace

KexInit own_offer(const ProbePlan& plan) {
  KexInit offer;
  offer.kex = those_spoken(plan.kex, spoken_kex_methods());
  offer.host_key = those_spoken(plan.host_key_algorithms, verified_algorithms());
  offer.cipher_out = offer.cipher_in = those_spoken(plan.ciphers, spoken_ciphers());
  offer.mac_out = offer.mac_in = those_spoken(plan.macs, spoken_macs());
  offer.compression_out = offer.compression_in = {"none"};
  return offer;
}

Transport::Transport(const ProbePlan& plan, FillRandom random, ProbeReply& reply)
    : plan_(plan), random_(random), reply_(reply), writer_(std::move(random)) {}

void Transport::end(ProbeEnd how, std::string fault) {
  if (ended_) return;
  ended_ = true;
  reply_.end = how;
  reply_.fault = std::move(fault);
}

void Transport::put(std::string_view payload) {
  if (!ended_ && !writer_.put(payload, output_)) end(ProbeEnd::stopped, "libcrypto failed");
}

void Transport::start(ProbeMoment now) {
  reply_.stage = ProbeStage::banner;
  reply_.banner.we_spoke = now;
  transcript_.client_identification = "SSH-2.0-" + plan_.software;
  output_ = transcript_.client_identification + "\r\n";
  if (!ready_openssl()) return end(ProbeEnd::stopped, "libcrypto can't be used");
  if (plan_.goal != ProbeGoal::kex_init) offer();
}

void Transport::offer() {
  if (state_ != KexState::idle) return;
  offer_ = own_offer(plan_);
  if (first_exchange_) {
    offer_.kex.emplace_back("ext-info-c");
    offer_.kex.emplace_back("kex-strict-c-v00@openssh.com");
  }
  std::string cookie(16, '\0');
  if (!random_(bytes_of(cookie), cookie.size())) return end(ProbeEnd::stopped, "no random bytes");
  transcript_.client_init = write_kex_init(offer_, cookie);
  put(transcript_.client_init);
  state_ = KexState::offered;
}

void Transport::add(std::string_view bytes, ProbeMoment now) {
  if (identified_) return reader_.add(bytes);
  switch (identification_.take(bytes, now, reply_.banner)) {
    case BannerRead::need_more: return;
    case BannerRead::endless: return end(ProbeEnd::endless_banner);
    case BannerRead::not_ssh: return end(ProbeEnd::not_ssh);
    case BannerRead::protocol_1: return end(ProbeEnd::protocol_1);
    case BannerRead::identified: break;
  }
  identified_ = true;
  reply_.stage = ProbeStage::kex;
  transcript_.server_identification = *reply_.banner.identification;
  reader_.add(identification_.rest());
}

TransportStep Transport::step(std::string& payload, ProbeMoment now) {
  while (!ended_) {
    if (std::exchange(tell_ready_, false)) return TransportStep::ready;
    if (!identified_) return TransportStep::need_more;
    switch (reader_.next(payload)) {
      case PacketRead::need_more:
        begin_early();
        return ended_ ? TransportStep::ended : TransportStep::need_more;
      case PacketRead::bad_length:
        end(ProbeEnd::bad_packet_length, fmt::format("packet_length {}", reader_.claimed()));
        break;
      case PacketRead::bad_mac: end(ProbeEnd::bad_mac); break;
      case PacketRead::bad_padding: end(ProbeEnd::malformed, "padding_length"); break;
      case PacketRead::packet:
        if (take(payload, now)) return TransportStep::message;
        break;
    }
  }
  return TransportStep::ended;
}

bool Transport::take(std::string_view payload, ProbeMoment now) {
  if (payload.empty()) {
    end(ProbeEnd::malformed, "an empty payload");
    return false;
  }
  const auto number = static_cast<std::uint8_t>(payload.front());
  const bool of_kex = number >= kKexInit && number <= kLastOfKexMethod;
  if (strict_ && first_exchange_ && !of_kex && number != kDisconnect) {
    end(ProbeEnd::malformed, fmt::format("message {} within a strict key exchange", number));
    return false;
  }
  const bool of_service = number == kServiceAccept || number >= kUserauthRequest;
  if (of_service && !session_id_.empty() && !(first_exchange_ && state_ == KexState::wait_new_keys))
    return true;
  if (of_service) {
    end(ProbeEnd::malformed, fmt::format("message {} before the keys", number));
    return false;
  }
  take_by_number(payload, now);
  return false;
}

void Transport::take_by_number(std::string_view payload, ProbeMoment now) {
  const auto number = static_cast<std::uint8_t>(payload.front());
  if (number == kDisconnect) return take_disconnect(payload);
  if (number == kExtInfo) return take_extensions(payload);
  if (number == kKexInit) return take_kex_init(payload, now);
  if (number == kNewKeys) return take_new_keys(now);
  if (number >= kFirstOfKexMethod && number <= kLastOfKexMethod) return take_kex_method(payload, now);
  if (number == kIgnore || number == kDebug || number == kUnimplemented) return;
  // RFC 4253 11.4.
  std::string answer(1, static_cast<char>(kUnimplemented));
  put_u32(answer, reader_.sequence() - 1);
  put(answer);
}

void Transport::take_disconnect(std::string_view payload) {
  WireReader reader(payload.substr(1));
  Disconnect said;
  said.code = reader.u32();
  said.text = reader.string().substr(0, kDisconnectText);
  reply_.disconnect = std::move(said);
  end(ProbeEnd::disconnected);
}

void Transport::take_extensions(std::string_view payload) {
  WireReader reader(payload.substr(1));
  const std::uint32_t count = reader.u32();
  for (std::uint32_t i = 0; i < count && reader.ok(); ++i) {
    const std::string_view name = reader.string();
    const std::string_view value = reader.string();
    if (!reader.ok() || name != "server-sig-algs") continue;
    if (std::count(value.begin(), value.end(), ',') >= static_cast<std::ptrdiff_t>(kMostAlgorithms)) continue;
    reply_.kex.signature_algorithms = read_name_list(value);
  }
  if (!reader.ok()) end(ProbeEnd::malformed, "SSH_MSG_EXT_INFO");
}

// Our half can go as soon as their list of methods is there: a server whose last segment waits for our
// acknowledgement (Nagle) then has it a round trip earlier.
void Transport::begin_early() {
  if (!first_exchange_ || state_ != KexState::offered || !begun_method_.empty()) return;
  const auto methods = read_kex_methods(reader_.partial_payload());
  if (!methods) return;
  const auto common =
      std::find_first_of(offer_.kex.begin(), offer_.kex.end(), methods->begin(), methods->end());
  if (common == offer_.kex.end()) return;
  reply_.kex.began_early = begin_method(*common);
}

bool Transport::begin_method(const std::string& method) {
  exchange_ = make_key_exchange(method, random_);
  if (exchange_ == nullptr) return false;
  const std::string message = exchange_->begin();
  if (message.empty()) {
    end(ProbeEnd::stopped, "libcrypto failed");
    return false;
  }
  begun_method_ = method;
  put(message);
  return true;
}

void Transport::take_kex_init(std::string_view payload, ProbeMoment now) {
  if (state_ != KexState::idle && state_ != KexState::offered)
    return end(ProbeEnd::malformed, "SSH_MSG_KEXINIT within an exchange");
  auto theirs = read_kex_init(payload);
  if (!theirs) return end(ProbeEnd::malformed, "SSH_MSG_KEXINIT");
  if (first_exchange_) {
    reply_.kex.offered = now;
    strict_ = names(theirs->kex, kStrictServer);
    reply_.kex.strict = strict_;
    if (plan_.users_offer) reply_.kex.users = agree(*plan_.users_offer, *theirs);
    if (strict_ && reader_.sequence() != 1)
      return end(ProbeEnd::malformed, "a message before a strict SSH_MSG_KEXINIT");
    if (plan_.goal == ProbeGoal::kex_init) {
      reply_.kex.ours = agree(own_offer(plan_), *theirs);
      reply_.kex.server = *std::move(theirs);
      return end(ProbeEnd::done);
    }
  } else {
    offer();
  }
  transcript_.server_init = payload;
  agreed_ = agree(offer_, *theirs);
  const bool guessed_right = !theirs->kex.empty() && !theirs->host_key.empty() &&
                             theirs->kex.front() == agreed_.kex &&
                             theirs->host_key.front() == agreed_.host_key;
  skip_guess_ = theirs->first_kex_follows && !guessed_right;
  if (first_exchange_) {
    reply_.kex.ours = agreed_;
    reply_.kex.server = *std::move(theirs);
  }
  if (!agreed_.nothing_for.empty()) {
    say_goodbye(kKeyExchangeFailed, "no common algorithm");
    return end(ProbeEnd::no_common_algorithm);
  }
  state_ = KexState::exchanging;
  if (begun_method_ == agreed_.kex || begin_method(agreed_.kex)) return;
  end(ProbeEnd::no_common_algorithm);
}

void Transport::take_kex_method(std::string_view payload, ProbeMoment now) {
  if (state_ != KexState::exchanging) return end(ProbeEnd::malformed, "a message of no key exchange");
  if (std::exchange(skip_guess_, false)) return;
  std::string answer;
  KexOutcome outcome;
  switch (exchange_->take(payload, transcript_, answer, outcome)) {
    case KexStep::more: return put(answer);
    case KexStep::malformed: return end(ProbeEnd::malformed, "a message of the key exchange");
    case KexStep::failed: return end(ProbeEnd::stopped, "libcrypto failed");
    case KexStep::finished: return finish_exchange(outcome, now);
  }
}

bool Transport::take_host_key(const KexOutcome& outcome, ProbeMoment now) {
  const HostKeyProof proof =
      verify_signature(agreed_.host_key, outcome.host_key, outcome.signature, outcome.hash);
  if (first_exchange_) {
    reply_.stage = ProbeStage::hostkey;
    reply_.host_key = {agreed_.host_key, outcome.host_key, proof, now};
  }
  if (proof == HostKeyProof::wrong) end(ProbeEnd::bad_host_signature);
  if (proof == HostKeyProof::unverified) end(ProbeEnd::unproved_host_key);
  if (!first_exchange_) {
    // A key that changes within a connection is nothing that ssh takes either.
    if (outcome.host_key != reply_.host_key.blob)
      end(ProbeEnd::malformed, "another host key at the second exchange");
    return !ended_;
  }
  if (!ended_ && plan_.goal == ProbeGoal::host_key) {
    say_goodbye(kByApplication, "probe done");
    end(ProbeEnd::done);
  }
  if (!ended_ && plan_.may_go_on && !plan_.may_go_on(reply_.host_key)) {
    say_goodbye(kByApplication, "host key not accepted");
    end(ProbeEnd::host_key_declined);
  }
  return !ended_;
}

bool Transport::take_keys(const KexOutcome& outcome) {
  const auto make = [&](const std::string& cipher, const std::string& mac, std::string_view letters,
                        Direction direction) -> std::unique_ptr<PacketGuard> {
    const auto needs = guard_needs(cipher, mac);
    if (!needs) return nullptr;
    GuardKeys keys{derive_key(outcome, session_id_, letters[1], needs->key),
                   derive_key(outcome, session_id_, letters[0], needs->iv),
                   derive_key(outcome, session_id_, letters[2], needs->mac_key)};
    return make_guard(cipher, mac, keys, direction);
  };
  auto sealer = make(agreed_.cipher_out, agreed_.mac_out, "ACE", Direction::seal);
  next_opener_ = make(agreed_.cipher_in, agreed_.mac_in, "BDF", Direction::open);
  if (sealer == nullptr || next_opener_ == nullptr) return false;
  put(std::string(1, static_cast<char>(kNewKeys)));
  writer_.use(std::move(sealer));
  if (strict_) writer_.count_from_zero();
  return true;
}

void Transport::finish_exchange(KexOutcome& outcome, ProbeMoment now) {
  if (session_id_.empty()) session_id_ = outcome.hash;
  if (!take_host_key(outcome, now)) return;
  if (!take_keys(outcome)) return end(ProbeEnd::stopped, "libcrypto failed");
  exchange_.reset();
  begun_method_.clear();
  state_ = KexState::wait_new_keys;
  tell_ready_ = first_exchange_;
  for (const std::string& payload : std::exchange(held_, {})) put(payload);
}

void Transport::take_new_keys(ProbeMoment now) {
  if (state_ != KexState::wait_new_keys) return end(ProbeEnd::malformed, "SSH_MSG_NEWKEYS out of turn");
  reader_.use(std::move(next_opener_));
  if (strict_) reader_.count_from_zero();
  state_ = KexState::idle;
  if (first_exchange_) reply_.kex.finished = now;
  first_exchange_ = false;
}

void Transport::send(std::string_view payload) {
  const bool exchanging = state_ == KexState::offered || state_ == KexState::exchanging;
  if (exchanging)
    held_.emplace_back(payload);
  else
    put(payload);
}

void Transport::say_goodbye(std::uint32_t code, std::string_view text) {
  std::string payload(1, static_cast<char>(kDisconnect));
  put_u32(payload, code);
  put_string(payload, text);
  put_string(payload, "");
  put(payload);
}

}  // namespace reentry::probe
