// A scenario: one small file that says what is broken, who wants in, and what must be found and mended.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/text.hpp"
#include "lab/host.hpp"
#include "login/cause.hpp"

namespace reentry::lab {

// How far `reentry fix` must go so that the login of `after` works.
enum class FixReach {
  none,    // nothing to mend: the state is harmless
  safe,    // --risk safe does it
  choice,  // --risk choice does it
  manual,  // reentry only says what to do
};

// What the disk tells `reentry check` of the state.
enum class Told {
  blocker,  // that this login is refused, and why
  beside,   // the cause, but not as a blocker: the login is one that check is not asked about (another port,
            // sftp)
  unknown,  // not enough: check must say that it cannot tell, and never that the login is open
};

// When the fault is to be seen.
enum class When {
  now,     // as soon as it was made
  reboot,  // the login works until the next start of the host, and not after it
};

struct Scenario {
  std::string id;  // the file's name without .scenario
  Text title;
  std::string why;  // the comment at the head of the file: why it locks people out
  std::string suite;
  Bed bed = Bed::disk;
  When when = When::now;
  LoginRequest login;
  bool refused = true;        // expect: refused (a fault) or accepted (harmless, never a blocker)
  Told told = Told::blocker;  // of a fault; of a harmless state only `unknown` matters
  std::vector<Cause> causes;  // the first must be found first; the rest stand behind it. Empty only where
                              // harmless or not told
  FixReach fix = FixReach::none;
  LoginRequest after;    // must work once fix has done what it can; as `login` unless the file says otherwise
  std::string prepare;   // script for the healthy state; may be empty
  std::string break_it;  // script that makes the fault
};

// Parses one scenario file. Fails with `FILE:LINE` and what is wrong.
[[nodiscard]] Result<Scenario> parse_scenario(std::string_view id, std::string_view text);

// The files that were built into this program, by id.
struct ScenarioFile {
  std::string_view id;
  std::string_view text;
};
[[nodiscard]] const std::vector<ScenarioFile>& scenario_files();

// All of them parsed; the first bad file is the error.
[[nodiscard]] Result<std::vector<Scenario>> all_scenarios();
[[nodiscard]] Result<Scenario> find_scenario(std::string_view id);

}  // namespace reentry::lab
