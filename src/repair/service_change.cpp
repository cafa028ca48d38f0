#include "repair/service_change.hpp"

#include <utility>

#include "host/service_control.hpp"

namespace reentry {
namespace {

ServiceNames names_of(const Facts& facts) {
  ServiceNames names;
  if (facts.unit.found) names.unit = facts.unit.name;
  if (facts.unit.socket_enabled) names.socket = facts.unit.socket_name;
  const std::string pid_file = ConfigEvaluator(facts.config, facts.ssh).startup()["pidfile"].first();
  if (pid_file.starts_with('/')) names.pid_file = pid_file;
  if (names.pid_file.empty()) names.pid_file = "/run/sshd.pid";
  names.program = facts.service.sshd.path.real.str();
  names.call = facts.unit.command;
  if (names.call.empty()) names.call = {facts.service.sshd.path.asked.str()};
  return names;
}

ServiceChange left(Text why, std::string by_hand) {
  ServiceChange out;
  out.done = ServiceChange::Done::left;
  out.why = std::move(why);
  out.by_hand = std::move(by_hand);
  return out;
}

}  // namespace

ServiceChange bring_to_life(const Facts& facts, const SecondOpinion& opinion, bool touched) {
  if (facts.target.kind != TargetKind::live || !touched) return {};
  const ServiceNames names = names_of(facts);
  const std::string by_hand = facts.service.sshd.path.asked.str() + " -t && " + reload_by_hand(names);
  if (opinion.verdict == SecondOpinion::Verdict::refuses) {
    return left(
        say("sshd refuses what is there now; one that runs goes on with what it read before",
            "現在の設定を sshd が受け付けません。稼働中の sshd は以前に読み込んだ設定のまま動作します"),
        by_hand);
  }
  if (opinion.verdict == SecondOpinion::Verdict::none) {
    return left(say("sshd could not be asked whether it accepts what is there now",
                    "現在の設定を sshd が受け付けるかどうか確認できませんでした"),
                by_hand);
  }
  ServiceOutcome outcome = reload_or_start(names);
  ServiceChange out;
  out.ran = std::move(outcome.ran);
  out.back = std::move(outcome.back);
  switch (outcome.act) {
    case ServiceAct::reloaded: out.done = ServiceChange::Done::reloaded; break;
    case ServiceAct::started: out.done = ServiceChange::Done::started; break;
    case ServiceAct::on_demand: out.done = ServiceChange::Done::on_demand; break;
    case ServiceAct::failed: return left(std::move(outcome.why), std::move(outcome.by_hand));
  }
  return out;
}

}  // namespace reentry
