// auth/not-in-allow-users
#include <fmt/format.h>

#include "base/shown.hpp"
#include "checks/config_edits.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation = {fmt::format("{}: AllowUsers is `{}`, which does not name {}.", it.where(),
                                     it.detail("patterns", "?"), it.users().en),
                         fmt::format("{} の AllowUsers は `{}` で、{} に一致する項目がありません。",
                                     it.where(), it.detail("patterns", "?"), it.users().ja)};
  if (it.has("host_pattern")) {
    finding.explanation.en +=
        fmt::format(" The entry `{}` holds only for connections from there.", it.detail("host_pattern"));
    finding.explanation.ja +=
        fmt::format("項目 `{}` は、その接続元からの場合だけ有効です。", it.detail("host_pattern"));
  }
  if (it.has("comma_list")) {
    finding.explanation.en += fmt::format(
        " `{}` is one single name for sshd: entries are separated by blanks.", it.detail("comma_list"));
    finding.explanation.ja +=
        fmt::format("`{}` は sshd にとって一つの名前です。項目は空白で区切ります。", it.detail("comma_list"));
  }
  // One word more lets in one user, and no more than that.
  const bool one = it.seen.traces.size() == 1 || finding.users.size() == 1;
  const PasswdEntry* user = it.account();
  const bool plain =
      user != nullptr && shell_word(user->name) == user->name && user->name.find('@') == std::string::npos;
  add_remedy(finding, "add-user", Risk::choice,
             one ? say("Add {} to AllowUsers.", "AllowUsers に {} を追加します。", it.user())
                 : say("Add the users who should get in to AllowUsers.",
                       "許可するユーザーを AllowUsers に追加します。"),
             one && plain ? add_word(it, user->name) : Steps{},
             {edit_command(it), reload_command(it.input.facts)});
}

}  // namespace

constinit const Check kAuthNotInAllowUsers = {
    .cause = Cause::auth_not_in_allow_users,
    .severity = Severity::blocker,
    .title = {"AllowUsers does not name the user", "AllowUsers に含まれていません"},
    .why = {"As soon as AllowUsers is set, everybody who matches none of its entries is refused before any "
            "key or password is looked at; the log says `not listed in AllowUsers`. Entries are separated by "
            "blanks, not by commas; they are compared letter by letter, and USER@HOST holds only from there. "
            "Several AllowUsers lines add up. A Match block's list takes the place of the global one.",
            "AllowUsers "
            "が設定されていると、どの項目にも一致しないユーザーは、鍵やパスワードを調べる前に拒否されます。ロ"
            "グには `not listed in AllowUsers` "
            "と記録されます。項目はカンマではなく空白で区切り、大文字と小文字を区別します。USER@HOST "
            "はその接続元からだけ有効です。AllowUsers の行が複数あれば合算されますが、Match "
            "ブロックのリストは全体のリストを置き換えます。"},
    .remedy = {"Add the user to the list.", "ユーザーをリストに追加します。"},
    .tells_apart = {"sshd's log says `not allowed because not listed in AllowUsers`.",
                    "sshd のログに `not allowed because not listed in AllowUsers` が現れます。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kAuthNotInAllowUsers, tell); },
};

}  // namespace reentry
