// The page of one cause: what `reentry explain CAUSE` prints, and the list of all of them.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "base/text.hpp"
#include "diagnosis/check.hpp"

namespace reentry {

struct PageOptions {
  Language language = Language::en;
  bool color = false;
  bool utf8 = true;
  std::size_t width = 80;  // columns
};

// Title, what sshd does and why, what to do about it.
[[nodiscard]] std::string render_cause_page(const Check& check, const PageOptions& options);
// Every cause with its title, one line each, under its stage.
[[nodiscard]] std::string render_cause_list(std::span<const Check* const> checks, const PageOptions& options);
// The same as JSON: an array of objects with cause, stage, severity, title, why and remedy.
[[nodiscard]] std::string render_causes_json(std::span<const Check* const> checks, Language language);

}  // namespace reentry
