// auth/methods-need-more
#include <fmt/format.h>

#include "base/shown.hpp"
#include "checks/config_edits.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  const std::string methods = it.detail("lists", config_words(it.at.text).value);
  finding.explanation = {
      fmt::format("{}: AuthenticationMethods `{}` can't be met by {} with this credential alone.", it.where(),
                  shown(methods), it.users().en),
      fmt::format("{} の AuthenticationMethods `{}` は、{} のこの認証手段だけでは満たせません。", it.where(),
                  shown(methods), it.users().ja)};
  const LoginQuestion& question = it.seen.traces.front()->question;
  const char* method = question.kind == CredentialKind::password
                           ? "AuthenticationMethods password keyboard-interactive"
                           : "AuthenticationMethods publickey";
  add_remedy(finding, "allow-one", Risk::choice,
             say("Let {} in with one method alone. The second factor is then not asked of this user.",
                 "{} "
                 "だけは一つの方式でログインできるようにします。このユーザーには二つ目の要素が求められなくな"
                 "ります。",
                 it.user()),
             allow_for_user(it, {method}, false), {edit_command(it), reload_command(it.input.facts)});
}

}  // namespace

constinit const Check kAuthMethodsNeedMore = {
    .cause = Cause::auth_methods_need_more,
    .severity = Severity::blocker,
    .title = {"AuthenticationMethods asks for more than this credential",
              "AuthenticationMethods がこの認証手段だけでは足りません"},
    .why = {"AuthenticationMethods lists which methods must succeed together. With `publickey,password` the "
            "key alone is only a partial success: the client shows `Authenticated using \"publickey\" with "
            "partial success` and goes on. A robot that has nothing but its key stops there. A list without "
            "publickey never accepts a key.",
            "AuthenticationMethods "
            "は、どの方式の組み合わせに成功する必要があるかを定めます。`publickey,password` "
            "の場合、鍵だけでは部分的な成功にとどまり、クライアントには `Authenticated using \"publickey\" "
            "with partial success` "
            "と表示されて次の認証に進みます。鍵しか持たない自動処理はそこで止まります。publickey "
            "を含まないリストでは、鍵は決して受け入れられません。"},
    .remedy = {"Give the login the other factor, or allow this user the one method by a Match block.",
               "もう一つの要素を用意するか、Match ブロックでこのユーザーに一つの方式を許可します。"},
    .tells_apart = {"The list of methods shrank after the key was taken.",
                    "鍵の受理後に認証方式の一覧が減りました。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kAuthMethodsNeedMore, tell); },
};

}  // namespace reentry
