// auth/home-writable
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

constinit const Check kAuthHomeWritable = {
    .cause = Cause::auth_home_writable,
    .severity = Severity::blocker,
    .title = {"The home directory can be written to by others",
              "ホームディレクトリに他のユーザーの書き込み権があります"},
    .why = {"With StrictModes yes (the default) sshd checks the key file and every directory from it up to "
            "the home directory before it reads a single key. Whoever may write to the home directory could "
            "rename .ssh and put another one in its place, so sshd then ignores all keys below it and logs "
            "`Authentication refused: bad ownership or modes for directory`. Only the group's and the "
            "others' write bits count: 0755, 0711 and 0700 are all fine. Debian and Ubuntu also accept group "
            "write while the group has no other member.",
            "StrictModes yes（既定値）の場合、sshd "
            "は鍵を読む前に、鍵ファイルからホームディレクトリまでの各ディレクトリを調べます。ホームディレクト"
            "リに書き込める人は .ssh を差し替えられるため、その下の鍵はすべて無視され、ログに "
            "`Authentication refused: bad ownership or modes for directory` "
            "と記録されます。問題になるのはグループとその他の書き込み権だけで、0755、0711、0700 "
            "はいずれも問題ありません。Debian と Ubuntu "
            "では、グループに他のメンバーがいなければグループの書き込み権も許されます。"},
    .remedy = {"Take the write bits from group and others (chmod go-w). Nothing else about the mode matters "
               "to sshd.",
               "グループとその他の書き込み権を外します（chmod go-w）。それ以外の権限は sshd "
               "の判断に関係しません。"},
    .tells_apart = {"sshd's log says `bad ownership or modes`.",
                    "sshd のログに `bad ownership or modes` が現れます。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kAuthHomeWritable, tell); },
};

}  // namespace reentry
