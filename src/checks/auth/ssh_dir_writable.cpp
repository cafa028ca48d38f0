// auth/ssh-dir-writable
#include "checks/auth/strict_modes_words.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  tell_writable(it, finding);
}

}  // namespace

constinit const Check kAuthSshDirWritable = {
    .cause = Cause::auth_ssh_dir_writable,
    .severity = Severity::blocker,
    .title = {"The .ssh directory can be written to by others",
              ".ssh ディレクトリに他のユーザーの書き込み権があります"},
    .why =
        {"Whoever may write to .ssh could replace authorized_keys, so with StrictModes yes (the default) "
         "sshd ignores every key in it. It logs `Authentication refused: bad ownership or modes for "
         "directory` and the client only sees that its key is refused. 0755 is as good as 0700 here: reading "
         "does no harm.",
         ".ssh に書き込める人は authorized_keys を差し替えられます。そのため StrictModes yes（既定値）の "
         "sshd は中の鍵をすべて無視し、ログに `Authentication refused: bad ownership or modes for directory` "
         "と記録します。クライアントからは鍵が拒否されたことしか分かりません。読み取り権は問題にならないため"
         "、0755 でも 0700 でも構いません。"},
    .remedy = {"Take the write bits from group and others (chmod go-w ~/.ssh).",
               "グループとその他の書き込み権を外します（chmod go-w ~/.ssh）。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kAuthSshDirWritable, tell); },
};

}  // namespace reentry
