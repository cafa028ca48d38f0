#include "scenarios/living.hpp"

#include <array>
#include <utility>

namespace reentry {
namespace {

// What a host writes without being asked: logs, the journal, wtmp, btmp and lastlog; sockets and private
// folders of services; the stamps of timers; the seed at shutdown; fail2ban's own book of failures and bans;
// firewalld's copy of a zone as it was before a change.
// (/run, /dev, /proc and /sys are no part of the disk that is looked at.)
constexpr std::array<const char*, 8> kOfTheHost = {"/var/log",
                                                   "/tmp",
                                                   "/var/tmp",
                                                   "/var/lib/systemd/timers",
                                                   "/var/lib/systemd/random-seed",
                                                   "/var/lib/fail2ban",
                                                   "/etc/firewalld/zones/public.xml.old",
                                                   "/etc/firewalld/zones/drop.xml.old"};

// Their tools write their files anew, also with what was there before: only the times differ then.
constexpr std::array<const char*, 2> kOfFirewalls = {"/etc/ufw", "/etc/firewalld"};

// The client's public key or certificate, as the host sees it.
std::string key_inside(const lab::LoginRequest& request) {
  const std::string name = request.certificate.empty() ? request.key + ".pub" : request.certificate;
  return name.front() == '/' ? name : "/mnt/" + name;
}

// A program that does not know the option yet is asked without it.
Result<bool> knows_reboot(lab::LabHost& host, const std::string& verb) {
  TRY(const lab::Ran help, host.run_lent({verb, "--help"}));
  return help.out.find("--reboot") != std::string::npos;
}

}  // namespace

Result<void> take_along(lab::LabHost& host, const std::string& program) {
  TRY(const auto loans, lab::program_with_libraries(program));
  return host.lend(loans);
}

Result<lab::Ran> ask_inside(lab::LabHost& host, const lab::Scenario& scenario,
                            std::vector<std::string> words) {
  const std::string verb = words.front();
  // A jump through the host asks for no session: it is judged as one of the host's own logins.
  if (scenario.login.want != lab::Want::forward) {
    words.insert(words.end(), {"--user", scenario.login.user, "--from", scenario.login.from});
    if (scenario.login.key.empty()) {
      words.emplace_back("--password");
    } else {
      words.insert(words.end(), {"--key", key_inside(scenario.login)});
    }
  }
  if (scenario.when == lab::When::reboot) {
    TRY(const bool known, knows_reboot(host, verb));
    if (known) words.emplace_back("--reboot");
  }
  return host.run_lent(words);
}

Layers living_layers(const lab::LabHost& host, const std::string& lower) {
  return {host.root(),
          host.changes(),
          lower,
          {kOfTheHost.begin(), kOfTheHost.end()},
          {kOfFirewalls.begin(), kOfFirewalls.end()}};
}

}  // namespace reentry
