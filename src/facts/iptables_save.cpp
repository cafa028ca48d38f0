#include "facts/iptables_save.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "facts/iptables_rule.hpp"

namespace reentry {
namespace {

struct BuiltIn {
  std::string_view table;
  std::string_view chain;
  PacketHook hook;
  int priority;
};

// linux/netfilter_ipv4.h: enum nf_ip_hook_priorities; INPUT of nat stands at the place of source NAT.
constexpr std::array<BuiltIn, 18> kBuiltIns = {{
    {"raw", "PREROUTING", PacketHook::prerouting, -300},
    {"raw", "OUTPUT", PacketHook::output, -300},
    {"mangle", "PREROUTING", PacketHook::prerouting, -150},
    {"mangle", "INPUT", PacketHook::input, -150},
    {"mangle", "FORWARD", PacketHook::forward, -150},
    {"mangle", "OUTPUT", PacketHook::output, -150},
    {"mangle", "POSTROUTING", PacketHook::postrouting, -150},
    {"nat", "PREROUTING", PacketHook::prerouting, -100},
    {"nat", "INPUT", PacketHook::input, 100},
    {"nat", "OUTPUT", PacketHook::output, -100},
    {"nat", "POSTROUTING", PacketHook::postrouting, 100},
    {"filter", "INPUT", PacketHook::input, 0},
    {"filter", "FORWARD", PacketHook::forward, 0},
    {"filter", "OUTPUT", PacketHook::output, 0},
    {"security", "INPUT", PacketHook::input, 50},
    {"security", "FORWARD", PacketHook::forward, 50},
    {"security", "OUTPUT", PacketHook::output, 50},
    {"", "", PacketHook::none, 0},
}};

PacketChain ipt_chain(std::string_view table, std::string_view name) {
  PacketChain chain;
  chain.name = std::string(name);
  chain.nat = table == "nat";
  for (const BuiltIn& known : kBuiltIns) {
    if (known.table != table || known.chain != name) continue;
    chain.hook = known.hook;
    chain.priority = known.priority;
  }
  return chain;
}

class SaveReader {
 public:
  SaveReader(std::string_view family, std::string_view tool) : family_(family), tool_(tool) {}

  void open_file(const std::string& file) { file_ = file; }

  // Empty, or what is wrong with the line.
  std::string_view take(std::size_t number, std::string_view line) {
    while (!line.empty() && (line.back() == ' ' || line.back() == '\r')) line.remove_suffix(1);
    if (line.empty() || line.front() == '#') return {};
    if (line.front() == '*') return open_table(line.substr(1));
    if (line == "COMMIT") {
      open_ = false;
      return {};
    }
    if (!open_) return "a rule outside of a table";
    if (line.front() == ':') return add_chain(line.substr(1));
    return add_rule(number, line);
  }
  PacketRules take_rules() {
    for (PacketTable& table : rules_.tables) {
      for (PacketChain& chain : table.chains) {
        for (std::size_t i = 0; i < chain.rules.size(); ++i) chain.rules[i].place.number = i + 1;
      }
    }
    return std::move(rules_);
  }
  [[nodiscard]] bool is_open() const { return open_; }

 private:
  std::string_view open_table(std::string_view name) {
    open_ = true;
    index_.clear();
    // A table that comes twice adds to itself (iptables-restore --noflush, as ufw has it).
    for (std::size_t i = 0; i < rules_.tables.size(); ++i) {
      if (rules_.tables[i].name != name) continue;
      at_ = i;
      const std::vector<PacketChain>& chains = rules_.tables[i].chains;
      for (std::size_t k = 0; k < chains.size(); ++k) index_[chains[k].name] = k;
      return {};
    }
    at_ = rules_.tables.size();
    rules_.tables.push_back({std::string(family_), std::string(name), std::string(tool_), {}});
    return {};
  }

  std::string_view add_chain(std::string_view line) {
    const std::size_t blank = std::min(line.find(' '), line.size());
    const std::string name(line.substr(0, blank));
    std::string_view policy = line.substr(std::min(blank + 1, line.size()));
    policy = policy.substr(0, policy.find(' '));
    PacketChain& chain = chain_of(name);
    chain.drops = policy == "DROP";
    return policy == "DROP" || policy == "ACCEPT" || policy == "-" ? std::string_view() : "no policy";
  }

  PacketChain& chain_of(const std::string& name) {
    std::vector<PacketChain>& chains = rules_.tables[at_].chains;
    const auto entry = index_.try_emplace(name, chains.size());
    if (entry.second) chains.push_back(ipt_chain(rules_.tables[at_].name, name));
    return chains[entry.first->second];
  }

  std::string_view add_rule(std::size_t number, std::string_view line) {
    if (++count_ > kMaxRules) return "too many rules";
    // `[packets:bytes] -A …`
    if (line.front() == '[') line.remove_prefix(std::min(line.find(']'), line.size() - 1) + 1);
    std::vector<std::string> words;
    if (!cut_iptables_line(line, words) || words.size() < 2) return "not a rule";
    const std::string& what = words[0];
    const bool inserted = what == "-I" || what == "--insert";
    if (what == "-N" || what == "--new-chain" || what == "-F" || what == "-X" || what == "-Z" ||
        what == "-P") {
      PacketChain& chain = chain_of(words[1]);
      if (what == "-P" && words.size() > 2) chain.drops = words[2] == "DROP";
      if (what == "-F") chain.rules.clear();
      return {};
    }
    if (!inserted && what != "-A" && what != "--append") return "not a rule";
    PacketChain& chain = chain_of(words[1]);
    std::size_t first = 2;
    std::size_t at = inserted ? 0 : chain.rules.size();
    if (inserted && words.size() > 2) {
      if (const auto place = parse_number(words[2])) {
        first = 3;
        at = std::min<std::size_t>(*place == 0 ? 0 : *place - 1, chain.rules.size());
      }
    }
    words.erase(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(first));
    PacketRule rule = rule_of(words);
    rule.place = place_of(chain.name, number, line);
    rule.place.comment = comment_;
    chain.rules.insert(chain.rules.begin() + static_cast<std::ptrdiff_t>(at), std::move(rule));
    return {};
  }

  RulePlace place_of(const std::string& chain, std::size_t number, std::string_view line) const {
    RulePlace place;
    place.tool = std::string(tool_);
    place.family = std::string(family_);
    place.table = rules_.tables[at_].name;
    place.chain = chain;
    while (line.starts_with(' ')) line.remove_prefix(1);
    place.text = std::string(line.substr(0, 2000));
    place.file = file_;
    if (!file_.empty()) place.line = number;
    return place;
  }

  PacketRule rule_of(const std::vector<std::string>& list) {
    ipt::Draft draft;
    draft.family = family_ == "ip6" ? 6 : 4;
    ipt::Words words(list);
    while (!words.done()) {
      std::string_view word = words.next();
      const bool negated = word == "!";
      if (negated) word = words.next();
      if (word == "-j" || word == "--jump" || word == "-g" || word == "--goto") {
        const bool goes = word == "-g" || word == "--goto";
        ipt::take_target(words.next(), goes, words, draft);
      } else {
        ipt::take_match(word, negated, words, draft);
      }
    }
    comment_ = std::move(draft.comment);
    return {std::move(draft.statements), {}};
  }

  std::string_view family_;
  std::string_view tool_;
  std::string file_;
  PacketRules rules_;
  std::map<std::string, std::size_t> index_;  // chains of the open table
  std::string comment_;
  std::size_t at_ = 0;
  std::size_t count_ = 0;
  bool open_ = false;
};

}  // namespace

bool cut_iptables_line(std::string_view line, std::vector<std::string>& words) {
  std::string word;
  bool within = false;
  char quote = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (c == '\\' && i + 1 < line.size()) {
      word += line[++i];
      within = true;
    } else if (quote != 0) {
      if (c == quote) {
        quote = 0;
      } else {
        word += c;
      }
    } else if (c == '"' || c == '\'') {
      quote = c;
      within = true;
    } else if (c == ' ' || c == '\t') {
      if (within) words.push_back(std::exchange(word, {}));
      within = false;
    } else {
      word += c;
      within = true;
    }
  }
  if (within) words.push_back(std::move(word));
  return quote == 0;
}

Known<PacketRules> parse_iptables_texts(const std::vector<SavedText>& texts, std::string_view family,
                                        std::string_view tool) {
  SaveReader reader(family, tool);
  for (const SavedText& text : texts) {
    const std::string source = text.file.empty() ? std::string(tool) + "-save" : text.file;
    if (text.bytes.size() > kMaxRulesBytes) return Missing{Why::unreadable, source, "too large"};
    reader.open_file(text.file);
    std::string_view bytes = text.bytes;
    std::size_t number = 0;
    while (!bytes.empty()) {
      const std::size_t end = std::min(bytes.find('\n'), bytes.size());
      const std::string_view wrong = reader.take(++number, bytes.substr(0, end));
      if (!wrong.empty())
        return Missing{Why::malformed, source, "line " + std::to_string(number) + ": " + std::string(wrong)};
      bytes.remove_prefix(std::min(end + 1, bytes.size()));
    }
    if (reader.is_open()) return Missing{Why::malformed, source, "the last table has no COMMIT"};
  }
  return reader.take_rules();
}

Known<PacketRules> parse_iptables_save(std::string_view bytes, std::string_view family, std::string_view tool,
                                       const std::string& file) {
  if (bytes.size() > kMaxRulesBytes) return Missing{Why::unreadable, file, "too large"};
  return parse_iptables_texts({{std::string(bytes), file}}, family, tool);
}

}  // namespace reentry
