// A remedy's steps in words and as a diff: the same in every renderer.
#pragma once

#include <string>

#include "base/text.hpp"
#include "diagnosis/finding.hpp"
#include "facts/owner_names.hpp"

namespace reentry {

// What a step changes, one line: `mode of /home/alice: 0777 -> 0755`.
[[nodiscard]] Text words_for(const Step& step, const OwnerNames& names = {});

// The lines that an edit or a creation changes, as a unified diff; empty for other steps, and where the file
// holds passwords or private keys.
[[nodiscard]] std::string diff_of(const Step& step);

// Whether the step's content is a secret, or made from one, that no report shows.
[[nodiscard]] bool is_made(const Step& step);

// The edits of all steps as unified diffs, one after the other; empty without an edit.
[[nodiscard]] std::string diff_of(const Remedy& remedy);

// `path`, `path:line` or the source's own name.
[[nodiscard]] std::string place_of(const Exhibit& exhibit);

}  // namespace reentry
