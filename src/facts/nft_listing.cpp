// The words of nft's rules, and the lines of files that say the same.
#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <tuple>

#include "facts/nft_ruleset.hpp"

namespace reentry {
namespace {

// A text without the blanks that nobody meant: one between words, none at either end.
std::string single_spaced(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool blank = c == ' ' || c == '\t' || c == '\r';
    if (!blank) {
      out += c;
    } else if (!out.empty() && out.back() != ' ') {
      out += ' ';
    }
  }
  while (!out.empty() && (out.back() == ' ' || out.back() == ';')) out.pop_back();
  return out;
}

// Without what counts packets, so that a rule of a file is the same as the one that has seen some.
std::string without_counts(std::string text) {
  const std::size_t at = text.find("counter packets ");
  if (at == std::string::npos) return text;
  std::size_t end = at + 16;
  const auto skip = [&text, &end](std::string_view characters) {
    while (end < text.size() && characters.find(text[end]) != std::string_view::npos) ++end;
  };
  skip("0123456789");
  if (text.compare(end, 7, " bytes ") == 0) end += 7;
  skip("0123456789");
  return text.substr(0, at + 7) + text.substr(end);
}

std::string_view without_comment(std::string_view line) {
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '"') quoted = !quoted;
    if (line[i] == '#' && !quoted) return line.substr(0, i);
  }
  return line;
}

// Walks through text in nft's language as far as its blocks go: `table inet filter {`, `chain input {`.
class BlockReader {
 public:
  // True for a line within a chain that is no head of a block.
  bool enter(const std::string& line) {
    if (line.ends_with("{")) {
      open(line);
      return false;
    }
    if (line.starts_with("}")) {
      if (depth_ > 0) --depth_;
      if (depth_ < 2) chain_.clear();
      return false;
    }
    return !chain_.empty() && !line.empty();
  }
  [[nodiscard]] const std::string& table() const { return table_; }
  [[nodiscard]] const std::string& chain() const { return chain_; }

 private:
  void open(const std::string& line) {
    ++depth_;
    const std::string name = single_spaced(line.substr(0, line.size() - 1));
    if (name.starts_with("table ")) {
      table_ = name.substr(6);
      if (table_.find(' ') == std::string::npos) table_ = "ip " + table_;
      depth_ = 1;
    }
    if (name.starts_with("chain ")) chain_ = name.substr(6);
  }

  std::size_t depth_ = 0;
  std::string table_;
  std::string chain_;
};

template <typename Take>
void for_each_line(std::string_view bytes, Take take) {
  std::size_t number = 0;
  while (!bytes.empty()) {
    const std::size_t end = std::min(bytes.find('\n'), bytes.size());
    take(++number, bytes.substr(0, end));
    bytes.remove_prefix(std::min(end + 1, bytes.size()));
  }
}

using RuleKey = std::tuple<std::string, std::string, std::string>;  // table, chain, words or handle

}  // namespace

void name_nft_rules(std::string_view listing, PacketRules& rules) {
  std::map<RuleKey, std::string> words;
  BlockReader blocks;
  for_each_line(listing, [&](std::size_t, std::string_view line) {
    const std::size_t mark = line.rfind(" # handle ");
    const std::string text = single_spaced(line.substr(0, mark));
    if (!blocks.enter(text) || mark == std::string_view::npos) return;
    words[{blocks.table(), blocks.chain(), std::string(line.substr(mark + 10))}] = text;
  });
  for (PacketTable& table : rules.tables) {
    if (table.tool != "nft") continue;
    for (PacketChain& chain : table.chains) {
      for (PacketRule& rule : chain.rules) {
        const auto found =
            words.find({table.family + " " + table.name, chain.name, std::to_string(rule.place.handle)});
        if (found != words.end()) rule.place.text = without_counts(found->second);
      }
    }
  }
}

void place_nft_rules(std::string_view bytes, const std::string& file, PacketRules& rules) {
  constexpr std::size_t kTwice = 0;
  std::map<RuleKey, std::size_t> lines;
  BlockReader blocks;
  for_each_line(bytes, [&](std::size_t number, std::string_view line) {
    const std::string text = without_counts(single_spaced(without_comment(line)));
    if (!blocks.enter(text)) return;
    const auto entry = lines.try_emplace({blocks.table(), blocks.chain(), text}, number);
    if (!entry.second) entry.first->second = kTwice;
  });
  for (PacketTable& table : rules.tables) {
    for (PacketChain& chain : table.chains) {
      for (PacketRule& rule : chain.rules) {
        if (table.tool != "nft" || rule.place.text.empty() || !rule.place.file.empty()) continue;
        const auto found = lines.find({table.family + " " + table.name, chain.name, rule.place.text});
        if (found == lines.end() || found->second == kTwice) continue;
        rule.place.file = file;
        rule.place.line = found->second;
      }
    }
  }
}

}  // namespace reentry
