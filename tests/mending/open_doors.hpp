// Every way into a host, as the login model has it: each account by each method from each address.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "facts/facts.hpp"
#include "facts/public_key.hpp"

namespace reentry::mending {

struct NamedKey {
  std::string name;
  PublicKey key;
};

// Who may hold what, and where he may come from.
struct Visitors {
  std::vector<NamedKey> keys;
  std::vector<std::string> sources;
};

struct Opening {
  bool certain = true;           // false: something that nobody could read decides
  std::set<std::string> limits;  // what the session is kept to: a forced command, a chroot, no terminal, …
};

// Ways that are not shut, by `ACCOUNT METHOD[,METHOD...][ KEY] from ADDRESS`. A way by a method that the
// model does not judge (hostbased, GSSAPI) is open where sshd offers it and nothing else is in the way.
using Doors = std::map<std::string, Opening>;
[[nodiscard]] Doors open_doors(const Facts& facts, const Visitors& visitors);

// Doors of `after` that `before` had not, or had with a limit that is gone; one line each. What was uncertain
// before may stay so, and does not count as open.
[[nodiscard]] std::vector<std::string> opened(const Doors& before, const Doors& after);

}  // namespace reentry::mending
