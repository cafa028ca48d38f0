#include "login/running_gate.hpp"

#include <algorithm>
#include <iterator>
#include <string>

#include "base/shown.hpp"
#include "facts/sshd_processes.hpp"
#include "login/exhibits.hpp"
#include "login/wrapper_gate.hpp"

namespace reentry {
namespace {

enum class Life {
  absent,  // no sshd listens
  mute,    // one listens and does not greet
  greets,
};

Life life_of(const Facts& facts) {
  Life life = Life::absent;
  for (const ListeningSocket& socket : *facts.running.sockets) {
    if (!is_sshd_socket(facts, socket)) continue;
    const Greeting* greeting = greeting_of(facts, socket);
    if (greeting != nullptr && is_ssh(*greeting)) return Life::greets;
    life = Life::mute;
  }
  return life;
}

bool refuses(const Gates& gates) {
  return std::any_of(gates.begin(), gates.end(),
                     [](const Gate& gate) { return gate.result == GateResult::refuse; });
}

// Who holds a port that sshd should have.
const ListeningSocket* taken_by_another(const Facts& facts) {
  for (const ListeningSocket& socket : *facts.running.sockets) {
    if (is_wanted_port(facts, socket.port) && !is_sshd_socket(facts, socket) && !socket.owners.empty())
      return &socket;
  }
  return nullptr;
}

std::string place_of(const ListeningSocket& socket) {
  const std::string port = std::to_string(socket.port);
  return socket.v6 ? "[" + socket.address + "]:" + port : socket.address + ":" + port;
}

Obstacle taken_by(const ListeningSocket& socket) {
  const SocketOwner& owner = socket.owners.front();
  const std::string program = owner.program.empty() ? owner.title : owner.program;
  return {Cause::service_port_taken,
          {"process", program, 0, owner.title},
          {},
          {{"port", std::to_string(socket.port)},
           {"address", place_of(socket)},
           {"program", program},
           {"pid", std::to_string(owner.pid)}}};
}

const UnitState* state_of(const Known<UnitState>& unit) {
  return unit && unit->loaded() ? &*unit : nullptr;
}

// The unit that should have brought sshd up: the socket where that is the way it is started.
const UnitState* failing_unit(const Facts& facts) {
  const UnitState* service = state_of(facts.running.service);
  const UnitState* socket = state_of(facts.running.socket);
  const bool by_socket = socket != nullptr && facts.unit.socket_enabled && !facts.unit.enabled;
  return by_socket ? socket : service;
}

// The last line of the journal that is sshd's own word or systemd's verdict.
void quote_journal(const Facts& facts, Obstacle& obstacle) {
  constexpr std::size_t kQuoted = 3;
  const std::vector<std::string>& lines = facts.running.journal;
  const std::size_t first = lines.size() > kQuoted ? lines.size() - kQuoted : 0;
  for (std::size_t i = first; i < lines.size(); ++i)
    obstacle.evidence.push_back({"log", "journal of " + facts.unit.name, 0, lines[i]});
}

void refuse_absent(const Facts& facts, Gate& gate) {
  const UnitState* unit = failing_unit(facts);
  Obstacle obstacle;
  // systemd.exec(5), $SERVICE_RESULT: the kernel's OOM killer took a process of the unit.
  const bool killed = unit != nullptr && unit->get("Result") == "oom-kill";
  obstacle.cause = killed ? Cause::system_out_of_memory : Cause::service_not_running;
  obstacle.at = {"process", unit != nullptr ? unit->get("Id") : "sshd", 0, {}};
  if (unit != nullptr) {
    obstacle.at.text = "ActiveState=" + unit->get("ActiveState") + " Result=" + unit->get("Result");
    obstacle.details = {{"unit", unit->get("Id")},
                        {"state", unit->get("ActiveState")},
                        {"result", unit->get("Result")},
                        {"status", unit->get("ExecMainStatus")}};
    quote_journal(facts, obstacle);
  }
  gate.detail = unit != nullptr ? say("no sshd listens; {} is {}", "sshd が待ち受けていません（{} は {}）",
                                      shown(unit->get("Id")), shown(unit->get("ActiveState")))
                                : say("no sshd listens", "sshd が待ち受けていません");
  gate.obstacles.push_back(std::move(obstacle));
}

// Stopped by somebody: what its files say is not why it is down.
bool was_stopped(const Facts& facts) {
  const UnitState* unit = failing_unit(facts);
  return unit != nullptr && unit->get("ActiveState") == "inactive" && unit->get("ConditionResult") != "no";
}

// Whether libwrap would turn away our own greeting: then its silence proves nothing.
bool wrapper_refuses_us(const GateInput& input) {
  LoginQuestion question = input.question;
  question.from = "127.0.0.1";
  const GateInput own{input.facts, question, input.startup, input.connection, input.when};
  const GateResult result = wrapper_gate(own).result;
  return result == GateResult::refuse || result == GateResult::unknown;
}

void refuse_mute(const GateInput& input, Gate& gate) {
  for (const ListeningSocket& socket : *input.facts.running.sockets) {
    const Greeting* greeting = greeting_of(input.facts, socket);
    if (!is_sshd_socket(input.facts, socket) || greeting == nullptr) continue;
    const bool closed = greeting->end == Greeting::End::closed;
    const bool silent = greeting->end == Greeting::End::silent;
    if (!closed && !silent) continue;
    Obstacle obstacle{Cause::service_no_greeting,
                      {"probe", place_of(socket), 0, closed ? "closed without a word" : "no answer"},
                      {},
                      {{"how", closed ? "closed" : "silent"}, {"address", place_of(socket)}},
                      false};
    if (!socket.owners.empty())
      obstacle.details.emplace_back("pid", std::to_string(socket.owners.back().pid));
    quote_journal(input.facts, obstacle);
    gate.obstacles.push_back(std::move(obstacle));
    gate.detail = closed ? say("sshd takes a new connection and closes it at once",
                               "sshd は新しい接続を受け付けた直後に切断します")
                         : say("sshd takes a new connection and says nothing",
                               "sshd は新しい接続を受け付けますが、何も応答しません");
    return;
  }
}

bool is_changed(const Facts& facts, const std::string& path) {
  const std::vector<std::string>& changed = facts.running.changed;
  return std::find(changed.begin(), changed.end(), path) != changed.end();
}

}  // namespace

std::optional<Obstacle> taken_port(const Facts& facts, bool v6) {
  for (const ListeningSocket& socket : *facts.running.sockets) {
    const bool other = is_wanted_port(facts, socket.port) && !is_sshd_socket(facts, socket);
    if (other && socket.v6 == v6 && !socket.owners.empty()) return taken_by(socket);
  }
  return std::nullopt;
}

bool listens_in_vain(const Facts& facts) {
  return facts.running.collected && facts.running.sockets && life_of(facts) == Life::mute;
}

void lift_for_running(const Facts& facts, std::vector<Gate>& gates) {
  if (!facts.running.sockets) return;
  const Life life = life_of(facts);
  if (life == Life::absent) return;
  for (Gate& gate : gates) {
    const bool of_start = gate.id == "service/unit" || gate.id == "service/config";
    if (gate.result == GateResult::pass || (life == Life::mute && !of_start)) continue;
    gate.result = GateResult::pass;
    gate.obstacles.clear();
    gate.unknown.clear();
    gate.detail =
        say("sshd runs; its next start will meet this", "sshd は稼働中です。次回の起動時に問題になります");
  }
}

Gate running_gate(const GateInput& input) {
  const Facts& facts = input.facts;
  if (!facts.running.sockets) {
    return unknown_gate(
        "service/running", {facts.running.sockets.missing()},
        say("whether sshd listens could not be seen", "sshd が待ち受けているか確認できませんでした"));
  }
  Gate gate = gate_of("service/running", GateResult::pass);
  const Life life = life_of(facts);
  const bool explained = input.service != nullptr && refuses(*input.service);
  if (life == Life::absent) {
    const ListeningSocket* other = taken_by_another(facts);
    if (other != nullptr) {
      gate.obstacles.push_back(taken_by(*other));
      gate.detail = say("another program has sshd's port", "別のプログラムが sshd のポートを使用しています");
    } else if (!explained || was_stopped(facts)) {
      refuse_absent(facts, gate);
    } else {
      gate.result = GateResult::skipped;
      gate.detail = say("no sshd listens, for what is named above", "上記の理由で sshd は待ち受けていません");
      return gate;
    }
  } else if (life == Life::mute && !explained && !wrapper_refuses_us(input)) {
    refuse_mute(input, gate);
  }
  settle(gate);
  return gate;
}

Gate loaded_config_gate(const GateInput& input) {
  const Facts& facts = input.facts;
  const RunningFacts& running = facts.running;
  Gate gate = gate_of("service/loaded-config", GateResult::pass);
  if (running.changed.empty()) return gate;
  gate.result = GateResult::unknown;
  const std::string& file = running.changed.front();
  gate.unknown.push_back({Why::offline, file, "what it said when the running sshd read it"});
  gate.detail =
      say("{} changed after sshd had read it; sshd goes by what it read then",
          "{} は sshd が読み込んだ後に変更されています。sshd は変更前の内容で動作しています", shown(file));
  gate.obstacles.push_back(
      {Cause::service_config_not_loaded, {"file", file, 0, {}}, {}, {{"path", file}}, false});
  return gate;
}

void hold_back_unread(const Facts& facts, std::vector<Gate>& gates) {
  if (facts.running.changed.empty()) return;
  for (Gate& gate : gates) {
    const bool by_config =
        gate.result == GateResult::refuse && !gate.obstacles.empty() &&
        std::all_of(gate.obstacles.begin(), gate.obstacles.end(),
                    [&facts](const Obstacle& one) { return is_changed(facts, one.at.path); });
    if (!by_config) continue;
    gate.result = GateResult::unknown;
    gate.unknown.push_back(
        {Why::offline, gate.obstacles.front().at.path, "what it said when the running sshd read it"});
    gate.obstacles.clear();
  }
}

}  // namespace reentry
