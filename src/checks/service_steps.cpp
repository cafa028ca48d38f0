#include "checks/service_steps.hpp"

#include "checks/config_edits.hpp"
#include "facts/sshd_processes.hpp"

namespace reentry {
namespace {

using Argv = std::vector<std::string>;

const HostPath& systemctl() {
  static const HostPath path("/usr/bin/systemctl");
  return path;
}

std::string typed(const Argv& words) {
  std::string line = "systemctl";
  for (const std::string& word : words) line += " " + word;
  return line;
}

void tell(Argv words, Argv back, ServiceStep& out) {
  out.commands.push_back(typed(words));
  out.steps.push_back(RunTool{systemctl(), std::move(words), std::move(back)});
}

// What is to be started: the socket where that is how sshd comes up here.
std::string unit_to_start(const Facts& facts) {
  const bool by_socket = facts.unit.socket_found && facts.unit.socket_enabled && !facts.unit.enabled &&
                         !facts.unit.socket_masked;
  return by_socket ? facts.unit.socket_name : facts.unit.name;
}

bool failed(const Known<UnitState>& unit) {
  return unit && unit->get("ActiveState") == "failed";
}

}  // namespace

ServiceStep start_service(const Facts& facts) {
  ServiceStep out;
  if (!facts.running.systemd || !facts.unit.found) {
    out.commands = {"service " + unit_name(facts) + " start"};
    return out;
  }
  if (failed(facts.running.service) || failed(facts.running.socket)) {
    Argv words{"reset-failed", facts.unit.name};
    if (failed(facts.running.socket)) words.push_back(facts.unit.socket_name);
    tell(std::move(words), {}, out);
  }
  const std::string unit = unit_to_start(facts);
  tell({"start", unit}, {"stop", unit}, out);
  return out;
}

ServiceStep reload_service(const Facts& facts) {
  ServiceStep out;
  const SocketOwner* listener = listening_sshd(facts);
  if (facts.running.systemd && facts.running.service && facts.running.service->active()) {
    tell({"reload", facts.unit.name}, {}, out);
  } else if (listener != nullptr) {
    const std::string pid = std::to_string(listener->pid);
    out.commands = {"kill -HUP " + pid};
    out.steps.push_back(RunTool{HostPath("/bin/kill"), {"-HUP", pid}, {}});
  } else {
    out.commands = {reload_command(facts)};
  }
  return out;
}

ServiceStep restart_service(const Facts& facts) {
  ServiceStep out;
  if (!facts.running.systemd || !facts.unit.found) {
    out.commands = {"service " + unit_name(facts) + " restart"};
    return out;
  }
  tell({"restart", unit_to_start(facts)}, {}, out);
  return out;
}

}  // namespace reentry
