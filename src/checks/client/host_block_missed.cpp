// client/host-block-missed
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation =
      say("`Host {}` ({}) does not apply to {}: {}.", "`Host {0}`（{1}）は {2} に適用されません（{3}）。",
          it.detail("pattern"), it.where(), it.detail("host"), it.detail("kind"));
  add_advice(finding, "look",
             say("See what ssh makes of the name.", "ssh がこの名前をどう解釈するか確認します。"),
             {"ssh -G HOST | grep -E '^(hostname|user|port|identityfile) '"});
}

}  // namespace

constinit const Check kClientHostMissed = {
    .cause = Cause::client_host_missed,
    .severity = Severity::notice,
    .from_client = true,
    .title = {"A Host block nearly fits, and does not apply", "Host ブロックが一致せず、適用されていません"},
    .why =
        {"ssh takes a Host block only where one of its patterns fits the name as it was typed "
         "(ssh_config(5)): not the address, not the full name for a short one, and with the letter case that "
         "was typed. A comma does not part patterns, and user@ or :port is none of a pattern's business. The "
         "settings of such a block are then missing: another user, another key, another port.",
         "ssh は、入力されたとおりの名前にパターンが一致する Host "
         "ブロックだけを適用します（ssh_config(5)"
         "）。アドレス、短縮名と完全名、大文字と小文字は別のものとして扱われます。コンマは区切りにならず、use"
         "r@ や :port "
         "はパターンに書けません。一致しないブロックの設定（ユーザー、鍵、ポートなど）は使われません。"},
    .remedy = {"Type the name as the block has it, or add the name to its Host line.",
               "ブロックに書かれた名前で接続するか、Host 行にその名前を追加します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kClientHostMissed, tell); },
};

}  // namespace reentry
