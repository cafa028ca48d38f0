#include "login/unit_gate.hpp"

#include "base/shown.hpp"
#include "login/exhibits.hpp"

namespace reentry {
namespace {

// Debian's unit: ConditionPathExists=!/etc/ssh/sshd_not_to_be_run.
bool has_debian_unit(const Facts& facts) {
  const Vendor vendor = facts.ssh.vendor;
  return vendor == Vendor::debian || vendor == Vendor::ubuntu || facts.unit.name == "ssh.service" ||
         facts.target.os_id == "debian" || facts.target.os_id == "ubuntu";
}

// Nothing that systemd follows at boot leads to sshd. Something else may, of which no file tells us.
void judge_enablement(const Facts& facts, Gate& gate) {
  const UnitFacts& unit = facts.unit;
  const bool stays_down = unit.found && unit.by_systemd && !unit.masked && !unit.enabled &&
                          !(unit.socket_enabled && !unit.socket_masked);
  if (!stays_down) return;
  if (!unit.other_starters.empty()) {
    gate.unknown.push_back({Why::not_asked, unit.other_starters.front(), "whether it starts sshd"});
    return;
  }
  gate.obstacles.push_back(
      {Cause::service_disabled, {"file", unit.file, 0, {}}, {}, {{"unit", unit.name}}, false});
  if (gate.detail.empty())
    gate.detail =
        say("nothing starts {} at boot", "起動時に {} を開始する設定がありません", shown(unit.name));
}

}  // namespace

Gate unit_gate(const Facts& facts, When when) {
  Gate gate = gate_of("service/unit", GateResult::pass);
  const PathFact& forbidden = facts.service.not_to_be_run;
  if (facts.service.collected && has_debian_unit(facts) && forbidden.found()) {
    gate.obstacles.push_back({Cause::service_not_to_be_run,
                              {"file", forbidden.asked.str(), 0, {}},
                              {},
                              {{"path", forbidden.asked.str()}, {"problem", "file"}}});
    gate.detail = say("{} exists: the unit is not started", "{} があるため、ユニットは起動されません",
                      forbidden.asked.str());
  }
  if (facts.unit.found && facts.unit.masked) {
    // Something else than systemd may still start sshd.
    gate.obstacles.push_back({Cause::service_not_to_be_run,
                              {"file", facts.unit.file, 0, {}},
                              {},
                              {{"path", facts.unit.file}, {"unit", facts.unit.name}, {"problem", "masked"}},
                              false});
    gate.detail = say("{} is masked", "{} はマスクされています", shown(facts.unit.name));
  }
  if (when == When::next_start) judge_enablement(facts, gate);
  settle(gate);
  return gate;
}

}  // namespace reentry
