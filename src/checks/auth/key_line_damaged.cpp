// auth/key-line-damaged
#include "checks/auth/key_lines.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"
#include "facts/authorized_keys.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  const Text damage = words_for(damage_named(it.raw("damage")));
  finding.explanation = {it.where() + ": " + damage.en + ". sshd passes the line over.",
                         it.where() + ": " + damage.ja + "。sshd はこの行を読み飛ばします。"};
  Steps mended = mend_key_line(it);
  const PublicKey* key = asked_key(it);
  if (!mended.empty()) {
    add_remedy(finding, "mend", Risk::safe,
               say("Write the line as it was meant.", "行を本来の形に直します。"), std::move(mended), {});
  } else {
    add_remedy(finding, "authorize", Risk::choice,
               say("Add the whole key as a new line.", "鍵全体を新しい行として追加します。"),
               key == nullptr ? Steps{} : authorize(it, *key, it.has("path") ? it.raw("path") : it.at.path),
               {authorize_command(it, it.path())});
  }
}

}  // namespace

constinit const Check kAuthKeyLineDamaged = {
    .cause = Cause::auth_key_line_damaged,
    .severity = Severity::blocker,
    .title = {"The key's line is damaged", "鍵の行が壊れています"},
    .why = {"Each key must stand on one line: type, base64 data, comment. A line that an editor wrapped, "
            "whose first letter was lost, or that ran into the one before it, is passed over without a word "
            "in the log.",
            "鍵は「種類、base64 データ、コメント」を 1 "
            "行で書く必要があります。エディタで途中改行された行、先頭の文字が欠けた行、前の行とつながった行は"
            "、ログに何も残さず読み飛ばされます。"},
    .remedy = {"Write the line again, whole, from the .pub file.",
               ".pub ファイルから 1 行まるごと書き直します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kAuthKeyLineDamaged, tell); },
};

}  // namespace reentry
