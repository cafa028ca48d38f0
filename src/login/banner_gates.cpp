// What a connection meets before anybody is asked who he is: the socket, the bounds on connections, libwrap,
// the key exchange.
#include <algorithm>
#include <string>

#include "base/shown.hpp"
#include "login/address_gate.hpp"
#include "login/exhibits.hpp"
#include "login/gates.hpp"
#include "login/kex_gate.hpp"
#include "login/listen_gate.hpp"
#include "login/running_gate.hpp"
#include "login/wrapper_gate.hpp"

namespace reentry {
namespace {

// sshd.c:drop_connection (should_drop_connection) for the first connection of all: whether it is dropped for
// certain. From 8.7 on such bounds are configuration errors.
bool drops_everyone(const Setting& startups) {
  if (startups.values.size() != 3) return false;
  const bool begins_at_once = startups.values[0] == "0";
  return begins_at_once && (startups.values[2] == "0" || startups.values[1] == "100");
}

void add(const GateInput& input, std::string_view keyword, Gate& gate) {
  const Setting& setting = input.startup[keyword];
  Exhibit at = config_exhibit(input.facts, setting.at);
  gate.detail = say("{}:{} lets no connection begin: {}", "{}:{} により、接続を一つも開始できません: {}",
                    shown(at.path), at.line, shown(at.text));
  gate.obstacles.push_back(
      {Cause::banner_max_startups_zero, std::move(at), {}, {{"keyword", std::string(keyword)}}});
}

// A connection of our own was turned away for the number of those that have not logged in yet
// (sshd.c:drop_connection): so would the next one be, for as long as those stay.
void note_full(const GateInput& input, Gate& gate) {
  if (input.when != When::now || !gate.obstacles.empty()) return;
  const auto& greetings = input.facts.running.greetings;
  const auto full = std::find_if(greetings.begin(), greetings.end(), [](const auto& entry) {
    return entry.second.said.starts_with("Exceeded MaxStartups");
  });
  if (full == greetings.end()) return;
  Exhibit at = config_exhibit(input.facts, input.startup["maxstartups"].at);
  if (input.startup["maxstartups"].at.is_default())
    at = {"probe", full->first.first + ":" + std::to_string(full->first.second), 0, full->second.said};
  gate.detail = say("sshd has as many connections that are not logged in as it may have: {}",
                    "ログイン前の接続数が上限に達しています: {}", shown(full->second.said));
  gate.obstacles.push_back({Cause::banner_max_startups_zero,
                            std::move(at),
                            {{"probe", "a new connection", 0, full->second.said}},
                            {{"full", "now"}},
                            false});
}

Gate startups_gate(const GateInput& input) {
  Gate gate = gate_of("banner/startups", GateResult::pass);
  if (drops_everyone(input.startup["maxstartups"])) add(input, "maxstartups", gate);
  // srclimit.c:srclimit_check_allow: as many as the bound are one too many.
  if (input.startup["persourcemaxstartups"].first() == "0") add(input, "persourcemaxstartups", gate);
  note_full(input, gate);
  settle(gate);
  return gate;
}

}  // namespace

std::vector<Gate> banner_gates(const GateInput& input) {
  std::vector<Gate> gates;
  if (input.when == When::now && input.facts.running.collected) {
    gates.push_back(address_gate(input));
    gates.push_back(running_gate(input));
    gates.push_back(loaded_config_gate(input));
  }
  gates.push_back(listen_gate(input));
  gates.push_back(startups_gate(input));
  gates.push_back(wrapper_gate(input));
  gates.push_back(kex_gate(input));
  return gates;
}

}  // namespace reentry
