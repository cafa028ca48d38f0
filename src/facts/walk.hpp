// What a walk from the user's own machine to a host saw, stage by stage: the client's own configuration and
// keys, the name, the connections, and one probe of the server. Values only.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/known.hpp"
#include "facts/known_hosts.hpp"
#include "facts/path.hpp"
#include "facts/private_key.hpp"
#include "facts/probe_reply.hpp"
#include "facts/public_key.hpp"
#include "facts/reach.hpp"
#include "facts/ssh_client_settings.hpp"
#include "facts/ssh_config.hpp"

namespace reentry {

// A file that IdentityFile or -i names.
struct IdentityFact {
  std::string path;    // `~` and tokens expanded
  bool named = false;  // by the person: on the command line or in a configuration file, not one of ssh's own
  FileStat stat;       // only where `key` is not missing for another reason than being damaged
  bool too_open = false;  // ssh refuses to load it (authfile.c:sshkey_perm_ok): ours, and others may read it
  Known<PrivateKeyFile> key;
  std::optional<PublicKey> beside;       // PATH.pub, which ssh offers without looking into PATH
  std::optional<PublicKey> certificate;  // PATH-cert.pub

  // What ssh would offer of it without asking for a passphrase; nullptr: nothing.
  [[nodiscard]] const PublicKey* offered() const {
    if (beside) return &*beside;
    if (key && key->key) return &*key->key;
    return nullptr;
  }
};

struct AgentFact {
  std::string socket;                  // empty: none is configured
  Known<std::vector<PublicKey>> keys;  // Missing: absent where no socket is set; denied, unreadable
};

struct ClientFacts {
  std::string typed;                     // the host as it was typed, `USER@` aside
  std::vector<std::string> options;      // words that were given for ssh
  std::string program;                   // of ssh
  Known<SshClientSettings> settings;     // Missing: absent without ssh; malformed where ssh refuses them
  std::vector<SshComplaint> complaints;  // of `ssh -G`
  // Which lines of the configuration files set what, by our own reading; the values are `settings`.
  EffectiveSshConfig origins;
  std::vector<NearHost> near_hosts;  // Host lines that nearly hold for `typed`
  std::vector<IdentityFact> identities;
  std::vector<PublicKey> certificates;  // of CertificateFile
  AgentFact agent;
  std::string local_user;
};

// A key that the probe asked the server about.
struct AskedKey {
  PublicKey key;
  std::string path;  // the file it is from; empty: the agent's alone
  bool in_agent = false;
  bool can_sign = false;  // without asking a person
  std::size_t place = 0;  // in the order in which ssh itself would offer it (sshconnect2.c:pubkey_prepare)
};

// One leg of the way: to the host itself, or to a jump host on the way there.
struct WalkFacts {
  std::int64_t now = 0;  // seconds since 1970 UTC
  ClientFacts client;
  NameLookup lookup;
  std::vector<ConnectTry> tries;
  std::vector<ConnectTry> others;  // other ports of the first address
  std::optional<std::string>
      through;             // the ProxyCommand or the jump host, instead of a connection of our own
  std::string proxy_said;  // what it said on standard error, the last 4 KiB
  std::vector<AskedKey> asked;
  std::optional<ProbeReply> reply;
  std::optional<KnownHostVerdict> host_key;
  int connections = 0;      // that were made to the wanted port
  int authentications = 0;  // of those, that spoke of a user
};

}  // namespace reentry
