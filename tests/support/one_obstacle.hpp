// A host in which one login meets one obstacle: what checks and reports are tried on.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "facts/facts.hpp"
#include "login/trace.hpp"

namespace reentry::testing {

// alice (1000:1000), bob (1001:1001) and root; a group operators; Debian's OpenSSH 9.2.
inline Facts small_host() {
  Facts facts;
  facts.now = 1'790'000'000;
  facts.ssh.vendor = Vendor::debian;
  facts.ssh.version_known = true;
  facts.ssh.text = "9.2p1";
  std::vector<BadLine> bad;
  facts.accounts.passwd = parse_passwd(
      "root:x:0:0::/root:/bin/bash\nalice:x:1000:1000::/home/alice:/bin/bash\nbob:x:1001:1001::/home/bob:/"
      "bin/bash\n",
      bad);
  facts.accounts.group = parse_group("root:x:0:\nalice:x:1000:\nbob:x:1001:\noperators:x:2000:\n", bad);
  facts.accounts.nss_passwd.services = {"files"};
  facts.accounts.nss_group.services = {"files"};
  facts.accounts.nss_shadow.services = {"files"};
  facts.accounts.index();
  return facts;
}

inline void put_file(Facts& facts, std::string_view path, std::string bytes, std::uint32_t mode = 0644,
                     std::uint32_t uid = 0, std::uint32_t gid = 0) {
  FileFact fact;
  fact.path.asked = HostPath(path);
  fact.path.real = fact.path.asked;
  fact.path.end = PathEnd::found;
  FileStat stat;
  stat.type = FileType::regular;
  stat.mode = mode;
  stat.uid = uid;
  stat.gid = gid;
  stat.size = bytes.size();
  fact.path.visited.push_back({fact.path.asked, stat, {}, {}});
  fact.bytes = std::move(bytes);
  facts.paths.put(std::move(fact));
}

inline LoginTrace login_of(std::string user, std::vector<Gate> gates, bool asked = true) {
  LoginTrace trace;
  trace.question.user = std::move(user);
  trace.question.asked = asked;
  trace.gates = std::move(gates);
  trace.outcome = Outcome::accepted;
  for (const Gate& gate : trace.gates) {
    if (gate.result == GateResult::refuse) trace.outcome = Outcome::refused;
  }
  return trace;
}

// A gate of the cause's stage that refuses because of it.
inline Gate refusing(std::string_view id, Obstacle obstacle) {
  Gate gate;
  gate.id = id;
  gate.stage = stage_of(obstacle.cause);
  gate.result = GateResult::refuse;
  gate.obstacles.push_back(std::move(obstacle));
  return gate;
}

inline Gate passing(std::string_view id, Stage stage) {
  Gate gate;
  gate.id = id;
  gate.stage = stage;
  return gate;
}

}  // namespace reentry::testing
