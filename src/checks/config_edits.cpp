#include "checks/config_edits.hpp"

#include <algorithm>

#include "base/ascii_case.hpp"
#include "base/shown.hpp"

namespace reentry {
namespace {

constexpr std::string_view kBlanks = " \t\r\f";

bool is_plain_name(std::string_view name) {
  return !name.empty() && name.find_first_of("*?!,\"'\\# \t=@") == std::string_view::npos &&
         name == shown(name, 0);
}

// The last line of the Match block that begins at `line` of `path`, up to the next Match or the file's end.
std::size_t end_of_block(const Facts& facts, const std::string& path, std::size_t line) {
  std::size_t next = 0;
  for (const MatchBlock& block : facts.config.blocks) {
    if (block.at.file == path && block.at.line > line && (next == 0 || block.at.line < next))
      next = block.at.line;
  }
  if (next != 0) return next - 1;
  const auto bytes = bytes_of(facts, path);
  if (!bytes) return line;
  const auto newlines = static_cast<std::size_t>(std::count(bytes->begin(), bytes->end(), '\n'));
  return std::max(line, bytes->empty() || bytes->back() == '\n' ? newlines : newlines + 1);
}

}  // namespace

std::string ConfigWords::joined() const {
  return indent + keyword + (value.empty() ? "" : " ") + value + tail;
}

ConfigWords config_words(std::string_view line) {
  ConfigWords words;
  while (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  std::size_t at = std::min(line.find_first_not_of(kBlanks), line.size());
  words.indent = line.substr(0, at);
  line.remove_prefix(at);
  at = std::min(line.find_first_of(" \t="), line.size());
  words.keyword = line.substr(0, at);
  line.remove_prefix(at);
  // A comment begins where a word would: `#` behind a blank, outside of quotes.
  bool quoted = false;
  std::size_t end = line.size();
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '"') quoted = !quoted;
    if (line[i] == '#' && !quoted && i > 0 && (line[i - 1] == ' ' || line[i - 1] == '\t')) {
      end = i;
      break;
    }
  }
  while (end > 0 && kBlanks.find(line[end - 1]) != std::string_view::npos) --end;
  words.tail = line.substr(end);
  std::string_view value = line.substr(0, end);
  value.remove_prefix(std::min(value.find_first_not_of(" \t="), value.size()));
  words.value = value;
  return words;
}

std::vector<std::string> words_of(std::string_view value) {
  std::vector<std::string> words;
  bool quoted = false;
  bool in_word = false;
  for (const char c : value) {
    if (!quoted && (c == ' ' || c == '\t')) {
      in_word = false;
      continue;
    }
    if (c == '"') quoted = !quoted;
    if (!in_word) words.emplace_back();
    in_word = true;
    words.back() += c;
  }
  return words;
}

std::string config_line(const SeenCase& it) {
  return it.at.line == 0 ? std::string() : it.at.text;
}

Steps drop_line(const SeenCase& it, std::string_view note) {
  if (it.at.line == 0) return {};
  const bool block = equal_ignoring_case(config_words(it.at.text).keyword, "match");
  const std::size_t last = block ? end_of_block(it.input.facts, it.at.path, it.at.line) : it.at.line;
  return comment_out(it.input.facts, it.at.path, it.at.line, last, note);
}

Steps set_value(const SeenCase& it, std::string_view value) {
  if (it.at.line == 0) return {};
  ConfigWords words = config_words(it.at.text);
  if (words.keyword.empty()) return {};
  words.value = value;
  return replace_line(it.input.facts, it.at.path, it.at.line, {words.joined()});
}

Steps add_word(const SeenCase& it, std::string_view word) {
  if (it.at.line == 0) return {};
  const ConfigWords words = config_words(it.at.text);
  return set_value(it, words.value.empty() ? std::string(word) : words.value + " " + std::string(word));
}

Steps remove_word(const SeenCase& it, std::string_view word) {
  if (it.at.line == 0) return {};
  std::string kept;
  bool found = false;
  for (const std::string& one : words_of(config_words(it.at.text).value)) {
    if (one == word) {
      found = true;
      continue;
    }
    kept += (kept.empty() ? "" : " ") + one;
  }
  if (!found) return {};
  return kept.empty() ? drop_line(it, {}) : set_value(it, kept);
}

Steps allow_for_user(const SeenCase& it, const std::vector<std::string>& settings, bool from_there) {
  const PasswdEntry* user = it.account();
  if (user == nullptr || !is_plain_name(user->name) || it.seen.traces.empty()) return {};
  std::string head = "Match User " + user->name;
  const std::optional<std::string>& from = it.seen.traces.front()->question.from;
  if (from_there) {
    if (!from || !is_plain_name(*from)) return {};
    head += " Address " + *from;
  }
  std::vector<std::string> lines = {std::move(head)};
  for (const std::string& setting : settings) lines.push_back("  " + setting);
  const SshdConfig& config = it.input.facts.config;
  if (config.blocks.empty()) return append_lines(it.input.facts, config.main_file.str(), lines);
  const ConfigOrigin& first = config.blocks.front().at;
  return insert_before(it.input.facts, first.file, first.line, lines);
}

std::string unit_name(const Facts& facts) {
  return facts.ssh.vendor == Vendor::debian || facts.ssh.vendor == Vendor::ubuntu ? "ssh" : "sshd";
}

std::string reload_command(const Facts& facts) {
  return "sshd -t && systemctl reload " + unit_name(facts);
}

std::string install_command(const Facts& facts) {
  switch (facts.ssh.vendor) {
    case Vendor::debian:
    case Vendor::ubuntu: return "apt-get install --reinstall openssh-server";
    case Vendor::suse: return "zypper install --force openssh-server";
    case Vendor::alpine: return "apk fix openssh-server";
    case Vendor::arch: return "pacman -S openssh";
    default: return "dnf reinstall openssh-server";
  }
}

std::string edit_command(const SeenCase& it) {
  const std::string path = shell_word(shown(it.at.path, 0));
  return it.at.line == 0 ? "vi " + path : "vi +" + std::to_string(it.at.line) + " " + path;
}

}  // namespace reentry
