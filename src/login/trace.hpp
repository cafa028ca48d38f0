// What stands between one login and its session, gate by gate, with the fact that decided each.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/host_path.hpp"
#include "base/known.hpp"
#include "base/text.hpp"
#include "login/cause.hpp"
#include "login/question.hpp"

namespace reentry {

enum class GateResult { pass, refuse, unknown, skipped };
[[nodiscard]] std::string_view name_of(GateResult result);

// Bytes that prove something: `where` is `path`, `path:line`, or the name of another source.
struct Exhibit {
  std::string source = "file";  // file, process, log, probe, message, api
  std::string path;
  std::size_t line = 0;  // 0: the whole file
  std::string text;      // quoted as it stands, made safe by shown() when it is rendered
  bool operator==(const Exhibit&) const = default;
};

// One fact that refuses (or, in a gate that passes, that would have refused but does not decide).
struct Obstacle {
  Cause cause{};
  Exhibit at;                     // the locus: what must change
  std::vector<Exhibit> evidence;  // further proof; `at` is evidence by itself
  // Named details for the cause's words and remedy: `mode` -> `0777`, `owner` -> `1001`, `pattern` ->
  // `alice@10.*`
  std::vector<std::pair<std::string, std::string>> details;
  bool certain = true;  // sshd would decide so every time from the facts read

  [[nodiscard]] std::string_view detail(std::string_view name) const;
};

// One decision. A gate that refuses may have several obstacles, in the order in which they must be mended.
struct Gate {
  std::string_view id;  // `service/config`, `auth/allow-users`, … (login/gates.hpp)
  Stage stage{};
  GateResult result = GateResult::pass;
  std::vector<Obstacle> obstacles;
  std::vector<Missing> unknown;  // what could not be seen, when result is unknown
  Text detail;                   // the fact that decided, one sentence; may be empty for a plain pass
};

enum class Outcome { accepted, refused, unknown };
[[nodiscard]] std::string_view name_of(Outcome outcome);

// The gates in the order in which sshd meets them. Every gate is judged as if those before it had let the
// login through, so that a fault behind another is seen too. outcome: refused if a gate refuses; else unknown
// if one is unknown; else accepted.
struct LoginTrace {
  LoginQuestion question;
  std::vector<Gate> gates;
  Outcome outcome = Outcome::unknown;

  // The gate that a real login would meet first, or nullptr.
  [[nodiscard]] const Gate* first_refusal() const;
};

}  // namespace reentry
