// One `-A CHAIN …` line as statements.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "facts/packet_rules.hpp"

namespace reentry::ipt {

// The words of a rule behind `-A CHAIN`, one after the other, with the `!` in front of them.
class Words {
 public:
  explicit Words(const std::vector<std::string>& words) : words_(words) {}
  [[nodiscard]] bool done() const { return at_ >= words_.size(); }
  // The next word; empty at the end.
  std::string_view next() { return done() ? std::string_view() : std::string_view(words_[at_++]); }
  [[nodiscard]] std::string_view peek() const {
    return done() ? std::string_view() : std::string_view(words_[at_]);
  }

 private:
  const std::vector<std::string>& words_;
  std::size_t at_ = 0;
};

// What a rule's words are turned into.
struct Draft {
  int family = 4;
  std::vector<PacketStatement> statements;
  std::string comment;
  std::vector<std::string> modules;  // of `-m`, the last one first asked
};

// Takes the option `name` of a match (with or without the `!` before it) and its values. What is not modelled
// becomes an `unmodelled` statement; its values are the words up to the next option.
void take_match(std::string_view name, bool negated, Words& words, Draft& draft);

// Takes what stands behind `-j` or `-g` to the end of the rule.
void take_target(std::string_view target, bool goes, Words& words, Draft& draft);

[[nodiscard]] PacketStatement unmodelled(std::string_view text);
[[nodiscard]] PacketStatement match_of(PacketField field, BitsRange range, bool negated);

}  // namespace reentry::ipt
