// Host lines that do not hold and look as if they were meant to.
#include <algorithm>

#include "base/ascii_case.hpp"
#include "base/spelling.hpp"
#include "facts/pattern.hpp"
#include "facts/ssh_config.hpp"
#include "facts/ssh_match.hpp"

namespace reentry {
namespace {

constexpr std::size_t kShortestTypo = 3;

bool one_of_list_matches(std::string_view list, std::string_view host) {
  while (!list.empty()) {
    const std::size_t comma = std::min(list.find(','), list.size());
    if (match_pattern(host, list.substr(0, comma))) return true;
    list.remove_prefix(std::min(comma + 1, list.size()));
  }
  return false;
}

bool is_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// How a pattern that does not match is near to the host.
std::optional<NearHostKind> nearness(std::string_view pattern, std::string_view host) {
  const std::string name = lowered(host);
  const std::string folded = lowered(pattern);
  if (match_pattern(name, folded)) return NearHostKind::letter_case;
  if (folded.find(',') != std::string::npos && one_of_list_matches(folded, name)) return NearHostKind::comma;
  if (const std::size_t at = folded.rfind('@'); at != std::string::npos) {
    if (match_pattern(name, std::string_view(folded).substr(at + 1))) return NearHostKind::with_user;
  }
  if (const std::size_t colon = folded.rfind(':'); colon != std::string::npos) {
    std::string_view bare = std::string_view(folded).substr(0, colon);
    if (bare.starts_with('[') && bare.ends_with(']')) bare = bare.substr(1, bare.size() - 2);
    if (is_digits(std::string_view(folded).substr(colon + 1)) && match_pattern(name, bare)) {
      return NearHostKind::with_port;
    }
  }
  if (folded.find_first_of("*?") != std::string::npos || folded.empty()) return std::nullopt;
  // An address has dots of another kind: `10` is not short for `10.0.0.1`.
  const bool number = is_digits(folded.substr(0, folded.find('.')));
  if (!number && name.starts_with(folded + ".")) return NearHostKind::short_name;
  if (!number && folded.starts_with(name + ".")) return NearHostKind::full_name;
  const bool long_enough = folded.size() >= kShortestTypo && name.size() >= kShortestTypo;
  if (long_enough && edit_distance(folded, name) == 1) return NearHostKind::typo;
  return std::nullopt;
}

}  // namespace

std::vector<NearHost> near_hosts(const SshConfig& config, std::string_view host) {
  std::vector<NearHost> out;
  for (const SshBlock& block : config.blocks) {
    if (!block.is_host) continue;
    const HostLineMatch match = match_host_line(block.patterns, host);
    if (match == HostLineMatch::yes) continue;
    for (const std::string& pattern : block.patterns) {
      const bool negated = pattern.starts_with('!');
      if (match == HostLineMatch::negated) {
        if (negated || !match_pattern(host, pattern)) continue;
        out.push_back({block.at, pattern, NearHostKind::negated});
        break;
      }
      if (negated) continue;
      const std::optional<NearHostKind> kind = nearness(pattern, host);
      if (!kind) continue;
      out.push_back({block.at, pattern, *kind});
      break;
    }
  }
  return out;
}

}  // namespace reentry
