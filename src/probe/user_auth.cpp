#include "probe/user_auth.hpp"

#include <algorithm>

#include "facts/wire.hpp"
#include "probe/messages.hpp"

namespace reentry::probe {
namespace {

constexpr std::string_view kConnection = "ssh-connection";
constexpr std::string_view kPublicKey = "publickey";
constexpr std::string_view kSha2 = "rsa-sha2-";

std::string request(std::string_view user, std::string_view method) {
  std::string payload(1, static_cast<char>(kUserauthRequest));
  put_string(payload, user);
  put_string(payload, kConnection);
  put_string(payload, method);
  return payload;
}

std::string key_request(std::string_view user, bool with_signature, std::string_view algorithm,
                        std::string_view blob) {
  std::string payload = request(user, kPublicKey);
  payload += static_cast<char>(with_signature ? 1 : 0);
  put_string(payload, algorithm);
  put_string(payload, blob);
  return payload;
}

// `rsa-sha2-512-cert-v01@openssh.com` is signed as `rsa-sha2-512`, and that is what server-sig-algs names.
std::string_view without_certificate(std::string_view algorithm) {
  return algorithm.substr(0, algorithm.find("-cert-v01@openssh.com"));
}

}  // namespace

UserAuth::UserAuth(const ProbePlan& plan, ProbeReply& reply) : plan_(plan), reply_(reply) {
  reply_.auth.keys.resize(plan_.goal >= ProbeGoal::keys ? plan_.keys.size() : 0);
}

AuthStep UserAuth::malformed(std::string what) {
  reply_.fault = std::move(what);
  return AuthStep::malformed;
}

void UserAuth::start(const std::string& session_id) {
  session_id_ = session_id;
  reply_.stage = ProbeStage::auth;
  std::string payload(1, static_cast<char>(kServiceRequest));
  put_string(payload, "ssh-userauth");
  outbox_.push_back(payload);
  if (plan_.pipelining) ask_more();
}

void UserAuth::ask_none() {
  none_asked_ = true;
  outbox_.push_back(request(plan_.user, "none"));
  waiting_.push_back({RequestKind::none, 0});
}

// RSA keys are asked under a name that the server said it takes (RFC 8332 3.3); its word comes before its
// first answer of this layer. A host key algorithm of the family says as much.
bool UserAuth::algorithms_are_known() const {
  if (reply_.kex.signature_algorithms || service_accepted_) return true;
  const auto& offered = reply_.kex.server.host_key;
  return std::any_of(offered.begin(), offered.end(),
                     [](const std::string& name) { return name.compare(0, kSha2.size(), kSha2) == 0; });
}

const std::string* UserAuth::algorithm_of(const KeyToAsk& key) const {
  const auto& theirs = reply_.kex.signature_algorithms;
  const auto usable = [&](const std::string& name) {
    const std::string_view plain = without_certificate(name);
    if (plain.substr(0, kSha2.size()) != kSha2) return true;
    if (theirs) return names(*theirs, plain);
    // No word from it (OpenSSH before 7.2, others): SHA-1 is all that it can be taken to know, but for a
    // server that signs so itself.
    return names(reply_.kex.server.host_key, "rsa-sha2-512") ||
           names(reply_.kex.server.host_key, "rsa-sha2-256");
  };
  const auto found = std::find_if(key.algorithms.begin(), key.algorithms.end(), usable);
  return found == key.algorithms.end() ? nullptr : &*found;
}

bool UserAuth::may_have_refusal() const {
  const auto queries = std::count_if(waiting_.begin(), waiting_.end(),
                                     [](const Request& one) { return one.kind == RequestKind::query; });
  return reply_.auth.refusals + static_cast<int>(queries) < plan_.most_refusals;
}

bool UserAuth::ask_key(std::size_t index) {
  const KeyToAsk& key = plan_.keys[index];
  KeyReply& reply = reply_.auth.keys[index];
  const bool rsa = std::any_of(key.algorithms.begin(), key.algorithms.end(), [](const std::string& name) {
    return name.compare(0, kSha2.size(), kSha2) == 0;
  });
  if (rsa && !algorithms_are_known()) return false;
  const std::string* algorithm = algorithm_of(key);
  if (algorithm == nullptr) {
    reply.why = NotAsked::no_algorithm;
    return true;
  }
  reply.algorithm = *algorithm;
  reply.answer = KeyAnswer::waiting;
  reply.why = NotAsked::none;
  outbox_.push_back(key_request(plan_.user, false, *algorithm, key.blob));
  waiting_.push_back({RequestKind::query, index});
  return true;
}

void UserAuth::refuse_keys(NotAsked why) {
  for (KeyReply& key : reply_.auth.keys) {
    if (key.answer == KeyAnswer::not_asked && key.why == NotAsked::not_reached) key.why = why;
  }
}

void UserAuth::ask_more() {
  if (!none_asked_) {
    ask_none();
    if (!plan_.pipelining) return;
  }
  for (std::size_t i = 0; i < reply_.auth.keys.size(); ++i) {
    const KeyReply& key = reply_.auth.keys[i];
    if (key.answer != KeyAnswer::not_asked || key.why != NotAsked::not_reached) continue;
    if (!plan_.pipelining && !waiting_.empty()) return;
    if (!may_have_refusal()) {
      if (waiting_.empty()) refuse_keys(NotAsked::budget);
      return;
    }
    (void)ask_key(i);
  }
}

bool UserAuth::keys_are_settled() const {
  return std::none_of(reply_.auth.keys.begin(), reply_.auth.keys.end(), [](const KeyReply& key) {
    return key.answer == KeyAnswer::waiting ||
           (key.answer == KeyAnswer::not_asked && key.why == NotAsked::not_reached);
  });
}

bool UserAuth::log_in() {
  if (plan_.goal != ProbeGoal::session || !plan_.sign || login_done_) return false;
  login_done_ = true;
  auto index = plan_.login_key;
  for (std::size_t i = 0; !index && i < reply_.auth.keys.size(); ++i) {
    if (reply_.auth.keys[i].answer == KeyAnswer::accepted) index = i;
  }
  if (!index || *index >= plan_.keys.size() || reply_.auth.keys[*index].answer != KeyAnswer::accepted)
    return false;
  const KeyToAsk& key = plan_.keys[*index];
  const std::string& algorithm = reply_.auth.keys[*index].algorithm;
  reply_.auth.login_key = index;
  std::string payload = key_request(plan_.user, true, algorithm, key.blob);
  std::string message;
  put_string(message, session_id_);
  message += payload;
  const auto signature = plan_.sign(*index, algorithm, message);
  if (!signature) {
    reply_.auth.login = LoginAnswer::signer_refused;
    return false;
  }
  put_string(payload, *signature);
  reply_.auth.login = LoginAnswer::waiting;
  outbox_.push_back(payload);
  waiting_.push_back({RequestKind::login, *index});
  return true;
}

AuthStep UserAuth::go_on() {
  ask_more();
  if (!waiting_.empty()) return AuthStep::more;
  if (!keys_are_settled()) return AuthStep::more;
  return log_in() ? AuthStep::more : AuthStep::finished;
}

AuthStep UserAuth::take(std::string_view payload, ProbeMoment now) {
  const auto number = static_cast<std::uint8_t>(payload.front());
  if (number == kServiceAccept) {
    if (service_accepted_) return malformed("a second SSH_MSG_SERVICE_ACCEPT");
    service_accepted_ = true;
    reply_.auth.service_accepted = now;
    return go_on();
  }
  if (number == kUserauthBanner) {
    take_banner(payload);
    return AuthStep::more;
  }
  // A server that does not say that it accepts, and answers, has accepted (RFC 4253 10 wants the word).
  if (waiting_.empty()) return malformed("an answer to no request");
  if (number == kUserauthSuccess) return take_success(now);
  if (number == kUserauthFailure) return take_failure(payload, now);
  if (number == kUserauthPkOk) return take_pk_ok(payload, now);
  return malformed("a message that authentication does not have");
}

AuthStep UserAuth::take_success(ProbeMoment now) {
  const Request asked = waiting_.front();
  if (asked.kind == RequestKind::query) return malformed("SSH_MSG_USERAUTH_SUCCESS without a signature");
  if (asked.kind == RequestKind::none) {
    reply_.auth.none_accepted = true;
    reply_.auth.methods_known = now;
  } else {
    reply_.auth.login = LoginAnswer::accepted;
    reply_.auth.login_known = now;
  }
  // What was asked behind it is not answered any more (RFC 4252 5.1).
  for (const Request& request : waiting_) {
    if (request.kind == RequestKind::query) reply_.auth.keys[request.key] = {};
  }
  waiting_.clear();
  refuse_keys(NotAsked::already_in);
  return AuthStep::in;
}

AuthStep UserAuth::take_failure(std::string_view payload, ProbeMoment now) {
  WireReader reader(payload.substr(1));
  std::vector<std::string> methods = read_name_list(reader.string().substr(0, 4096));
  const bool partial = reader.byte() != 0;
  if (!reader.ok()) return malformed("SSH_MSG_USERAUTH_FAILURE");
  if (methods.size() > kMostMethods) methods.resize(kMostMethods);
  const Request asked = waiting_.front();
  waiting_.pop_front();
  AuthReply& auth = reply_.auth;
  if (asked.kind == RequestKind::none) {
    auth.methods_known = now;
    auth.methods = std::move(methods);
    auth.partial = partial;
    // Keys that are on their way already are refused one by one.
    if (!names(auth.methods, kPublicKey)) refuse_keys(NotAsked::method_not_offered);
  } else if (asked.kind == RequestKind::query) {
    take_refusal(asked.key, now);
  } else {
    auth.refusals += partial ? 0 : 1;
    auth.login = partial ? LoginAnswer::partial : LoginAnswer::refused;
    auth.login_methods = std::move(methods);
    auth.login_known = now;
  }
  return go_on();
}

void UserAuth::take_refusal(std::size_t index, ProbeMoment now) {
  ++reply_.auth.refusals;
  KeyReply& reply = reply_.auth.keys[index];
  reply.when = now;
  const auto& theirs = reply_.kex.signature_algorithms;
  const std::string* algorithm = algorithm_of(plan_.keys[index]);
  // It was asked before server-sig-algs came, under a name that is not among them: once more under one that
  // is.
  const bool another = theirs && algorithm != nullptr && *algorithm != reply.algorithm;
  reply.answer = another ? KeyAnswer::not_asked : KeyAnswer::refused;
  if (another) reply.why = NotAsked::not_reached;
}

AuthStep UserAuth::take_pk_ok(std::string_view payload, ProbeMoment now) {
  WireReader reader(payload.substr(1));
  reader.string();
  const std::string_view blob = reader.string();
  const Request asked = waiting_.front();
  // 60 has other meanings for other methods; none of those was asked for.
  if (!reader.ok() || asked.kind != RequestKind::query || blob != plan_.keys[asked.key].blob)
    return malformed("SSH_MSG_USERAUTH_PK_OK for a key that was not asked about");
  waiting_.pop_front();
  reply_.auth.keys[asked.key].answer = KeyAnswer::accepted;
  reply_.auth.keys[asked.key].when = now;
  return go_on();
}

void UserAuth::take_banner(std::string_view payload) {
  WireReader reader(payload.substr(1));
  const std::string_view text = reader.string();
  std::string& kept = reply_.auth.banner;
  const std::size_t room = kBannerKept - std::min(kBannerKept, kept.size());
  kept += text.substr(0, room);
  if (text.size() > room) reply_.auth.banner_cut = true;
}

void UserAuth::close(bool too_many, ProbeMoment now) {
  if (!too_many || waiting_.empty() || waiting_.front().kind == RequestKind::none) return;
  // sshd hangs up in place of the answer to the refusal that was one too many (auth2.c:userauth_finish).
  const Request asked = waiting_.front();
  ++reply_.auth.refusals;
  if (asked.kind == RequestKind::login) {
    reply_.auth.login = LoginAnswer::refused;
    reply_.auth.login_known = now;
    return;
  }
  KeyReply& key = reply_.auth.keys[asked.key];
  key.answer = KeyAnswer::refused;
  key.when = now;
  key.by_disconnect = true;
}

}  // namespace reentry::probe
