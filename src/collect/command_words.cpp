#include "collect/command_words.hpp"

#include <algorithm>

namespace reentry {
namespace {

bool is_blank(char byte) {
  return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

bool is_name(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return c == '_' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  });
}

// Words with quotes and backslashes as systemd's extract_first_word has them.
std::vector<std::string> cut(std::string_view text) {
  std::vector<std::string> out;
  std::size_t i = 0;
  while (i < text.size()) {
    if (is_blank(text[i])) {
      ++i;
      continue;
    }
    std::string word;
    char quote = '\0';
    for (; i < text.size() && (quote != '\0' || !is_blank(text[i])); ++i) {
      const char byte = text[i];
      if (byte == '\\' && quote != '\'' && i + 1 < text.size()) {
        word += text[++i];
      } else if (quote != '\0' && byte == quote) {
        quote = '\0';
      } else if (quote == '\0' && (byte == '"' || byte == '\'')) {
        quote = byte;
      } else {
        word += byte;
      }
    }
    out.push_back(std::move(word));
  }
  return out;
}

// `${NAME}` anywhere in a word.
std::string braces_expanded(const std::string& word, const UnitEnvironment& environment) {
  std::string out;
  for (std::size_t i = 0; i < word.size(); ++i) {
    const std::size_t close = word.compare(i, 2, "${") == 0 ? word.find('}', i) : std::string::npos;
    if (close == std::string::npos) {
      if (word.compare(i, 2, "$$") == 0) ++i;
      out += word[i];
      continue;
    }
    const auto found = environment.find(std::string_view(word).substr(i + 2, close - i - 2));
    if (found != environment.end()) out += found->second.text;
    i = close;
  }
  return out;
}

}  // namespace

void read_environment_file(std::string_view bytes, const std::string& file, UnitEnvironment& environment) {
  std::size_t begin = 0;
  std::size_t number = 0;
  while (begin < bytes.size()) {
    std::string logical;
    const std::size_t first = number + 1;
    bool more = true;
    while (more && begin < bytes.size()) {
      const std::size_t end = std::min(bytes.find('\n', begin), bytes.size());
      std::string_view line = bytes.substr(begin, end - begin);
      begin = end + 1;
      ++number;
      more = line.ends_with('\\');
      if (more) line.remove_suffix(1);
      logical += line;
    }
    std::size_t start = 0;
    while (start < logical.size() && is_blank(logical[start])) ++start;
    if (start == logical.size() || logical[start] == '#' || logical[start] == ';') continue;
    const std::size_t equals = logical.find('=', start);
    if (equals == std::string::npos) continue;
    std::size_t name_end = equals;
    while (name_end > start && is_blank(logical[name_end - 1])) --name_end;
    const std::string name = logical.substr(start, name_end - start);
    if (!is_name(name)) continue;
    // Quotes group; the words of an unquoted value stay apart by one blank each.
    std::string value;
    for (const std::string& word : cut(std::string_view(logical).substr(equals + 1))) {
      if (!value.empty()) value += ' ';
      value += word;
    }
    environment.insert_or_assign(name, UnitLine{file, first, value});
  }
}

void read_environment_line(const UnitLine& line, UnitEnvironment& environment) {
  for (const std::string& word : cut(line.text)) {
    const std::size_t equals = word.find('=');
    if (equals == std::string::npos || !is_name(std::string_view(word).substr(0, equals))) continue;
    environment.insert_or_assign(word.substr(0, equals),
                                 UnitLine{line.file, line.line, word.substr(equals + 1)});
  }
}

std::vector<CommandWord> command_words(const UnitLine& exec, const UnitEnvironment& environment) {
  std::vector<CommandWord> out;
  std::string_view text = exec.text;
  // Marks in front of the program: ignore failure, full privileges and the like.
  text.remove_prefix(std::min(text.find_first_not_of("@-:+!|"), text.size()));
  for (const std::string& word : cut(text)) {
    const bool variable = word.size() > 1 && word[0] == '$' && is_name(std::string_view(word).substr(1));
    if (!variable) {
      out.push_back(CommandWord{braces_expanded(word, environment), exec.file, exec.line});
      continue;
    }
    const auto found = environment.find(std::string_view(word).substr(1));
    if (found == environment.end()) continue;
    for (std::string& part : cut(found->second.text)) {
      out.push_back(CommandWord{std::move(part), found->second.file, found->second.line});
    }
  }
  return out;
}

}  // namespace reentry
