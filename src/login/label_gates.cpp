// SELinux on what every login needs: sshd's program, configuration and host keys, the account files, PAM,
// ports.
#include <algorithm>

#include "base/shown.hpp"
#include "facts/session_paths.hpp"
#include "login/exhibits.hpp"
#include "login/labels.hpp"

namespace reentry {
namespace {

bool is_off(const Facts& facts, When when) {
  const Known<SelinuxMode> mode = selinux_mode(facts, when);
  return mode && *mode == SelinuxMode::off;
}

class Judge {
 public:
  Judge(const Facts& facts, When when, Gate& gate) : facts_(facts), when_(when), gate_(gate) {}

  // What every login needs.
  void needed(Cause cause, const PathFact& path, LabelUse use, LabelActor actor) {
    LabelWay way = label_way(facts_, when_, path, use, actor);
    for (const LabelFact* fact : way.refused) refuse(cause, *fact);
    note(cause, way);
    unknown(way);
  }
  // What some logins need: refused, it leaves the gate unknown.
  void leaned_on(Cause cause, const PathFact& path, LabelUse use, LabelActor actor) {
    LabelWay way = label_way(facts_, when_, path, use, actor);
    for (const LabelFact* fact : way.refused) {
      gate_.unknown.push_back(
          {Why::denied, fact->question.path.str(),
           "SELinux refuses it to " + fact->domain + "; which logins need it is not known"});
    }
    note(cause, way);
    unknown(way);
  }
  // What no login needs, and what is worth mending all the same.
  void aside(Cause cause, const PathFact& path, LabelUse use, LabelActor actor) {
    LabelWay way = label_way(facts_, when_, path, use, actor);
    for (const LabelFact* fact : way.refused) add(notes_, cause, *fact);
    note(cause, way);
  }
  // One of the host keys is enough (sshd.c:main).
  void host_keys(const std::vector<HostKeyFact>& keys) {
    std::vector<const LabelFact*> refused;
    std::size_t there = 0;
    std::size_t lost = 0;
    for (const HostKeyFact& key : keys) {
      if (!key.path.found()) continue;
      ++there;
      LabelWay way = label_way(facts_, when_, key.path, LabelUse::read, LabelActor::listener);
      lost += way.refused.empty() ? 0 : 1;
      refused.insert(refused.end(), way.refused.begin(), way.refused.end());
      note(Cause::service_selinux_label, way);
      unknown(way);
    }
    for (const LabelFact* fact : refused) {
      if (there == lost) {
        refuse(Cause::service_selinux_label, *fact);
      } else {
        add(notes_, Cause::service_selinux_label, *fact);
      }
    }
  }
  // Notes belong to a gate that passes.
  void finish() {
    settle(gate_);
    if (gate_.result == GateResult::pass) gate_.obstacles = std::move(notes_);
  }

 private:
  static void add(std::vector<Obstacle>& to, Cause cause, const LabelFact& fact) {
    const bool told = std::any_of(to.begin(), to.end(), [&fact](const Obstacle& known) {
      return known.at.path == fact.question.path.str();
    });
    if (!told) to.push_back(label_obstacle(cause, fact));
  }
  void refuse(Cause cause, const LabelFact& fact) {
    add(gate_.obstacles, cause, fact);
    if (gate_.detail.empty()) {
      gate_.detail = say("SELinux refuses {} to {}", "SELinux が {} へのアクセスを {} に許可しません",
                         shown(fact.question.path.str()), shown(fact.domain));
    }
  }
  void note(Cause cause, const LabelWay& way) {
    for (const LabelFact* fact : way.logged) add(notes_, cause, *fact);
  }
  void unknown(LabelWay& way) {
    for (Missing& missing : way.unknown) {
      if (std::find(gate_.unknown.begin(), gate_.unknown.end(), missing) == gate_.unknown.end())
        gate_.unknown.push_back(std::move(missing));
    }
  }

  const Facts& facts_;
  When when_;
  Gate& gate_;
  std::vector<Obstacle> notes_;
};

// A file by its path; nothing where nobody looked at it.
PathFact path_at(const Facts& facts, const HostPath& path) {
  const FileFact* file = facts.paths.find(path);
  if (file != nullptr) return file->path;
  PathFact none;
  none.asked = path;
  return none;
}

void judge_service(const Facts& facts, Judge& judge) {
  const ServiceFacts& service = facts.service;
  judge.needed(Cause::service_selinux_label, service.sshd.path, LabelUse::start, LabelActor::init);
  for (const ProgramFact& helper : service.helpers) {
    const bool auth = helper.path.asked.str() == facts.ssh.auth_program;
    judge.needed(Cause::service_selinux_label, helper.path, LabelUse::start,
                 auth ? LabelActor::session : LabelActor::listener);
  }
  for (const ConfigFile& file : facts.config.files)
    judge.needed(Cause::service_selinux_label, path_at(facts, file.path), LabelUse::read,
                 LabelActor::listener);
  judge.host_keys(service.host_keys);
}

// Whether the names of groups decide about logins.
bool asks_for_groups(const SshdConfig& config) {
  const bool lists = std::any_of(config.lines.begin(), config.lines.end(), [](const ConfigLine& line) {
    return !line.dead && (line.keyword == "allowgroups" || line.keyword == "denygroups");
  });
  return lists || std::any_of(config.blocks.begin(), config.blocks.end(), [](const MatchBlock& block) {
           return std::any_of(block.criteria.begin(), block.criteria.end(),
                              [](const auto& criterion) { return criterion.first == "group"; });
         });
}

void judge_accounts(const Facts& facts, const EffectiveConfig& startup, Judge& judge) {
  const Cause cause = Cause::system_selinux_label;
  judge.needed(cause, path_at(facts, HostPath("/etc/passwd")), LabelUse::read, LabelActor::session);
  // Without /etc/group an account has its own group alone, and without nsswitch.conf libc asks the files.
  const PathFact group = path_at(facts, HostPath("/etc/group"));
  const PathFact nsswitch = path_at(facts, HostPath("/etc/nsswitch.conf"));
  if (asks_for_groups(facts.config)) {
    judge.leaned_on(cause, group, LabelUse::read, LabelActor::session);
  } else {
    judge.aside(cause, group, LabelUse::read, LabelActor::session);
  }
  if (facts.accounts.nss_passwd.beyond_files()) {
    judge.leaned_on(cause, nsswitch, LabelUse::read, LabelActor::session);
  } else {
    judge.aside(cause, nsswitch, LabelUse::read, LabelActor::session);
  }
  const PathFact shadow = path_at(facts, HostPath("/etc/shadow"));
  if (!facts.ssh.pam || startup["usepam"].first() != "yes") {
    judge.leaned_on(cause, shadow, LabelUse::read, LabelActor::password);
    return;
  }
  judge.needed(cause, shadow, LabelUse::read, LabelActor::password);
  std::vector<std::string> files;
  for (const auto* stacks : {&facts.pam.sshd.own, &facts.pam.sshd.other}) {
    for (const std::vector<PamHandler>& stack : *stacks) {
      for (const PamHandler& handler : stack) {
        if (!handler.file.empty() && std::find(files.begin(), files.end(), handler.file) == files.end())
          files.push_back(handler.file);
      }
    }
  }
  for (const std::string& file : files)
    judge.needed(cause, path_at(facts, HostPath(file)), LabelUse::read, LabelActor::session);
  for (const auto& module : facts.pam.modules)
    judge.leaned_on(cause, module.second, LabelUse::load, LabelActor::session);
}

void end(Judge& judge, Gate& gate) {
  judge.finish();
  if (gate.result != GateResult::unknown) return;
  gate.detail = say("what SELinux makes of some files could not be told",
                    "一部のファイルについて SELinux の判断を確認できませんでした");
}

Gate labels_gate(const Facts& facts, When when) {
  Gate gate = gate_of("service/labels", GateResult::pass);
  if (is_off(facts, when)) return gate;
  Judge judge(facts, when, gate);
  judge_service(facts, judge);
  end(judge, gate);
  return gate;
}

// sshd goes on without a port that it may not have, and ends where it has none (sshd.c:server_listen).
Gate port_gate(const Facts& facts, const EffectiveConfig& startup, When when) {
  Gate gate = gate_of("service/selinux-port", GateResult::pass);
  const Known<SelinuxMode> mode = selinux_mode(facts, when);
  if (mode && *mode != SelinuxMode::enforcing) return gate;
  const std::vector<PortFact>& ports = facts.labels.ports;
  const auto is_refused = [](const PortFact& port) { return port.refused; };
  const auto refused = static_cast<std::size_t>(std::count_if(ports.begin(), ports.end(), is_refused));
  const std::vector<std::string>& wanted = startup["port"].values;
  const bool usual = wanted.empty() || (wanted.size() == 1 && wanted.front() == "22");
  if (ports.empty() && !facts.labels.policy && !usual) gate.unknown.push_back(facts.labels.policy.missing());
  if (refused > 0 && !mode) gate.unknown.push_back(mode.missing());
  std::vector<Obstacle> obstacles;
  for (const PortFact& port : ports) {
    if (!port.refused || !mode) continue;
    const Setting& setting = startup["port"];
    const auto value = std::find(setting.values.begin(), setting.values.end(), std::to_string(port.port));
    const auto index = static_cast<std::size_t>(value - setting.values.begin());
    Obstacle obstacle{Cause::service_selinux_port,
                      config_exhibit(facts, index < setting.all.size() ? setting.all[index] : setting.at),
                      {},
                      {{"port", std::to_string(port.port)}, {"type", port.type}, {"domain", port.domain}}};
    obstacles.push_back(std::move(obstacle));
  }
  if (refused < ports.size()) {
    settle(gate);
    if (gate.result == GateResult::pass) gate.obstacles = std::move(obstacles);
    return gate;
  }
  gate.obstacles = std::move(obstacles);
  settle(gate);
  if (gate.result == GateResult::refuse)
    gate.detail =
        say("SELinux does not let sshd have its port", "SELinux が sshd にポートの使用を許可しません");
  return gate;
}

// What a profile refuses is not modelled: sshd under one may do what it needs, or not.
Gate armor_gate(const Facts& facts) {
  Gate gate = gate_of("service/apparmor", GateResult::pass);
  gate.unknown = facts.labels.armor_unknown;
  for (const ArmorProfile& profile : facts.labels.armor) {
    gate.unknown.push_back({Why::not_asked, profile.file.empty() ? profile.name : profile.file,
                            "what this AppArmor profile lets sshd do"});
  }
  settle(gate);
  if (gate.result == GateResult::unknown)
    gate.detail = say("AppArmor may confine sshd", "AppArmor が sshd を制限している可能性があります");
  return gate;
}

}  // namespace

std::vector<Gate> label_gates(const Facts& facts, const EffectiveConfig& startup, When when) {
  std::vector<Gate> gates;
  gates.push_back(labels_gate(facts, when));
  gates.push_back(port_gate(facts, startup, when));
  gates.push_back(armor_gate(facts));
  return gates;
}

Gate account_labels_gate(const Facts& facts, const EffectiveConfig& startup, When when) {
  Gate gate = gate_of("service/account-labels", GateResult::pass);
  if (is_off(facts, when)) return gate;
  Judge judge(facts, when, gate);
  judge_accounts(facts, startup, judge);
  end(judge, gate);
  return gate;
}

Gate shell_label_gate(const Facts& facts, When when, const PasswdEntry& user) {
  Gate gate = gate_of("session/shell-label", GateResult::pass);
  if (is_off(facts, when)) return gate;
  Judge judge(facts, when, gate);
  const FileFact* shell = facts.paths.find(HostPath(session_shell(user)));
  if (shell != nullptr && shell->path.found())
    judge.needed(Cause::system_selinux_label, shell->path, LabelUse::test, LabelActor::session);
  judge.finish();
  return gate;
}

}  // namespace reentry
