#include "probe/ssh_probe.hpp"

#include <algorithm>

#include "probe/messages.hpp"

namespace reentry::probe {
namespace {

constexpr std::uint32_t kTooManyByOpenSsh =
    2;  // SSH_DISCONNECT_PROTOCOL_ERROR, auth.c:auth_maxtries_exceeded

bool is_for_too_many(const std::optional<Disconnect>& said) {
  return said && (said->code == kTooManyByOpenSsh || said->code == 14) &&
         said->text.find("Too many authentication failures") != std::string::npos;
}

}  // namespace

SshProbe::SshProbe(std::shared_ptr<const ProbePlan> plan, FillRandom random)
    : plan_(std::move(plan)),
      transport_(*plan_, std::move(random), reply_),
      auth_(*plan_, reply_),
      session_(*plan_, reply_) {}

void SshProbe::start(std::int64_t now) {
  answered_flights_ = 1;
  reply_.connected = moment(now);
  transport_.start(moment(now));
  run(moment(now));
}

void SshProbe::receive(std::string_view bytes, std::int64_t now) {
  if (finished() || bytes.empty()) return;
  answered_flights_ = sent_flights_;
  heard_since_flight_ = true;
  reply_.bytes_in += bytes.size();
  transport_.add(bytes, moment(now));
  run(moment(now));
}

void SshProbe::run(ProbeMoment now) {
  std::string payload;
  while (!finished()) {
    const TransportStep step = transport_.step(payload, now);
    if (step == TransportStep::need_more) break;
    if (step == TransportStep::ready) {
      layer_ = Layer::auth;
      auth_.start(transport_.session_id());
    } else if (step == TransportStep::message) {
      take(payload, now);
    } else {
      finish(reply_.end, now);
    }
    flush();
  }
  flush();
  mark_stage(now.microseconds);
}

void SshProbe::take(std::string_view payload, ProbeMoment now) {
  const auto number = static_cast<std::uint8_t>(payload.front());
  if (layer_ == Layer::session) return take_session(session_.take(payload, now), now);
  if (number < kGlobalRequest) return take_auth(auth_.take(payload, now), now);
  // Before a login there is nothing to be said there; some servers' early hostkeys-00 is let pass.
}

void SshProbe::take_auth(AuthStep step, ProbeMoment now) {
  switch (step) {
    case AuthStep::more: return;
    case AuthStep::malformed: return finish(ProbeEnd::malformed, now);
    case AuthStep::finished: break;
    case AuthStep::in:
      if (plan_->goal != ProbeGoal::session || (reply_.auth.none_accepted && !plan_->sign)) break;
      layer_ = Layer::session;
      return take_session(session_.start(), now);
  }
  farewell(kByApplication, "probe done");
  finish(ProbeEnd::done, now);
}

void SshProbe::take_session(SessionStep step, ProbeMoment now) {
  if (step == SessionStep::more) return;
  if (step == SessionStep::malformed) return finish(ProbeEnd::malformed, now);
  farewell(kByApplication, "probe done");
  finish(ProbeEnd::done, now);
}

void SshProbe::farewell(std::uint32_t code, std::string_view text) {
  flush();
  transport_.say_goodbye(code, text);
}

// What the layers have to say becomes bytes, and a flight where the server had spoken before it.
void SshProbe::flush() {
  for (std::vector<std::string>* box : {&auth_.outbox(), &session_.outbox()}) {
    for (const std::string& payload : *box) transport_.send(payload);
    box->clear();
  }
  std::string& fresh = transport_.output();
  if (fresh.empty()) return;
  reply_.bytes_out += fresh.size();
  if (std::exchange(heard_since_flight_, false)) ++sent_flights_;
  out_ += fresh;
  fresh.clear();
}

void SshProbe::sent(std::size_t count) {
  out_.erase(0, count);
}

void SshProbe::finish(ProbeEnd how, ProbeMoment now) {
  reply_.end = how;
  reply_.ended = now;
  if (layer_ != Layer::auth) return;
  const bool wordless = how == ProbeEnd::closed || how == ProbeEnd::reset || how == ProbeEnd::timed_out ||
                        how == ProbeEnd::malformed || how == ProbeEnd::bad_mac;
  reply_.choked_on_pipelining = wordless && plan_->pipelining && auth_.under_way() > 1;
  auth_.close(is_for_too_many(reply_.disconnect), now);
}

void SshProbe::hang_up(Hangup how, std::int64_t now, int error) {
  if (finished()) return;
  ProbeEnd end = ProbeEnd::closed;
  if (how == Hangup::reset) end = ProbeEnd::reset;
  if (how == Hangup::io_error) end = ProbeEnd::io_error;
  if (how == Hangup::not_connected) end = ProbeEnd::not_connected;
  if (how == Hangup::stopped) end = ProbeEnd::stopped;
  reply_.connect_error = error;
  finish(end, moment(now));
}

void SshProbe::mark_stage(std::int64_t now) {
  // The host key comes with the exchange: one stage of time.
  const ProbeStage stage = reply_.stage == ProbeStage::hostkey ? ProbeStage::kex : reply_.stage;
  if (stage == timed_stage_) return;
  timed_stage_ = stage;
  stage_began_ = now;
}

std::int64_t SshProbe::deadline() const {
  std::int64_t limit = plan_->limits.connect;
  if (timed_stage_ == ProbeStage::banner) limit = plan_->limits.banner;
  if (timed_stage_ == ProbeStage::kex) limit = plan_->limits.kex;
  if (timed_stage_ == ProbeStage::auth) limit = plan_->limits.auth;
  if (timed_stage_ == ProbeStage::session) limit = plan_->limits.session;
  const std::int64_t end = stage_began_ + limit;
  const auto wake = session_.wake();
  return wake ? std::min(end, *wake) : end;
}

void SshProbe::tick(std::int64_t now) {
  if (finished()) return;
  const auto wake = session_.wake();
  if (wake && *wake <= now) {
    take_session(session_.tick(moment(now)), moment(now));
    flush();
    if (finished()) return;
  }
  if (deadline() > now) return;
  finish(timed_stage_ == ProbeStage::network ? ProbeEnd::not_connected : ProbeEnd::timed_out, moment(now));
}

}  // namespace reentry::probe
