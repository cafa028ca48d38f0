#include "checks/account/pam_lines.hpp"

#include <algorithm>
#include <array>

#include "base/shown.hpp"
#include "base/spelling.hpp"

namespace reentry {
namespace {

constexpr std::array<std::string_view, 4> kTypes = {"auth", "account", "session", "password"};
constexpr std::array<std::string_view, 6> kControls = {"required", "requisite", "sufficient",
                                                       "optional", "include",   "substack"};

// The word that was meant, or nothing when `word` is one of them or none comes near.
template <std::size_t N>
std::string meant(std::string_view word, const std::array<std::string_view, N>& words) {
  for (const std::string_view one : words) {
    if (one == word) return {};
  }
  for (const std::string_view one : words) {
    if (is_near(word, one)) return std::string(one);
  }
  return {};
}

}  // namespace

Steps drop_pam_line(const SeenCase& it, std::string_view note) {
  const std::string& text = it.at.text;
  if (it.at.line == 0 || text.find("include") != std::string::npos ||
      text.find("pam_unix") != std::string::npos || text.find("substack") != std::string::npos)
    return {};
  return comment_out(it.input.facts, it.at.path, it.at.line, it.at.line, note);
}

Steps correct_pam_line(const SeenCase& it) {
  std::string line = it.at.text;
  while (!line.empty() && line.back() == '\r') line.pop_back();
  if (it.at.line == 0 || line.find('\\') != std::string::npos) return {};
  const std::size_t type = line.find_first_not_of(" \t-");
  if (type == std::string::npos) return {};
  const std::size_t type_end = line.find_first_of(" \t", type);
  const std::size_t control =
      type_end == std::string::npos ? type_end : line.find_first_not_of(" \t", type_end);
  if (control == std::string::npos || line[control] == '[') return {};
  const std::size_t control_end = std::min(line.find_first_of(" \t", control), line.size());
  const std::string better_control =
      meant(std::string_view(line).substr(control, control_end - control), kControls);
  const std::string better_type = meant(std::string_view(line).substr(type, type_end - type), kTypes);
  if (better_control.empty() && better_type.empty()) return {};
  if (!better_control.empty()) line.replace(control, control_end - control, better_control);
  if (!better_type.empty()) line.replace(type, type_end - type, better_type);
  return replace_line(it.input.facts, it.at.path, it.at.line, {line});
}

std::string edit_line_command(const SeenCase& it) {
  return "vi +" + std::to_string(it.at.line) + " " + shell_word(shown(it.at.path, 0));
}

}  // namespace reentry
