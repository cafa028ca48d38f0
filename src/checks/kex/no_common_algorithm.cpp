// kex/no-common-algorithm
#include "base/shown.hpp"
#include "checks/config_edits.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation =
      say("{}: `{}` leaves nothing that a current OpenSSH client offers{}.",
          "{} の `{}` には、現在の OpenSSH クライアントが使うものが残っていません{}。", it.where(),
          shown(it.at.text), it.has("kind") ? " (" + it.detail("kind") + ")" : std::string());
  add_remedy(finding, "defaults", Risk::choice,
             say("Comment the line out, so that the defaults of this OpenSSH hold.",
                 "この行をコメントにし、この OpenSSH の既定値を使います。"),
             drop_line(it, "reentry: left no algorithm in common with clients"),
             {edit_command(it), reload_command(it.input.facts)});
}

}  // namespace

constinit const Check kKexNoCommonAlgorithm = {
    .cause = Cause::kex_no_common_algorithm,
    .severity = Severity::blocker,
    .title = {"Server and client have no algorithm in common",
              "サーバーとクライアントに共通の暗号アルゴリズムがありません"},
    .why = {"Key exchange, host key, cipher and MAC are each the first entry of the client's list that the "
            "server has too. When a server list was cut down to algorithms that current clients no longer "
            "offer, every connection ends with `Unable to negotiate … no matching … found` before any login. "
            "The lists are KexAlgorithms, HostKeyAlgorithms, Ciphers and MACs.",
            "鍵交換、ホスト鍵、暗号、MAC "
            "は、クライアントの一覧のうちサーバーにもある最初のものが選ばれます。サーバーの一覧が、今のクライ"
            "アントが使わないアルゴリズムだけになっていると、認証の前に `Unable to negotiate … no matching … "
            "found` で接続が切れます。対象の設定は KexAlgorithms、HostKeyAlgorithms、Ciphers、MACs です。"},
    .remedy = {"Go back to the defaults of OpenSSH, or add one algorithm that the clients have.",
               "OpenSSH の既定値に戻すか、クライアントが対応するアルゴリズムを追加します。"},
    .tells_apart =
        {"The class and the server's offer stand above; one side must add what the other has.",
         "一致しない種別とサーバー側の一覧は上のとおりです。どちらかが相手の方式を追加する必要があります。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kKexNoCommonAlgorithm, tell); },
};

}  // namespace reentry
