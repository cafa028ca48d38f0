#include "facts/sshd_processes.hpp"

#include <algorithm>
#include <string>
#include <string_view>

#include "facts/sshd_config.hpp"

namespace reentry {
namespace {

std::string_view last_part(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

bool same_process(const ListeningSocket& a, const ListeningSocket& b) {
  return std::any_of(a.owners.begin(), a.owners.end(), [&b](const SocketOwner& mine) {
    return mine.pid != 1 && std::any_of(b.owners.begin(), b.owners.end(),
                                        [&mine](const SocketOwner& other) { return other.pid == mine.pid; });
  });
}

}  // namespace

bool is_sshd(const Facts& facts, const SocketOwner& owner) {
  if (owner.foreign) return false;
  if (!owner.program.empty() && owner.program == facts.service.sshd.path.real.str()) return true;
  return last_part(owner.program) == "sshd" ||
         (owner.program.empty() && owner.title.find("sshd") != std::string::npos);
}

bool is_port_of(const std::vector<std::string>& listen_addresses, int port) {
  const std::string suffix = ":" + std::to_string(port);
  return std::any_of(listen_addresses.begin(), listen_addresses.end(),
                     [&suffix](const std::string& value) { return value.ends_with(suffix); });
}

bool is_wanted_port(const Facts& facts, int port) {
  return is_port_of(ConfigEvaluator(facts.config, facts.ssh).startup()["listenaddress"].values, port);
}

bool is_sshd_socket(const Facts& facts, const ListeningSocket& socket) {
  const auto held_by_sshd = [&facts](const SocketOwner& owner) { return is_sshd(facts, owner); };
  if (std::any_of(socket.owners.begin(), socket.owners.end(), held_by_sshd)) return true;
  const bool by_systemd = std::any_of(socket.owners.begin(), socket.owners.end(),
                                      [](const SocketOwner& owner) { return owner.pid == 1; });
  const Known<UnitState>& unit = facts.running.socket;
  if (by_systemd) return unit && unit->active() && is_wanted_port(facts, socket.port);
  if (!socket.owners.empty()) return false;
  const Greeting* greeting = greeting_of(facts, socket);
  return greeting != nullptr && is_ssh(*greeting);
}

const SocketOwner* listening_sshd(const Facts& facts) {
  if (!facts.running.sockets) return nullptr;
  for (const ListeningSocket& socket : *facts.running.sockets) {
    for (const SocketOwner& owner : socket.owners) {
      if (is_sshd(facts, owner)) return &owner;
    }
  }
  return nullptr;
}

const Greeting* greeting_of(const Facts& facts, const ListeningSocket& socket) {
  const auto& greetings = facts.running.greetings;
  const auto own = greetings.find({socket.address, socket.port});
  if (own != greetings.end()) return &own->second;
  if (!facts.running.sockets) return nullptr;
  for (const ListeningSocket& other : *facts.running.sockets) {
    if (!same_process(socket, other)) continue;
    const auto found = greetings.find({other.address, other.port});
    if (found != greetings.end()) return &found->second;
  }
  return nullptr;
}

bool is_ssh(const Greeting& greeting) {
  if (greeting.end != Greeting::End::greeted) return false;
  return greeting.said.starts_with("SSH-") || greeting.said.starts_with("Exceeded MaxStartups") ||
         greeting.said.starts_with("Not allowed at this time");
}

}  // namespace reentry
