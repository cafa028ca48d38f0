#include "checks/clock_words.hpp"

#include "base/shown.hpp"
#include "base/time.hpp"

namespace reentry {

void add_whose_clock(const SeenCase& it, Finding& finding) {
  if (it.input.facts.target.kind == TargetKind::live) return;
  const Text words = say(" (By the clock of the machine that looks, {}; the host's own decides.)",
                         "（確認した機器の時計 {} で判定しました。実際にはホスト自身の時計によります。）",
                         shown(utc_timestamp(it.input.facts.now)));
  finding.explanation.en += words.en;
  finding.explanation.ja += words.ja;
}

}  // namespace reentry
