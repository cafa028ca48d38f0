// service/host-keys-too-open
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  const auto node = seen_node(it);
  finding.explanation = say("{} has mode {}. sshd ignores a private key that others may read.",
                            "{} の権限は {} です。sshd は他のユーザーが読める秘密鍵を使いません。", it.path(),
                            node ? octal(node->mode) : it.detail("mode", "?"));
  add_remedy(finding, "close", Risk::safe,
             say("Set the mode of {} to 0600.", "{} の権限を 0600 にします。", it.path()),
             node ? set_mode(*node, 0600) : Steps{}, {"chmod 600 " + shell_word(it.path())});
}

}  // namespace

constinit const Check kServiceHostKeysTooOpen = {
    .cause = Cause::service_host_keys_too_open,
    .severity = Severity::blocker,
    .title = {"The private host keys can be read by others",
              "ホスト鍵（秘密鍵）を他のユーザーが読める状態です"},
    .why = {"A private key that others can read is no secret, so sshd ignores it: it prints `UNPROTECTED "
            "PRIVATE KEY FILE` and `This private key will be ignored`. When that holds for every host key, "
            "sshd ends with `no hostkeys available`. The test is only made for files that belong to root. A "
            "recursive chmod on /etc is the usual origin; older Red Hat builds accept 0640 with the group "
            "ssh_keys, others don't.",
            "他のユーザーが読める秘密鍵は秘密とはいえないため、sshd は `UNPROTECTED PRIVATE KEY FILE`、`This "
            "private key will be ignored` と表示して無視します。すべてのホスト鍵がそうだと `no hostkeys "
            "available` で終了します。この検査は root 所有のファイルにだけ行われます。/etc への再帰的な "
            "chmod が主な原因です。古い Red Hat のビルドはグループ ssh_keys の 0640 "
            "を受け入れますが、ほかのビルドは受け入れません。"},
    .remedy = {"chmod 600 on the private host keys. If others really had the chance to read them, make new "
               "ones afterwards.",
               "ホスト鍵（秘密鍵）を chmod 600 "
               "にします。実際に他人が読めた可能性がある場合は、その後で鍵を作り直してください。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kServiceHostKeysTooOpen, tell); },
};

}  // namespace reentry
