#include "facts/labels.hpp"

#include <algorithm>

#include "base/ascii_case.hpp"

namespace reentry {
namespace {

constexpr std::string_view kBlanks = " \t\r\v\f";

std::string_view trimmed_front(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
  return text;
}

bool begins_with_word(std::string_view value, std::string_view word) {
  return value.size() >= word.size() && equal_ignoring_case(value.substr(0, word.size()), word);
}

std::optional<SelinuxMode> mode_named(std::string_view value) {
  if (begins_with_word(value, "enforcing")) return SelinuxMode::enforcing;
  if (begins_with_word(value, "permissive")) return SelinuxMode::permissive;
  if (begins_with_word(value, "disabled")) return SelinuxMode::off;
  return std::nullopt;
}

template <typename Take>
void each_line(std::string_view bytes, Take take) {
  std::size_t number = 0;
  while (!bytes.empty()) {
    const std::size_t end = std::min(bytes.find('\n'), bytes.size());
    take(bytes.substr(0, end), ++number);
    bytes.remove_prefix(std::min(end + 1, bytes.size()));
  }
}

std::optional<bool> switch_of(std::string_view value) {
  if (value == "0") return false;
  if (value == "1") return true;
  return std::nullopt;
}

}  // namespace

SelinuxConfig parse_selinux_config(std::string_view bytes) {
  constexpr std::string_view kMode = "SELINUX=";
  constexpr std::string_view kType = "SELINUXTYPE=";
  SelinuxConfig out;
  each_line(bytes, [&](std::string_view line, std::size_t number) {
    line = trimmed_front(line);
    if (line.starts_with(kMode) && !out.mode) {
      out.mode = mode_named(trimmed_front(line.substr(kMode.size())));
      if (out.mode) out.mode_line = number;
    } else if (line.starts_with(kType)) {
      std::string_view type = trimmed_front(line.substr(kType.size()));
      type = type.substr(0, type.find_first_of(kBlanks));
      if (!type.empty() && type.find('/') == std::string_view::npos && type != "..") out.type = type;
    }
  });
  return out;
}

KernelWords parse_kernel_words(std::string_view command_line) {
  KernelWords out;
  while (!command_line.empty()) {
    const std::size_t begin = command_line.find_first_not_of(" \t\n");
    if (begin == std::string_view::npos) break;
    command_line.remove_prefix(begin);
    std::string_view word = command_line.substr(0, command_line.find_first_of(" \t\n"));
    command_line.remove_prefix(word.size());
    const std::size_t equals = word.find('=');
    if (equals == std::string_view::npos) continue;
    const std::string_view name = word.substr(0, equals);
    const std::string_view value = word.substr(equals + 1);
    if (name == "selinux") out.selinux = switch_of(value);
    if (name == "enforcing") out.enforcing = switch_of(value);
    if (name == "security") out.security = std::string(value);
    if (name == "lsm") out.lsm = std::string(value);
  }
  return out;
}

std::vector<std::string> boot_command_lines(std::string_view bytes) {
  constexpr std::size_t kMost = 256;
  std::vector<std::string> out;
  each_line(bytes, [&out](std::string_view line, std::size_t) {
    line = trimmed_front(line);
    const std::string_view word = line.substr(0, line.find_first_of(" \t"));
    const bool kernel = word == "linux" || word == "linux16" || word == "linuxefi" || word == "options";
    if (kernel && out.size() < kMost) out.emplace_back(line.substr(word.size()));
  });
  return out;
}

std::string_view type_of_label(std::string_view label) {
  for (int i = 0; i < 2; ++i) {
    const std::size_t colon = label.find(':');
    if (colon == std::string_view::npos) return {};
    label.remove_prefix(colon + 1);
  }
  return label.substr(0, label.find(':'));
}

std::string enforced_profile(std::string_view profiles, std::string_view program) {
  const std::string_view name = program.substr(program.rfind('/') + 1);
  std::string out;
  each_line(profiles, [&](std::string_view line, std::size_t) {
    constexpr std::string_view kEnforce = " (enforce)";
    if (!out.empty() || !line.ends_with(kEnforce)) return;
    line.remove_suffix(kEnforce.size());
    if (line == program || line == name || (line.ends_with(name) && line.find('/') == 0)) out = line;
  });
  return out;
}

// apparmor.d(5): `profile NAME ATTACHMENT flags=(…) {` or `ATTACHMENT {`. An attachment may be a pattern, so
// the program's own name in such a line is enough.
bool confines(std::string_view bytes, std::string_view program) {
  const std::string_view name = program.substr(program.rfind('/') + 1);
  bool found = false;
  each_line(bytes, [&](std::string_view line, std::size_t) {
    line = trimmed_front(line);
    const bool head = line.starts_with("profile ") || line.starts_with('/') || line.starts_with('"') ||
                      line.starts_with("@{");
    if (!head || line.find('{') == std::string_view::npos || line.find(name) == std::string_view::npos)
      return;
    const std::size_t opens = line.rfind('{');
    const bool body = line.find_first_not_of(" \t\r", opens + 1) == std::string_view::npos;
    if (body && line.find("complain") == std::string_view::npos &&
        line.find("unconfined") == std::string_view::npos)
      found = true;
  });
  return found;
}

bool LabelFact::differs() const {
  return label && expected && !expected->empty() && type_of_label(*label) != type_of_label(*expected);
}

std::string LabelFacts::key_of(const HostPath& path, LabelUse use, LabelActor actor) {
  std::string key = path.str();
  key += '\0';
  key += static_cast<char>('0' + static_cast<int>(use));
  key += static_cast<char>('0' + static_cast<int>(actor));
  return key;
}

const LabelFact* LabelFacts::find(const HostPath& path, LabelUse use, LabelActor actor) const {
  const auto found = nodes.find(key_of(path, use, actor));
  return found == nodes.end() ? nullptr : &found->second;
}

}  // namespace reentry
