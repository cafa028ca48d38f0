#include "facts/sshd_lex.hpp"

#include <algorithm>

namespace reentry {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

bool uses_split(const SshBuild& build) {
  return build.at_least(8, 7);
}

std::size_t blanks_at(std::string_view text) {
  return std::min(text.find_first_not_of(kBlanks), text.size());
}

// servconf.c:process_server_config_line_depth: blanks and form feeds at the end, but never the first byte.
std::string_view trimmed_end(std::string_view text) {
  while (text.size() > 1 && std::string_view(" \t\r\n\f").find(text.back()) != std::string_view::npos) {
    text.remove_suffix(1);
  }
  return text;
}

}  // namespace

SshdLines::SshdLines(std::string_view bytes, const SshBuild& build)
    : rest_(bytes), cut_comments_(!uses_split(build)) {
  if (bytes.find('\0') == std::string_view::npos) return;
  // getline(3) gives the whole line, strlen(3) ends it at the NUL: its newline is lost with its rest.
  std::size_t begin = 0;
  std::size_t number = 1;
  bool fresh = true;
  while (begin < bytes.size()) {
    const std::size_t end = std::min(bytes.find('\n', begin), bytes.size());
    std::string_view line = bytes.substr(begin, end - begin);
    const std::size_t nul = line.find('\0');
    line = line.substr(0, nul);
    line.remove_prefix(std::min(line.find_first_not_of(" \t\r"), line.size()));
    if (fresh) numbers_.push_back(number);
    joined_ += line;
    fresh = nul == std::string_view::npos;
    if (fresh) joined_ += '\n';
    begin = end + 1;
    ++number;
  }
  rest_ = joined_;
}

std::optional<SshdTextLine> SshdLines::next() {
  while (!ended_) {
    const std::size_t end = rest_.find('\n');
    std::string_view line = rest_.substr(0, end);
    if (end == std::string_view::npos) {
      ended_ = true;
    } else {
      rest_.remove_prefix(end + 1);
    }
    const std::size_t index = number_++;
    if (cut_comments_) line = line.substr(0, line.find('#'));
    line.remove_prefix(std::min(line.find_first_not_of(" \t\r"), line.size()));
    if (line.empty() || line.front() == '#') continue;
    line = trimmed_end(line);
    return SshdTextLine{index < numbers_.size() ? numbers_[index] : index + 1, line};
  }
  return std::nullopt;
}

std::optional<std::string> WordCutter::next(bool split_equals) {
  if (!rest_) return std::nullopt;
  const std::string_view text = *rest_;
  const std::size_t stop = text.find_first_of(split_equals ? " \t\r\n\"=" : " \t\r\n\"");
  if (stop == std::string_view::npos) {
    rest_ = std::nullopt;
    return std::string(text);
  }
  if (text[stop] == '"') {
    const std::size_t close = text.find('"', stop + 1);
    if (close == std::string_view::npos) {
      rest_ = std::nullopt;
      return std::nullopt;
    }
    std::string word(text.substr(0, stop));
    word += text.substr(stop + 1, close - stop - 1);
    const std::string_view behind = text.substr(close + 1);
    rest_ = behind.substr(blanks_at(behind));
    return word;
  }
  const bool at_equals = split_equals && text[stop] == '=';
  std::string_view behind = text.substr(stop + 1);
  behind.remove_prefix(blanks_at(behind));
  if (split_equals && !at_equals && behind.starts_with('=')) {
    behind.remove_prefix(1);
    behind.remove_prefix(blanks_at(behind));
  }
  rest_ = behind;
  return std::string(text.substr(0, stop));
}

std::optional<std::vector<std::string>> split_arguments(std::string_view text) {
  std::vector<std::string> words;
  std::size_t i = 0;
  const auto at = [&text](std::size_t index) { return index < text.size() ? text[index] : '\0'; };
  while (i < text.size()) {
    if (text[i] == ' ' || text[i] == '\t') {
      ++i;
      continue;
    }
    if (text[i] == '#') break;
    char quote = '\0';
    std::string word;
    for (; i < text.size(); ++i) {
      const char byte = text[i];
      const char after = at(i + 1);
      if (byte == '\\') {
        const bool escape = after == '\'' || after == '"' || after == '\\' || (quote == '\0' && after == ' ');
        if (escape) ++i;
        word += text[i];
      } else if (quote == '\0' && (byte == ' ' || byte == '\t')) {
        break;
      } else if (quote == '\0' && (byte == '"' || byte == '\'')) {
        quote = byte;
      } else if (quote != '\0' && byte == quote) {
        quote = '\0';
      } else {
        word += byte;
      }
    }
    if (quote != '\0') return std::nullopt;
    words.push_back(std::move(word));
  }
  return words;
}

SshdArgumentWords::SshdArgumentWords(std::optional<std::string_view> rest, const SshBuild& build)
    : split_(uses_split(build)), cutter_(rest) {
  if (!split_) return;
  std::optional<std::vector<std::string>> words = split_arguments(rest.value_or(""));
  balanced_ = words.has_value();
  if (words) words_ = std::move(*words);
}

std::optional<std::string> SshdArgumentWords::next() {
  if (!split_) return cutter_.next();
  if (next_ >= words_.size()) return std::nullopt;
  return words_[next_++];
}

std::optional<std::string> SshdArgumentWords::next_by_blanks() {
  return split_ ? next() : cutter_.next(false);
}

std::optional<std::string> SshdArgumentWords::left_over() {
  std::optional<std::string> word = next();
  // The old tokeniser takes an empty word for the end.
  if (!split_ && word && word->empty()) return std::nullopt;
  return word;
}

std::size_t SshdArgumentWords::remaining() const {
  if (split_) return words_.size() - next_;
  return cutter_.rest() ? 1 : 0;
}

std::string_view SshdArgumentWords::peek() const {
  if (split_) return next_ < words_.size() ? std::string_view(words_[next_]) : std::string_view();
  return cutter_.rest().value_or("");
}

void SshdArgumentWords::take_all() {
  next_ = words_.size();
  cutter_ = WordCutter(std::nullopt);
}

}  // namespace reentry
