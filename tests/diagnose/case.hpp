// One fault on the client's side or on the way, and what the real ssh and `diagnose` must make of it.
#pragma once

#include <string>
#include <vector>

namespace reentry::testing {

struct ClientCase {
  std::string name;
  // bash, in a folder and a mount namespace of the case's own, before both clients run. $H: the home, with
  // .ssh/known_hosts of the server; $K: the lab's private keys; $S: the server; `key` and `stranger` lie in
  // the folder. May set and export variables.
  std::string prepare;
  std::string words;  // for both clients, expanded by bash
  std::string ssh;    // the real ssh says so with -v; empty: it gets in; "-": it is not asked
  std::string verdict;
  std::string gate;   // the first that refuses; empty: none does
  std::string cause;  // of the first finding; `~CAUSE`: of any of them; empty: none has a blocker
  std::string word;   // somewhere in the report
  // It waits for answers that never come: beside others, both clients at the same time.
  bool slow = false;
};

[[nodiscard]] std::vector<ClientCase> client_cases();
[[nodiscard]] std::vector<ClientCase> name_cases();
[[nodiscard]] std::vector<ClientCase> network_cases();
[[nodiscard]] std::vector<ClientCase> server_cases();
[[nodiscard]] std::vector<ClientCase> jump_cases();

}  // namespace reentry::testing
