// client/public-half-differs
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation = say("{}.pub is not the public half of {}.", "{0}.pub は {1} の公開鍵ではありません。",
                            it.path(), it.path());
  add_advice(
      finding, "anew", say("Write the right one.", "正しい公開鍵を書き出します。"),
      {"ssh-keygen -y -f " + shell_word(it.detail("path")) + " > " + shell_word(it.detail("path") + ".pub")});
}

}  // namespace

constinit const Check kClientPublicHalf = {
    .cause = Cause::client_public_half,
    .severity = Severity::risk,
    .from_client = true,
    .title = {"The .pub beside the key belongs to another pair", "隣の .pub が別の鍵ペアのものです"},
    .why = {"ssh offers what stands in FILE.pub and only then opens FILE to sign. Where the two are of "
            "different pairs the server is asked about the wrong key, and a signature fails with `private "
            "key contents do not match public`.",
            "ssh はまず FILE.pub の内容を提示し、その後 FILE "
            "を開いて署名します。両者が別のペアの場合、誤った鍵が提示され、署名は `private key contents do "
            "not match public` で失敗します。"},
    .remedy = {"Make the public half anew from the private one: ssh-keygen -y.",
               "ssh-keygen -y で秘密鍵から公開鍵を作り直します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kClientPublicHalf, tell); },
};

}  // namespace reentry
