// hostkey/changed
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation = say("{} stands for {}, and the host shows {}.",
                            "{0} に {1} の鍵がありますが、ホストは {2} を示しています。", it.where(),
                            it.detail("name"), it.detail("fingerprint"));
  add_advice(finding, "verify",
             say("Compare on the server's console; where it is the same key, the old line may go.",
                 "サーバーのコンソールで照合し、同じ鍵であれば古い行を削除します。"),
             {"for key in /etc/ssh/ssh_host_*_key.pub; do ssh-keygen -lf \"$key\"; done",
              "ssh-keygen -R " + shell_word(it.detail("name"))});
}

}  // namespace

constinit const Check kHostkeyChanged = {
    .cause = Cause::hostkey_changed,
    .severity = Severity::blocker,
    .from_client = true,
    .title = {"The host shows another key than the one known", "既知のものと異なるホスト鍵です"},
    .why = {"ssh has another key for this name and refuses to go on. Usually the machine was reinstalled, "
            "its keys were made anew, the address now belongs to another machine, a rescue system is booted, "
            "or several machines share the name. It may also be somebody in between: that is what the check "
            "is for.",
            "この名前には別の鍵が登録されているため、ssh "
            "は接続を中止します。多くは再インストール、鍵の再生成、アドレスの再利用、レスキュー起動、複数台で"
            "の名前の共有が原因ですが、第三者の介在の可能性もあり、この確認はそのためのものです。"},
    .remedy =
        {"Compare the new fingerprint with the server's own, from its console; only then take the old line "
         "away.",
         "新しいフィンガープリントをサーバーのコンソールで照合し、一致した場合にのみ古い行を削除します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kHostkeyChanged, tell); },
};

}  // namespace reentry
