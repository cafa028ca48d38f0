// How a line of sshd_config that sshd refuses can be mended with the least change. Every suggestion is held
// against the target's own sshd language before it is made.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/text.hpp"
#include "diagnosis/finding.hpp"
#include "facts/facts.hpp"

namespace reentry {

// What takes the place of the line. Empty `lines`: the line becomes a comment.
struct LineMend {
  std::string_view name;  // of the remedy
  Risk risk = Risk::safe;
  Text text;
  std::vector<std::string> lines;
};

// Whether sshd takes `line` outside of Match blocks (Match and Include themselves are not judged: false).
[[nodiscard]] bool is_accepted(const Facts& facts, const std::string& line);

// The ways to mend `line`, the least change first. Never empty. A line that restricts is corrected rather
// than dropped, and a correction that would open more than the defaults do is a choice.
[[nodiscard]] std::vector<LineMend> mends_of(const Facts& facts, const std::string& line);

}  // namespace reentry
