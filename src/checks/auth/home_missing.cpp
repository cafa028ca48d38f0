// auth/home-missing
#include "base/shown.hpp"
#include "checks/account_edits.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

bool is_home_of(const Facts& facts, const PasswdEntry& user, const std::string& path) {
  const FileFact* home = facts.paths.find(HostPath(path));
  return home != nullptr && home->path.found() && home->path.node().stat.type == FileType::directory &&
         home->path.node().stat.uid == user.uid;
}

// The first of two lines counts. Where the second is the same account with a home that is there, the first is
// the one too many.
bool add_second_line(const SeenCase& it, const PasswdEntry& user, Finding& finding) {
  const Facts& facts = it.input.facts;
  if (!facts.accounts.passwd) return false;
  for (const PasswdEntry& other : *facts.accounts.passwd) {
    const bool same = &other != &user && other.name == user.name && other.uid == user.uid &&
                      other.gid == user.gid && other.password == user.password;
    if (!same || !is_home_of(facts, other, other.home)) continue;
    add_remedy(finding, "drop-line", Risk::choice,
               say("Remove line {} of /etc/passwd; line {} is the account {} too, with the home {}.",
                   "/etc/passwd の {} 行目を削除します。{} 行目も同じアカウント {} で、ホームは {} です。",
                   user.line, other.line, it.user(), shown(other.home)),
               replace_line(facts, "/etc/passwd", user.line, {}), {"vipw"});
    return true;
  }
  return false;
}

bool add_other_home(const SeenCase& it, const PasswdEntry& user, Finding& finding) {
  const Facts& facts = it.input.facts;
  const std::string home = "/home/" + user.name;
  if (!is_home_of(facts, user, home)) return false;
  add_remedy(finding, "correct", Risk::choice,
             say("Set the home of {} to {}, which is there and belongs to the account.",
                 "{} のホームを {} に修正します。実在し、このアカウントが所有しています。", it.user(), home),
             set_passwd_field(facts, user, 5, home),
             {"usermod -d " + shell_word(home) + " " + shell_word(it.user())});
  return true;
}

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation = say("The home of {} is {}, and there is no such directory; its keys can't be found.",
                            "{} のホーム {} が存在しないため、鍵が見つかりません。", it.user(), it.path());
  if (const PasswdEntry* user = it.account(); user != nullptr) {
    if (add_second_line(it, *user, finding) || add_other_home(it, *user, finding)) return;
  }
  add_advice(finding, "mount",
             say("See whether a volume lacks, and where the home really is.",
                 "マウント漏れがないか、実際のホームがどこにあるかを確認します。"),
             {"findmnt --verify", "ls -ld /home/* ", "usermod -d NEW-HOME " + shell_word(it.user())});
}

}  // namespace

constinit const Check kAuthHomeMissing = {
    .cause = Cause::auth_home_missing,
    .severity = Severity::blocker,
    .title = {"The home directory does not exist", "ホームディレクトリが存在しません"},
    .why = {"Keys lie in the home directory by default; without it sshd finds none. Either the volume with "
            "the homes is not mounted, or /etc/passwd names a place that was never made. A missing home "
            "alone is no reason to refuse a login: with the keys elsewhere the session starts in `/`.",
            "鍵は既定ではホームディレクトリにあるため、ホームがないと鍵が見つかりません。ホームを置いたボリュ"
            "ームがマウントされていないか、/etc/passwd "
            "が存在しない場所を指しています。ホームがないこと自体はログイン拒否の理由にはならず、鍵が別の場所"
            "にあればセッションは `/` で始まります。"},
    .remedy = {"Mount the volume, or correct the home in /etc/passwd.",
               "ボリュームをマウントするか、/etc/passwd のホームを修正します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kAuthHomeMissing, tell); },
};

}  // namespace reentry
