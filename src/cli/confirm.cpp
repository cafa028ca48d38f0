#include "cli/confirm.hpp"

#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstring>
#include <string>

namespace reentry::cli {

bool can_ask() {
  return ::isatty(STDIN_FILENO) == 1;
}

bool confirm(const Text& question, Language language) {
  const std::string line = question.in(language) + " [y/N] ";
  std::fputs(line.c_str(), stderr);
  std::array<char, 64> answer{};
  if (std::fgets(answer.data(), static_cast<int>(answer.size()), stdin) == nullptr) return false;
  std::string word(answer.data());
  while (!word.empty() && (word.back() == '\n' || word.back() == '\r' || word.back() == ' ')) word.pop_back();
  return word == "y" || word == "Y" || word == "yes" || word == "はい";
}

}  // namespace reentry::cli
