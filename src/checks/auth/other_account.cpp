// auth/other-account
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation =
      say("The server asks for the user {} instead of {}.",
          "サーバーは {1} ではなく {0} でのログインを求めています。", it.detail("account"), it.user());
  add_advice(finding, "user", say("Take that user.", "そのユーザーで接続します。"),
             {"ssh " + it.detail("account") + "@HOST"});
}

}  // namespace

constinit const Check kAuthOtherAccount = {
    .cause = Cause::auth_other_account,
    .severity = Severity::blocker,
    .from_client = true,
    .title = {"The server says to log in as another user",
              "サーバーが別のユーザーでのログインを求めています"},
    .why = {"Cloud images close root by a forced command that names the account to use: ec2-user, ubuntu, "
            "admin, debian, rocky, opc, core … The key is right, the user is not.",
            "クラウドイメージでは root "
            "の鍵に強制コマンドが設定され、使うべきアカウント（ec2-"
            "user、ubuntu、admin、debian、rocky、opc、core "
            "など）が表示されます。鍵は正しく、ユーザー名が違います。"},
    .remedy = {"Log in as the user that it names.", "表示されたユーザーでログインします。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kAuthOtherAccount, tell); },
};

}  // namespace reentry
