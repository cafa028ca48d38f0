// One cause that reentry knows: when it holds, why it matters, how it is mended. One file each in checks/.
#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/text.hpp"
#include "diagnosis/finding.hpp"
#include "facts/facts.hpp"
#include "login/trace.hpp"

namespace reentry {

inline constexpr std::size_t kCauses = 0
#define REENTRY_CAUSE(symbol, id) +1
#include "login/causes.def"
#undef REENTRY_CAUSE
    ;

// One obstacle, with every login that it keeps out.
struct SeenObstacle {
  const Obstacle* obstacle = nullptr;
  const Gate* gate = nullptr;
  std::vector<const LoginTrace*> traces;
};

// Everything that a check may look at. The obstacles of all traces are sorted by cause once, so that a host
// with ten thousand logins is walked once and not once for each check.
class CheckInput {
 public:
  // Both must outlive the input. `every_door_shut`: no administrator has a way in left.
  CheckInput(const Facts& target_facts, const std::vector<LoginTrace>& login_traces,
             bool no_way_in_left = false);
  CheckInput(const Facts& target_facts, const std::vector<LoginTrace>& login_traces, bool no_way_in_left,
             When at);

  const Facts& facts;
  const std::vector<LoginTrace>& traces;
  const bool every_door_shut;
  const When when;  // that the traces are of

 private:
  friend const std::vector<SeenObstacle>& seen(const CheckInput& input, Cause cause);
  friend const std::vector<SeenObstacle>& noted(const CheckInput& input, Cause cause);
  using ByCause = std::array<std::vector<SeenObstacle>, kCauses>;
  ByCause seen_;
  ByCause noted_;
};

// Every obstacle of this cause in a gate that refuses, over all traces in their order. Obstacles with the
// same locus and the same details (those that only tell the login apart aside) are one. Most checks are made
// from it.
[[nodiscard]] const std::vector<SeenObstacle>& seen(const CheckInput& input, Cause cause);

// The same for gates that pass in spite of it: one host key of several, an sftp subsystem that is not there.
// Only of the service, the host keys, the session, the system and the cloud; what a key file holds besides
// the key that opens the account is nobody's fault.
[[nodiscard]] const std::vector<SeenObstacle>& noted(const CheckInput& input, Cause cause);

struct Fine {};
struct NotApplicable {};
struct CannotTell {
  std::vector<Missing> missing;
};
using Verdict = std::variant<Fine, NotApplicable, CannotTell, std::vector<Finding>>;

// A constant sentence in both languages.
struct Words {
  std::string_view en;
  std::string_view ja;
  [[nodiscard]] Text text() const { return {std::string(en), std::string(ja)}; }
};

struct Check {
  Cause cause{};
  Severity severity = Severity::blocker;  // the worst that it finds
  bool from_client = false;               // it is told by what a client sees; else by the target's own facts
  Words title;                            // one line, no names
  Words why;                              // the page: what sshd does and why, for `reentry explain CAUSE`
  Words remedy;                           // the page's advice in general words
  // Of a cause on the server that a client may suspect: the one observation that tells it from the others
  // that look the same from there.
  Words tells_apart{};
  Verdict (*evaluate)(const CheckInput& input) = nullptr;
};

}  // namespace reentry
