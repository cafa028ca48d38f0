// The Host and Match lines of ssh_config: their criteria and whether they hold. Sources: OpenSSH readconf.c
// (match_cfg_line, process_config_line_depth: oHost).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "facts/ssh_config.hpp"

namespace reentry {

struct SshMatchParse {
  std::vector<SshBlock::Criterion> criteria;
  bool fine = true;
  std::string preface;     // when not fine: what ssh prints on the line before `Bad Match condition`
  bool left_over = false;  // something stands behind what ssh reads
};

// `rest` is what follows `Match`.
[[nodiscard]] SshMatchParse parse_ssh_match(std::string_view rest, const SshBuild& build);

// What the criteria are held against. Nothing: not known, and what asks for it is undecided.
struct SshMatchContext {
  std::optional<std::string> host;  // for Match host: after HostName
  std::string original_host;
  std::optional<std::string> user;
  std::string local_user;
  bool final_pass = false;
};

// Whether the line's own criteria hold; its parent is not asked. `subject`: the name that Host is about.
[[nodiscard]] Tristate ssh_block_holds(const SshBlock& block, const std::optional<std::string>& subject,
                                       const SshMatchContext& context);

// A name list of Host alone: `no` and a pattern behind `!` that matches are told apart.
enum class HostLineMatch { no, yes, negated };
[[nodiscard]] HostLineMatch match_host_line(const std::vector<std::string>& patterns, std::string_view host);

}  // namespace reentry
