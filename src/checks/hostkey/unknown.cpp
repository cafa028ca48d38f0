// hostkey/unknown
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation = say("{} shows {}, and no line of known_hosts is about it.",
                            "{} のホスト鍵 {} は known_hosts に登録されていません。", it.detail("name"),
                            it.detail("fingerprint"));
  add_advice(
      finding, "verify",
      say("Compare it on the server's console (of EC2 see the console output), then log in once by hand.",
          "サーバーのコンソール（EC2 ではコンソール出力）で照合し、一度手動でログインします。"),
      {"ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub"});
}

}  // namespace

constinit const Check kHostkeyUnknown = {
    .cause = Cause::hostkey_unknown,
    .severity = Severity::notice,
    .from_client = true,
    .title = {"The host key is not known yet", "ホスト鍵がまだ登録されていません"},
    .why = {"On the first contact ssh shows the fingerprint and asks. With StrictHostKeyChecking yes, or "
            "where nobody can answer (BatchMode, cron, CI), it ends with `Host key verification failed`.",
            "初回接続時、ssh はフィンガープリントを表示して確認を求めます。StrictHostKeyChecking yes "
            "の場合や、応答できない環境（BatchMode、cron、CI）では `Host key verification failed` "
            "で終了します。"},
    .remedy = {"Compare the fingerprint with the server's own, then accept it once by hand.",
               "フィンガープリントをサーバー側のものと照合し、一度手動で受け入れます。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kHostkeyUnknown, tell); },
};

}  // namespace reentry
