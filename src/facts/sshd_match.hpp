// The Match line: its criteria, what sshd refuses about them, and whether they hold. Source: OpenSSH
// servconf.c (match_cfg_line, match_cfg_line_group).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "facts/sshd_config.hpp"
#include "facts/sshd_lex.hpp"

namespace reentry {

struct MatchParse {
  std::vector<std::pair<std::string, std::string>> criteria;  // lower-case name, argument
  bool fine = true;
  // The first word behind the criteria, which sshd does not like; the block is opened all the same.
  std::optional<std::string> left_over;
  std::string message;  // when not fine; always fatal
  std::string preface;
  bool bare = false;
};

// `rest` is what follows `Match`, `words` the same cut into arguments.
[[nodiscard]] MatchParse parse_match(std::optional<std::string_view> rest, SshdArgumentWords& words,
                                     std::size_t line, const SshBuild& build);

// Whether sshd takes the block as matched when it starts, without a connection.
[[nodiscard]] bool holds_at_startup(const MatchBlock& block, const SshBuild& build);

// Whether the block's own criteria hold for the connection; its parent is not asked. `use_dns`: UseDNS as it
// is in effect.
[[nodiscard]] Tristate holds(const MatchBlock& block, const MatchContext& context, bool use_dns,
                             const SshBuild& build);

// A criterion's name that stands for a Match line which sshd refuses: it never decides anything.
constexpr std::string_view kRefusedCriterion = "?";

}  // namespace reentry
