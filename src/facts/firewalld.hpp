// firewalld's zones as they stand in files, turned into the rules that it loads for packets to this host.
// Sources: firewalld.zone(5), firewalld.service(5), firewalld.richlanguage(5), firewalld.conf(5), and
// firewalld 1.3: core/io/zone.py, core/io/policy.py (what the files may say), core/nftables.py (which rules
// come of it, in which order).
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/known.hpp"
#include "facts/packet_rules.hpp"

namespace reentry {

struct FirewalldPort {
  std::string protocol;  // tcp, udp …; of a `<protocol>` its name, with empty ports
  std::string ports;     // `22` or `1000-2000`; empty: any
  bool of_source = false;
};

struct FirewalldService {
  std::vector<FirewalldPort> ports;
  std::string destination4;  // empty: any
  std::string destination6;
  std::vector<std::string> includes;
};
[[nodiscard]] Known<FirewalldService> parse_firewalld_service(std::string_view bytes,
                                                              const std::string& file);

// One rule of the rich language.
struct FirewalldRule {
  int family = 0;  // 4, 6 or both
  long priority = 0;
  std::string source;  // address, network, or `ipset:NAME`
  bool source_negated = false;
  std::string destination;
  bool destination_negated = false;
  std::string service;
  std::vector<FirewalldPort> ports;
  std::string action;       // accept, reject, drop; empty: it lets packets be
  std::string reject_type;  // empty: as the zone rejects
  bool limited = false;
  bool unmodelled = false;  // it has more than what stands here
};

struct FirewalldZone {
  std::string name;
  std::string file;
  std::string target;  // empty: default; else ACCEPT, DROP, %%REJECT%%
  std::vector<std::string> interfaces;
  std::vector<std::string> sources;  // addresses, networks, `ipset:NAME`
  std::vector<std::string> services;
  std::vector<FirewalldPort> ports;
  std::vector<FirewalldPort> forwarded;  // to another port or host
  std::vector<FirewalldRule> rules;
  bool unmodelled = false;
};
[[nodiscard]] Known<FirewalldZone> parse_firewalld_zone(std::string_view bytes, const std::string& name,
                                                        const std::string& file);

// The addresses of an ipset of a kind that holds nothing else. Missing where it is another.
[[nodiscard]] Known<std::vector<std::string>> parse_firewalld_ipset(std::string_view bytes,
                                                                    const std::string& file);

// Whether a policy may decide on packets to this host.
[[nodiscard]] Known<bool> policy_judges_input(std::string_view bytes, const std::string& file);

struct FirewalldConfig {
  std::string default_zone = "public";
  std::vector<FirewalldZone> zones;
  std::map<std::string, Known<FirewalldService>> services;
  std::map<std::string, Known<std::vector<std::string>>> ipsets;
};
// NAME=VALUE of firewalld.conf; empty where it is not there.
[[nodiscard]] std::string firewalld_setting(std::string_view bytes, std::string_view name);

// The table `inet firewalld` of it, as two of one family each; every rule knows the file of its zone. What is
// not modelled is handed elsewhere. Missing where two zones want the same source, or the default zone is
// none.
[[nodiscard]] Known<PacketRules> rules_of(const FirewalldConfig& config);

}  // namespace reentry
