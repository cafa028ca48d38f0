#include "checks/account_edits.hpp"

#include <optional>
#include <vector>

#include "login/usable_shell.hpp"

namespace reentry {
namespace {

std::vector<std::string> fields_of(std::string_view line) {
  std::vector<std::string> fields(1);
  for (const char c : line) {
    if (c == ':') {
      fields.emplace_back();
    } else {
      fields.back() += c;
    }
  }
  return fields;
}

std::string line_in(const Facts& facts, std::string_view path, std::size_t line) {
  const std::optional<std::string> bytes = bytes_of(facts, path);
  if (!bytes || line == 0) return {};
  std::size_t start = 0;
  for (std::size_t i = 1; i < line; ++i) {
    const std::size_t end = bytes->find('\n', start);
    if (end == std::string::npos) return {};
    start = end + 1;
  }
  std::string text = bytes->substr(start, bytes->find('\n', start) - start);
  while (!text.empty() && text.back() == '\r') text.pop_back();
  return text;
}

Steps set_field(const Facts& facts, std::string_view path, std::size_t line, std::string_view name,
                std::size_t field, std::string_view value) {
  const std::string text = line_in(facts, path, line);
  std::vector<std::string> fields = fields_of(text);
  const std::size_t blanks = fields[0].find_first_not_of(" \t");
  if (blanks == std::string::npos || std::string_view(fields[0]).substr(blanks) != name) return {};
  if (field >= fields.size()) return {};
  fields[field] = value;
  std::string after = fields[0];
  for (std::size_t i = 1; i < fields.size(); ++i) after += ":" + fields[i];
  return replace_line(facts, path, line, {after});
}

}  // namespace

Steps set_passwd_field(const Facts& facts, const PasswdEntry& user, std::size_t field,
                       std::string_view value) {
  return set_field(facts, "/etc/passwd", user.line, user.name, field, value);
}

Steps set_shadow_field(const Facts& facts, const ShadowEntry& entry, std::size_t field,
                       std::string_view value) {
  return set_field(facts, "/etc/shadow", entry.line, entry.name, field, value);
}

Steps join_group(const Facts& facts, std::string_view group, std::string_view user) {
  constexpr std::size_t kMembers = 3;
  const GroupEntry* entry = facts.accounts.group_named(group);
  if (entry == nullptr || user.empty()) return {};
  std::string members;
  for (const std::string& member : entry->members) members += member + ",";
  return set_field(facts, "/etc/group", entry->line, entry->name, kMembers, members + std::string(user));
}

std::string present_shell(const Facts& facts, const PasswdEntry* user) {
  if (user == nullptr) return {};
  const Actor actor = facts.accounts.actor(*user);
  for (const char* path : {"/bin/bash", "/bin/sh"}) {
    if (user->shell == path) continue;
    if (trouble_with_program(facts, path, std::nullopt, actor).kind == ProgramTrouble::Kind::none)
      return path;
  }
  return {};
}

Steps restore_passwd_line(const Facts& facts, std::size_t line, std::string_view name) {
  const std::optional<std::string> copy = bytes_of(facts, "/etc/passwd-");
  if (!copy) return {};
  std::vector<BadLine> bad;
  for (const PasswdEntry& entry : parse_passwd(*copy, bad)) {
    if (entry.name == name)
      return replace_line(facts, "/etc/passwd", line, {line_in(facts, "/etc/passwd-", entry.line)});
  }
  return {};
}

std::string field_of(const Facts& facts, std::string_view path, std::size_t line, std::size_t field) {
  const std::vector<std::string> fields = fields_of(line_in(facts, path, line));
  return field < fields.size() ? fields[field] : std::string();
}

}  // namespace reentry
