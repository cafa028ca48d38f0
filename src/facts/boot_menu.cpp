#include "facts/boot_menu.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace reentry {
namespace {

constexpr std::size_t kMostMenuEntries = 256;
constexpr std::size_t kMostWords = 1024;
constexpr std::string_view kMenuBlanks = " \t\r";

std::string_view without_margins(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(kMenuBlanks), text.size()));
  text.remove_suffix(text.size() - std::min(text.find_last_not_of(kMenuBlanks) + 1, text.size()));
  return text;
}

std::string_view take_menu_line(std::string_view& rest) {
  const std::string_view line = rest.substr(0, rest.find('\n'));
  rest.remove_prefix(std::min(line.size() + 1, rest.size()));
  return line;
}

std::string_view take_menu_word(std::string_view& rest) {
  rest = without_margins(rest);
  const std::string_view word = rest.substr(0, rest.find_first_of(kMenuBlanks));
  rest.remove_prefix(word.size());
  return word;
}

// `'Debian GNU/Linux' --class …`
std::string quoted_title(std::string_view text) {
  text = without_margins(text);
  if (text.empty() || (text.front() != '\'' && text.front() != '"')) return std::string(take_menu_word(text));
  return std::string(text.substr(1, text.find(text.front(), 1) - 1));
}

bool is_linux_command(std::string_view word) {
  return word == "linux" || word == "linuxefi" || word == "linux16";
}

}  // namespace

bool KernelEntry::is_recovery() const {
  return title.find("recovery") != std::string::npos || title.find("rescue") != std::string::npos ||
         title.find("Rescue") != std::string::npos;
}

std::vector<std::string> kernel_words(std::string_view line) {
  std::vector<std::string> out;
  std::string word;
  bool quoted = false;
  for (const char c : line) {
    if (c == '"') {
      quoted = !quoted;
    } else if (!quoted && (c == ' ' || c == '\t' || c == '\n' || c == '\r')) {
      if (!word.empty() && out.size() < kMostWords) out.push_back(std::move(word));
      word.clear();
    } else {
      word += c;
    }
  }
  if (!word.empty() && out.size() < kMostWords) out.push_back(std::move(word));
  return out;
}

std::vector<KernelEntry> parse_grub_config(std::string_view bytes, const std::string& file) {
  std::vector<KernelEntry> out;
  std::string title;
  for (std::size_t number = 1; !bytes.empty() && out.size() < kMostMenuEntries; ++number) {
    const std::string_view whole = take_menu_line(bytes);
    std::string_view rest = whole;
    const std::string_view command = take_menu_word(rest);
    if (command == "menuentry") {
      title = quoted_title(rest);
    } else if (is_linux_command(command)) {
      KernelEntry entry{
          file, number, std::string(without_margins(whole)), title, std::string(take_menu_word(rest)), {}};
      entry.arguments = kernel_words(rest);
      out.push_back(std::move(entry));
    }
  }
  return out;
}

KernelEntry parse_loader_entry(std::string_view bytes, const std::string& file,
                               std::string_view kernel_options) {
  constexpr std::string_view kVariable = "$kernelopts";
  KernelEntry entry;
  entry.file = file;
  for (std::size_t number = 1; !bytes.empty(); ++number) {
    const std::string_view whole = take_menu_line(bytes);
    std::string_view rest = whole;
    const std::string_view key = take_menu_word(rest);
    rest = without_margins(rest);
    if (key == "title") entry.title = std::string(rest);
    if (key == "linux") entry.kernel = std::string(rest);
    if (key != "options") continue;
    entry.line = number;
    entry.text = std::string(without_margins(whole));
    for (std::string& word : kernel_words(rest)) {
      if (word != kVariable) {
        entry.arguments.push_back(std::move(word));
        continue;
      }
      for (std::string& own : kernel_words(kernel_options)) entry.arguments.push_back(std::move(own));
    }
  }
  return entry;
}

std::string grubenv_value(std::string_view bytes, std::string_view name) {
  while (!bytes.empty()) {
    const std::string_view line = take_menu_line(bytes);
    if (line.size() > name.size() && line.starts_with(name) && line[name.size()] == '=')
      return std::string(line.substr(name.size() + 1));
  }
  return {};
}

BootDetour detour_of(const std::vector<std::string>& arguments) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 8> kWords = {
      {{"emergency", "emergency.target"},
       {"-b", "emergency.target"},
       {"rescue", "rescue.target"},
       {"single", "rescue.target"},
       {"-s", "rescue.target"},
       {"s", "rescue.target"},
       {"S", "rescue.target"},
       {"1", "rescue.target"}}};
  constexpr std::array<std::string_view, 4> kRunlevels = {"2", "3", "4", "5"};
  constexpr std::string_view kUnit = "systemd.unit=";
  constexpr std::string_view kInit = "init=";
  BootDetour init;
  BootDetour unit;
  for (const std::string& argument : arguments) {
    const std::string_view text = argument;
    if (text == "--") break;  // the rest is init's own
    if (text.starts_with(kInit)) {
      const std::string_view program = text.substr(kInit.size());
      init = program.ends_with("/systemd") || program == "/sbin/init" || program == "/usr/sbin/init" ||
                     program == "/bin/init"
                 ? BootDetour{}
                 : BootDetour{argument, {}};
      continue;
    }
    const auto known =
        std::find_if(kWords.begin(), kWords.end(), [text](const auto& one) { return one.first == text; });
    if (known != kWords.end()) unit = {argument, std::string(known->second)};
    if (text.starts_with(kUnit)) unit = {argument, argument.substr(kUnit.size())};
    if (std::find(kRunlevels.begin(), kRunlevels.end(), text) != kRunlevels.end()) unit = {};
  }
  if (!init.argument.empty()) return init;
  return is_target_without_logins(unit.target) ? unit : BootDetour{};
}

bool is_target_without_logins(std::string_view target) {
  constexpr std::array<std::string_view, 15> kTargets = {
      "rescue.target",  "emergency.target",  "poweroff.target",  "halt.target",      "reboot.target",
      "kexec.target",   "shutdown.target",   "exit.target",      "sysinit.target",   "ctrl-alt-del.target",
      "rescue.service", "emergency.service", "runlevel0.target", "runlevel1.target", "runlevel6.target"};
  return std::find(kTargets.begin(), kTargets.end(), target) != kTargets.end();
}

}  // namespace reentry
