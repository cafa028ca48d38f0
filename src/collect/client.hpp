// The user's own side of a login: what the installed ssh would do, with which keys, to which addresses.
#pragma once

#include <string>
#include <vector>

#include "facts/known_hosts.hpp"
#include "facts/walk.hpp"
#include "host/file_tree.hpp"
#include "host/running_system.hpp"

namespace reentry {

// Whose ssh it is: by getpwuid(3), whatever HOME says (ssh.c:main).
struct LocalUser {
  std::uint32_t uid = 0;
  std::string name;
  std::string home;
};
[[nodiscard]] LocalUser local_user(RunningSystem& system);

// The values that the environment adds, as they were when the program began.
struct ClientEnvironment {
  std::string agent_socket;  // SSH_AUTH_SOCK
};

// Asks `ssh OPTIONS -G DESTINATION`, then reads the key files that it names and asks the agent.
// `options` are ssh's own words. Nothing fails: what could not be had is Missing.
[[nodiscard]] ClientFacts collect_client(FileTree& tree, RunningSystem& system, const LocalUser& user,
                                         const ClientEnvironment& environment,
                                         const std::vector<std::string>& options,
                                         const std::string& destination);

// The addresses that the system's resolver gives for the host name of the settings (getent(1) `ahosts`, which
// asks as ssh does), and lines of /etc/hosts about it. DNS itself is not asked: `dns` stays empty.
[[nodiscard]] NameLookup collect_name(FileTree& tree, RunningSystem& system,
                                      const SshClientSettings& settings);

// The known_hosts files of the settings that are there, in ssh's order.
[[nodiscard]] std::vector<KnownHosts> collect_known_hosts(FileTree& tree, const LocalUser& user,
                                                          const SshClientSettings& settings);

// `~` and the tokens of ssh_config(5) TOKENS in a path, of those that paths of keys and known_hosts take.
[[nodiscard]] std::string expand_path(const std::string& path, const LocalUser& user,
                                      const SshClientSettings& settings);

}  // namespace reentry
