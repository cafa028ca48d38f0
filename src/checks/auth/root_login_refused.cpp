// auth/root-login-refused
#include "checks/config_edits.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  const bool by_key = it.raw("method") != "password";
  finding.explanation =
      by_key ? say("PermitRootLogin {} refuses root, keys included ({}).",
                   "PermitRootLogin {} により、root は鍵でもログインできません（{}）。",
                   it.detail("value", "no"), it.where())
             : say("PermitRootLogin {} lets no password of root in ({}).",
                   "PermitRootLogin {} により、root はパスワードではログインできません（{}）。",
                   it.detail("value", "no"), it.where());
  add_advice(finding, "sudo",
             say("Log in as another user and become root there.",
                 "別のユーザーでログインし、そこで root になります。"),
             {"ssh USER@HOST", "sudo -i"});
  const auto& from = it.seen.traces.front()->question.from;
  add_remedy(
      finding, "one-address", Risk::choice,
      by_key ? say("Let root in by key, only from {}.", "{} からだけ、鍵による root のログインを許可します。",
                   from ? *from : std::string("ADDRESS"))
             : say("Let root's password in, only from {}. A key would be safer.",
                   "{} からだけ、root のパスワードログインを許可します。鍵を使う方が安全です。",
                   from ? *from : std::string("ADDRESS")),
      allow_for_user(it, {by_key ? "PermitRootLogin prohibit-password" : "PermitRootLogin yes"}, true),
      {edit_command(it), reload_command(it.input.facts)});
}

}  // namespace

constinit const Check kAuthRootLoginRefused = {
    .cause = Cause::auth_root_login,
    .severity = Severity::blocker,
    .title = {"root may not log in this way", "root はこの方法ではログインできません"},
    .why = {"PermitRootLogin decides about root alone: no refuses every login, prohibit-password (the "
            "default) lets keys in and passwords not, yes lets both in. root goes through the whole "
            "conversation all the same, so that the client just sees `Permission denied`; the log says `ROOT "
            "LOGIN REFUSED`. Refusing root is good practice where another account with sudo exists.",
            "PermitRootLogin は root だけに適用されます。no "
            "はすべてのログインを拒否し、prohibit-password（既定値）は鍵だけを許し、yes "
            "は両方を許します。いずれの場合も認証は最後まで続くため、クライアントには `Permission denied` "
            "としか表示されず、ログには `ROOT LOGIN REFUSED` と記録されます。sudo "
            "を使える別のアカウントがあるなら、root を拒否するのは望ましい設定です。"},
    .remedy = {"Log in as another user and use sudo. Where root is the only way in, let it in by key and "
               "from one address.",
               "別のユーザーでログインして sudo を使います。root "
               "しか経路がない場合は、鍵だけを、特定の接続元からだけ許可します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kAuthRootLoginRefused, tell); },
};

}  // namespace reentry
