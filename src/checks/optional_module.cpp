#include "checks/optional_module.hpp"

#include <charconv>
#include <string>

#include "base/shown.hpp"
#include "checks/remedies.hpp"

namespace reentry {
namespace {

constexpr std::string_view kBlanks = " \t";

// The line with `optional` as its second word; empty where that is no plain veto.
std::string optional_line(std::string_view line) {
  std::size_t at = std::min(line.find_first_not_of(kBlanks), line.size());
  at = std::min(line.find_first_of(kBlanks, at), line.size());
  at = std::min(line.find_first_not_of(kBlanks, at), line.size());
  const std::size_t end = std::min(line.find_first_of(kBlanks, at), line.size());
  const std::string_view control = line.substr(at, end - at);
  if (control != "required" && control != "requisite") return {};
  return std::string(line.substr(0, at)) + "optional" + std::string(line.substr(end));
}

}  // namespace

void add_optional_module(const SeenCase& it, Finding& finding) {
  const std::string file(it.raw("needed_file"));
  const std::string_view number = it.raw("needed_line");
  std::size_t line = 0;
  std::from_chars(number.data(), number.data() + number.size(), line);
  const std::string after = optional_line(it.raw("needed_by"));
  if (after.empty() || line == 0) return;
  add_remedy(
      finding, "optional", Risk::choice,
      say("Let sessions go on when this module fails (optional) in {}.",
          "このモジュールが失敗してもセッションを続行させます（{} で optional に変更）。", shown(file)),
      replace_line(it.input.facts, file, line, {after}),
      {"vi +" + std::to_string(line) + " " + shell_word(file)});
}

}  // namespace reentry
