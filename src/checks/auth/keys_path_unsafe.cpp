// auth/keys-path-unsafe
#include "checks/auth/strict_modes_words.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  if (it.raw("problem") == "owner") {
    tell_owner(it, finding);
  } else {
    tell_writable(it, finding);
  }
}

}  // namespace

constinit const Check kAuthKeysPathUnsafe = {
    .cause = Cause::auth_keys_path_unsafe,
    .severity = Severity::blocker,
    .title = {"A directory above the key file is not safe from others",
              "鍵ファイルの上位ディレクトリを他のユーザーが変更できます"},
    .why =
        {"When the key file lies outside the home directory (a central directory, the target of a symbolic "
         "link, a helper program), sshd checks every directory up to the root. One that others may write to, "
         "or that belongs to neither the user nor root, would let them put other keys in place, so nothing "
         "below it is trusted.",
         "鍵ファイルがホームディレクトリの外にある場合（集中管理のディレクトリやシンボリックリンクの先など）"
         "、sshd "
         "はルートまでのすべてのディレクトリを調べます。他のユーザーが書き込めるディレクトリや、本人と root "
         "以外が所有するディレクトリがあると鍵を差し替えられてしまうため、その下のファイルは信頼されません"
         "。"},
    .remedy = {"Take the write bits from group and others, and let root own what lies outside of homes.",
               "グループとその他の書き込み権を外し、ホームの外のディレクトリは root の所有にします。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kAuthKeysPathUnsafe, tell); },
};

}  // namespace reentry
