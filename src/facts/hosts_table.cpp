#include <string>
#include <utility>

#include "facts/hosts_access.hpp"

namespace reentry {
namespace {

// BUFLEN of hosts_access.c.
constexpr std::size_t kLineLimit = 2048;

// The `:` that ends a field: one outside all brackets (misc.c:split_at). A bracket that nobody closes hides
// the rest of the line.
std::size_t separator_of(std::string_view text) {
  int open = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '[') ++open;
    if (text[i] == ']') --open;
    if (text[i] == ':' && open == 0) return i;
  }
  return std::string_view::npos;
}

}  // namespace

WrapperTable parse_wrapper_table(std::string_view bytes) {
  WrapperTable table;
  std::size_t line = 0;
  while (!bytes.empty()) {
    std::string text;
    const std::size_t first = line + 1;
    bool complete = false;
    while (!bytes.empty() && !complete) {
      ++line;
      const std::size_t end = bytes.find('\n');
      const std::string_view part = bytes.substr(0, end);
      bytes.remove_prefix(end == std::string_view::npos ? bytes.size() : end + 1);
      if (end != std::string_view::npos && part.ends_with('\\')) {
        text += part.substr(0, part.size() - 1);
        continue;
      }
      text += part;
      complete = end != std::string_view::npos;
    }
    if (!complete || text.size() + 2 > kLineLimit) {
      if (text.empty()) continue;
      table.problems.push_back({first, text, "missing newline or line too long"});
      WrapperRule rule;
      rule.line = first;
      rule.text = std::move(text);
      rule.unreadable = true;
      table.rules.push_back(std::move(rule));
      continue;
    }
    if (text.starts_with('#') || text.find_first_not_of(" \t\r\n") == std::string::npos) continue;
    const std::string_view view = text;
    const std::size_t colon = separator_of(view);
    if (colon == std::string_view::npos) {
      table.problems.push_back({first, text, "missing \":\" separator"});
      continue;
    }
    WrapperRule rule;
    rule.line = first;
    rule.daemons = std::string(view.substr(0, colon));
    const std::string_view rest = view.substr(colon + 1);
    const std::size_t second = separator_of(rest);
    rule.clients = std::string(rest.substr(0, second));
    // With the end of the line, as libwrap keeps it: a rule that ends in `:` has one empty option.
    if (second != std::string_view::npos) rule.options = std::string(rest.substr(second + 1)) + '\n';
    rule.text = std::move(text);
    table.rules.push_back(std::move(rule));
  }
  return table;
}

}  // namespace reentry
