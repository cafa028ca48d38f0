// account/shadow-entry-missing
#include "base/shown.hpp"
#include "base/time.hpp"
#include "checks/account_edits.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

// The whole file is gone. What the copy /etc/shadow- says of the others may be out of date, a password that
// was changed or locked since included: only who was asked about gets a line, with the copy's expiry and
// without its password.
void make_file(const SeenCase& it, const PasswdEntry& user, std::string line, Finding& finding) {
  const Facts& facts = it.input.facts;
  if (const auto copy = bytes_of(facts, "/etc/shadow-")) {
    std::vector<BadLine> bad;
    for (const ShadowEntry& entry : parse_shadow(*copy, bad)) {
      if (entry.name != user.name) continue;
      line = user.name + ":*";
      for (std::size_t field = 2; field < 9; ++field)
        line += ":" + field_of(facts, "/etc/shadow-", entry.line, field);
      break;
    }
  }
  const FileFact* file = facts.paths.find(HostPath("/etc/shadow"));
  const GroupEntry* group = facts.accounts.group_named("shadow");
  Steps steps;
  if (file != nullptr && file->path.end == PathEnd::absent) {
    steps = {CreateFile{HostPath("/etc/shadow"), line + "\n", group == nullptr ? 0600U : 0640U, 0,
                        group == nullptr ? 0 : group->gid}};
  }
  add_remedy(
      finding, "make", Risk::choice,
      say("Make /etc/shadow with a line for {} alone, without a password. The others stay out until the "
          "file is restored.",
          "/etc/shadow を作成し、{} の行だけをパスワードなしで追加します。ほかのアカウントは、ファイルを復元"
          "するまでログインできません。",
          it.user()),
      std::move(steps), {"ls -l /etc/shadow*", "pwconv"});
}

void tell(const SeenCase& it, Finding& finding) {
  if (!it.input.facts.accounts.shadow) {
    finding.explanation =
        say("There is no /etc/shadow, and /etc/passwd says that the password of {} stands there: "
            "PAM refuses the account.",
            "/etc/shadow がありません。/etc/passwd では {} のパスワードがそこにあるとされているため、"
            "PAM がアカウントを拒否します。",
            it.user());
  } else {
    finding.explanation =
        say("{} stands in /etc/passwd but not in /etc/shadow ({}), so PAM refuses the account.",
            "{} は /etc/passwd にありますが /etc/shadow にはなく（{}）、PAM がアカウントを拒否します。",
            it.user(), it.detail("why", "missing"));
  }
  const PasswdEntry* user = it.account();
  const std::string day = std::to_string(it.input.facts.now / kSecondsPerDay);
  // `*` opens nothing: no password matches it, and it locks nobody who comes with a key.
  const bool no_file = !it.input.facts.accounts.shadow;
  const bool plain = user != nullptr && (no_file || it.raw("why").empty()) && it.input.facts.now > 0;
  const std::string line = plain ? user->name + ":*:" + day + ":0:99999:7:::" : std::string();
  if (plain && no_file) return make_file(it, *user, line, finding);
  const Steps steps = plain ? append_lines(it.input.facts, "/etc/shadow", {line}) : Steps{};
  add_remedy(finding, "add", Risk::safe,
             say("Add a line for {} without a password.", "{} の行をパスワードなしで追加します。", it.user()),
             steps, {"pwconv"});
}

}  // namespace

constinit const Check kAccountShadowEntryMissing = {
    .cause = Cause::account_shadow_missing,
    .severity = Severity::blocker,
    .title = {"The account has no line in /etc/shadow", "/etc/shadow にアカウントの行がありません"},
    .why = {"With `x` in /etc/passwd the account's state is looked up in /etc/shadow. When its line is not "
            "there pam_unix can't tell whether the account is valid and refuses it, keys included "
            "(`Authentication service cannot retrieve authentication info`).",
            "/etc/passwd が `x` の場合、アカウントの状態は /etc/shadow で調べられます。行がないと pam_unix "
            "は有効かどうか判断できず、鍵でも拒否します（`Authentication service cannot retrieve "
            "authentication info`）。"},
    .remedy = {"Add a line that holds no password (pwconv does it), then set a password if one is wanted.",
               "パスワードのない行を追加し（pwconv で作成できます）、必要ならパスワードを設定します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kAccountShadowEntryMissing, tell); },
};

}  // namespace reentry
