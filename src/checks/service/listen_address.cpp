// service/listen-address
#include "base/shown.hpp"
#include "checks/config_edits.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation =
      say("{} names `{}`, which sshd can't use: {}.", "{} の `{}` を sshd は使えません（{}）。", it.where(),
          shown(it.at.text), it.detail("reason", it.detail("message", "not an address of this host")));
  add_remedy(
      finding, "drop", Risk::choice,
      say("Comment the line out. If no other ListenAddress is left, sshd listens on every address.",
          "この行をコメントにします。ほかに ListenAddress がなければ、すべてのアドレスで待ち受けます。"),
      drop_line(it, "reentry: sshd can't listen here"), {edit_command(it), reload_command(it.input.facts)});
}

}  // namespace

constinit const Check kServiceListenAddress = {
    .cause = Cause::service_listen_address,
    .severity = Severity::blocker,
    .title = {"sshd can't listen on any configured address",
              "設定されたアドレスで sshd が待ち受けできません"},
    .why =
        {"Each ListenAddress must be a number or a name that resolves while sshd reads its file, and the "
         "address must be on one of the host's interfaces when it binds. A name that does not resolve makes "
         "sshd end with `bad addr or host`; an address that is gone gives `Cannot assign requested address`, "
         "and when none is left `Cannot bind any address`. `sshd -t` does not notice the latter.",
         "ListenAddress には、数値のアドレスか、設定を読む時点で名前解決できる名前を指定する必要があり、bind "
         "する時点でホストのインターフェースにそのアドレスがなければなりません。名前解決に失敗すると `bad "
         "addr or host` で終了し、存在しないアドレスでは `Cannot assign requested address`、すべて失敗すると "
         "`Cannot bind any address` になります。後者は `sshd -t` では分かりません。"},
    .remedy = {"Use an address that the host has, or leave ListenAddress out to listen on all.",
               "ホストが持つアドレスを指定するか、ListenAddress を外してすべてのアドレスで待ち受けます。"},
    .tells_apart = {"`ss -ltn` on the server shows sshd at another address or port.",
                    "サーバーの `ss -ltn` で、sshd が別のアドレスやポートで待ち受けています。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kServiceListenAddress, tell); },
};

}  // namespace reentry
