// account/pam-module-missing
#include "checks/account/pam_lines.hpp"
#include "checks/cloud_story.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation = say("{}: {} can't be loaded ({}), so the account stack refuses everybody.",
                            "{}: {} を読み込めず（{}）、account スタックが全員を拒否します。", it.where(),
                            it.detail("module", "?"), it.detail("why", "missing"));
  add_remedy(finding, "drop", Risk::choice,
             say("Comment the line out. What the module was to enforce is then not enforced.",
                 "この行をコメントにします。モジュールによる制限は行われなくなります。"),
             drop_pam_line(it, "reentry: this module can't be loaded"), {edit_line_command(it)});
  add_package_story(it, it.raw("module"), finding);
}

}  // namespace

constinit const Check kAccountPamModuleMissing = {
    .cause = Cause::account_pam_module_missing,
    .severity = Severity::blocker,
    .title = {"A PAM module that the login needs is missing", "ログインに必要な PAM モジュールがありません"},
    .why =
        {"When libpam can't load a module of the account stack it puts a faulty one in its place, which "
         "answers `module is unknown`. On a required or requisite line that refuses every login, keys "
         "included. The log says `PAM unable to dlopen` and `PAM adding faulty module`. A leading `-` only "
         "keeps the log quiet. pam_tally2 (gone since Linux-PAM 1.5) is the usual one after an upgrade.",
         "libpam が account スタックのモジュールを読み込めないと、代わりに `module is unknown` "
         "を返す仮のモジュールが置かれます。required や requisite "
         "の行では、鍵を含むすべてのログインが拒否されます。ログには `PAM unable to dlopen`、`PAM adding "
         "faulty module` と記録されます。行頭の `-` はログを抑えるだけです。アップグレード後は "
         "pam_tally2（Linux-PAM 1.5 で廃止）がよく該当します。"},
    .remedy = {"Install the module's package, or take the line out.",
               "モジュールのパッケージをインストールするか、その行を外します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kAccountPamModuleMissing, tell); },
};

}  // namespace reentry
