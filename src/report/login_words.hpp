// The first line of a report: what the answer is.
#pragma once

#include "base/text.hpp"
#include "diagnosis/diagnosis.hpp"

namespace reentry {

// `alice with SHA256:… from 203.0.113.5`; what was not asked is left out.
[[nodiscard]] Text name_of(const LoginQuestion& question);
// `… : REFUSED at auth/publickey`.
[[nodiscard]] Text verdict_of(const LoginTrace& trace);
// The answer about the whole target.
[[nodiscard]] Text verdict_of(const Diagnosis& diagnosis);
// `Amazon Linux 2023, OpenSSH 8.7p1, root /mnt/recovery`.
[[nodiscard]] Text target_words(const Diagnosis& diagnosis);
// What could not be read, one sentence.
[[nodiscard]] Text words_for(const Missing& missing);

}  // namespace reentry
