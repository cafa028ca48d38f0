// auth/user-missing
#include "checks/cloud_story.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation = say(
      "/etc/passwd has no account {}. sshd lets every attempt fail without telling the client why.",
      "/etc/passwd に {} というアカウントがありません。sshd は理由を知らせずにすべての認証を失敗させます。",
      it.user());
  if (it.has("similar"))
    add_advice(finding, "similar",
               say("There is an account {}. Use that name.",
                   "{} というアカウントがあります。この名前でログインしてください。", it.detail("similar")),
               {"ssh " + shell_word(it.detail("similar")) + "@HOST"});
  add_advice(finding, "list",
             say("See which accounts have a login shell.", "ログインシェルを持つアカウントを確認します。"),
             {"getent passwd | grep -vE '(nologin|false|sync)$'"});
  add_cloud_story(it, finding);
}

}  // namespace

constinit const Check kAuthUserMissing = {
    .cause = Cause::auth_user_missing,
    .severity = Severity::blocker,
    .title = {"There is no account of that name", "その名前のアカウントがありません"},
    .why =
        {"sshd looks the name up exactly as the client sends it: upper and lower case count, and so does "
         "every letter. For an unknown name it plays the whole login through with an account that can't "
         "succeed, so that the client only sees a refused key or password. The log says `Invalid user`. "
         "Cloud images have different user names: ubuntu, ec2-user, admin, debian, rocky and others.",
         "sshd "
         "はクライアントが送った名前をそのまま検索します。大文字と小文字も区別されます。存在しない名前の場合"
         "は、決して成功しない仮のアカウントで最後まで認証が続くため、クライアントからは鍵やパスワードが拒否"
         "されたようにしか見えません。ログには `Invalid user` と記録されます。クラウドイメージのユーザー名は "
         "ubuntu、ec2-user、admin、debian、rocky など、イメージごとに異なります。"},
    .remedy = {"Log in with a name that the host has, or create the account.",
               "ホストに存在する名前でログインするか、アカウントを作成します。"},
    .tells_apart = {"sshd's log says `Invalid user`. Cloud images have one account of their own: ec2-user, "
                    "ubuntu, admin, debian, rocky, centos, opc, core.",
                    "sshd のログに `Invalid user` が現れます。クラウドイメージの既定アカウントは "
                    "ec2-user、ubuntu、admin、debian、rocky、centos、opc、core などです。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kAuthUserMissing, tell); },
};

}  // namespace reentry
