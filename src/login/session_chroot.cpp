// ChrootDirectory: session.c:safely_chroot looks at every directory from `/` down.
#include "base/shown.hpp"
#include "facts/session_paths.hpp"
#include "login/exhibits.hpp"
#include "login/session_parts.hpp"

namespace reentry {
namespace {

constexpr std::string_view kChrootGate = "session/chroot";

Obstacle obstacle_at(const SessionPlan& plan, Cause cause, const HostPath& component, std::string why) {
  return {cause,
          {"file", component.str(), 0, {}},
          {config_exhibit(plan.input.facts, plan.input.connection["chrootdirectory"].at)},
          {{"user", plan.user.name},
           {"chroot", plan.chroot.value_or("")},
           {"component", component.str()},
           {"why", std::move(why)}}};
}

// One component; true when nothing below it can be looked at.
bool judge_component(const SessionPlan& plan, const HostPath& component, Gate& gate) {
  const FileFact* fact = plan.input.facts.paths.find(component);
  if (fact == nullptr || fact->path.end == PathEnd::denied || fact->path.end == PathEnd::failed) {
    gate.unknown.push_back(fact == nullptr ? Missing{Why::not_asked, component.str(), {}}
                                           : fact->path.missing());
    return true;
  }
  if (!fact->path.found()) {
    gate.obstacles.push_back(obstacle_at(plan, Cause::session_chroot_missing, component, "missing"));
    return true;
  }
  const PathNode& node = fact->path.node();
  const bool writable = (node.stat.mode & 0022U) != 0;
  if (node.stat.uid != 0 || writable) {
    Obstacle obstacle =
        obstacle_at(plan, Cause::session_chroot_ownership, node.path, node.stat.uid != 0 ? "owner" : "mode");
    obstacle.at.text =
        fmt::format("{:04o} {}", node.stat.mode, plan.input.facts.accounts.user_name(node.stat.uid));
    obstacle.details.emplace_back("mode", fmt::format("{:04o}", node.stat.mode));
    obstacle.details.emplace_back("owner", std::to_string(node.stat.uid));
    obstacle.details.emplace_back("owner_name", plan.input.facts.accounts.user_name(node.stat.uid));
    gate.obstacles.push_back(std::move(obstacle));
  }
  if (node.stat.type != FileType::directory) {
    gate.obstacles.push_back(obstacle_at(plan, Cause::session_chroot_missing, node.path, "not a directory"));
    return true;
  }
  return false;
}

}  // namespace

Gate chroot_gate(const SessionPlan& plan) {
  const Setting& setting = plan.input.connection["chrootdirectory"];
  if (setting.uncertain) {
    return unknown_gate(kChrootGate, {{Why::not_asked, setting.at.file, "Match"}},
                        say("a Match block that can't be decided sets ChrootDirectory",
                            "判定できない Match ブロックが ChrootDirectory を設定しています"));
  }
  Gate gate = gate_of(kChrootGate, GateResult::pass);
  if (!plan.chroot) {
    if (setting.first().empty() || setting.first() == "none") return gate;
    return unknown_gate(kChrootGate, {{Why::malformed, setting.at.file, setting.first()}},
                        say("ChrootDirectory {} can't be expanded", "ChrootDirectory {} を展開できません",
                            shown(setting.first())));
  }
  if (plan.chroot->empty() || plan.chroot->front() != '/') {
    Obstacle obstacle =
        obstacle_at(plan, Cause::session_chroot_missing, HostPath(*plan.chroot), "not absolute");
    obstacle.at = config_exhibit(plan.input.facts, setting.at);
    gate.obstacles.push_back(std::move(obstacle));
  } else {
    for (const HostPath& component : chroot_components(*plan.chroot)) {
      if (judge_component(plan, component, gate)) break;
    }
  }
  settle(gate);
  if (gate.result == GateResult::refuse) {
    gate.detail = say("sshd does not chroot to {}: {}", "sshd は {} へ chroot できません（{}）",
                      shown(*plan.chroot), shown(gate.obstacles.front().at.path));
  }
  return gate;
}

}  // namespace reentry
