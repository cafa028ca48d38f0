#include "login/walk_words.hpp"

#include <algorithm>
#include <utility>

namespace reentry {

std::string endpoint(const std::string& address, int port) {
  const bool v6 = address.find(':') != std::string::npos;
  return (v6 ? "[" + address + "]" : address) + ":" + std::to_string(port);
}

Obstacle candidate(Cause cause, Exhibit at) {
  return {cause, std::move(at), {}, {}, false};
}

std::string walk_user(const WalkFacts& facts) {
  return facts.client.settings ? facts.client.settings->user() : std::string();
}

Exhibit walk_exhibit(const WalkFacts& facts, std::string text) {
  return {"probe", walk_user(facts) + "@" + facts.lookup.name, 0, std::move(text)};
}

void add_candidates(Gate& gate, const Exhibit& at, std::initializer_list<Cause> causes) {
  for (const Cause cause : causes) gate.obstacles.push_back(candidate(cause, at));
}

bool says_any(std::string_view text, std::initializer_list<std::string_view> parts) {
  return std::any_of(parts.begin(), parts.end(),
                     [text](std::string_view part) { return text.find(part) != std::string_view::npos; });
}

std::string named_account(std::string_view said) {
  constexpr std::string_view kWords = "login as the user \"";
  const std::size_t at = said.find(kWords);
  if (at == std::string_view::npos) return {};
  const std::string_view rest = said.substr(at + kWords.size());
  return std::string(rest.substr(0, rest.find('"')));
}

}  // namespace reentry
