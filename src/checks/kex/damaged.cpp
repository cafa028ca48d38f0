// kex/damaged
#include "base/shown.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation = say("{}: {}", "{}: {}", it.where(), shown(it.at.text));
  add_advice(finding, "look", say("On the server's console:", "サーバーのコンソールで:"),
             {"sudo reentry check"});
}

}  // namespace

constinit const Check kKexDamaged = {
    .cause = Cause::kex_damaged,
    .severity = Severity::blocker,
    .from_client = true,
    .title = {"What arrives is damaged or no SSH packet",
              "届くデータが壊れているか、SSH のパケットではありません"},
    .why = {"A packet's length or checksum is wrong: a program on the way or on the server writes into the "
            "stream, a middlebox changes it, or the other side is no SSH server after all.",
            "パケットの長さや検査値が正しくありません。途中やサーバー上のプログラムがストリームに書き込んでい"
            "る、機器が書き換えている、または相手が SSH サーバーではありません。"},
    .remedy = {"Try from another network; look at what writes to the connection on the server.",
               "別のネットワークから試し、サーバー側で接続に書き込むものがないか確認します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kKexDamaged, tell); },
};

}  // namespace reentry
