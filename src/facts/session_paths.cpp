#include "facts/session_paths.hpp"

#include <algorithm>

#include "facts/command_program.hpp"

namespace reentry {

std::optional<std::string> expand_chroot(std::string_view pattern, const PasswdEntry& user,
                                         const AccountFacts& accounts) {
  std::string text;
  if (!pattern.empty() && pattern.front() == '~') {
    const std::size_t slash = std::min(pattern.find('/'), pattern.size());
    const std::string_view name = pattern.substr(1, slash - 1);
    const PasswdEntry* owner = name.empty() ? &user : accounts.user(name);
    if (owner == nullptr) return std::nullopt;
    text = owner->home;
    pattern.remove_prefix(slash);
  }
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] != '%') {
      text += pattern[i];
      continue;
    }
    switch (++i < pattern.size() ? pattern[i] : '\0') {
      case '%': text += '%'; break;
      case 'h': text += user.home; break;
      case 'u': text += user.name; break;
      case 'U': text += std::to_string(user.uid); break;
      default: return std::nullopt;
    }
  }
  return text;
}

std::vector<HostPath> chroot_components(std::string_view path) {
  std::vector<HostPath> components;
  components.emplace_back("/");
  for (std::size_t slash = path.find('/', 1); slash != std::string_view::npos;
       slash = path.find('/', slash + 1)) {
    HostPath component(path.substr(0, slash));
    if (!(component == components.back())) components.push_back(std::move(component));
  }
  HostPath whole(path);
  if (!(whole == components.back())) components.push_back(std::move(whole));
  return components;
}

HostPath inside(const std::optional<std::string>& chroot, std::string_view path) {
  return chroot ? HostPath(*chroot + "/" + std::string(path)) : HostPath(path);
}

std::string session_shell(const PasswdEntry& user) {
  if (user.shell.empty()) return "/bin/sh";
  return user.shell.front() == '/' ? user.shell : user.home + "/" + user.shell;
}

std::string absolute_program(std::string_view command) {
  std::string program = program_of_command(command);
  if (program.empty() || program.front() != '/' ||
      program.find_first_of("$`*?[;&|<>()") != std::string::npos) {
    return {};
  }
  return program;
}

bool is_internal_sftp(std::string_view command) {
  constexpr std::string_view kName = "internal-sftp";
  if (command.substr(0, kName.size()) != kName) return false;
  return command.size() == kName.size() || command[kName.size()] == ' ' || command[kName.size()] == '\t';
}

}  // namespace reentry
