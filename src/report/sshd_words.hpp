// What the target's own sshd said, and what was done so that it goes by the change.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/text.hpp"
#include "repair/receipt.hpp"
#include "report/canvas.hpp"

namespace reentry {

// One sentence: `sshd -t` of the target accepts it, refuses it, or was not asked and why.
[[nodiscard]] Text words_for(const SecondOpinion& opinion);
// What it means that it does not say what we expect; empty where it does.
[[nodiscard]] Text contradiction_of(const SecondOpinion& opinion);
// Its own lines, safe to show, a few.
[[nodiscard]] std::vector<std::string> quotes_of(const SecondOpinion& opinion);

// What was done with the service, one sentence; empty where nothing was to be done.
[[nodiscard]] Text words_for(const ServiceChange& service);

// As reports name them: `accepts`, `refuses`, `none`; `nothing`, `reloaded`, `started`, `on-demand`, `left`.
[[nodiscard]] std::string_view name_of(SecondOpinion::Verdict verdict);
[[nodiscard]] std::string_view name_of(ServiceChange::Done done);

void show(Canvas& canvas, const SecondOpinion& opinion);
void show(Canvas& canvas, const ServiceChange& service);

}  // namespace reentry
