// banner/not-ssh
#include "base/shown.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation = say("{} begins with: {}", "{} の最初の応答: {}", it.where(), shown(it.at.text));
  add_advice(finding, "port", say("Name sshd's port.", "sshd のポートを指定します。"), {"ssh -p PORT HOST"});
}

}  // namespace

constinit const Check kBannerNotSsh = {
    .cause = Cause::banner_not_ssh,
    .severity = Severity::blocker,
    .from_client = true,
    .title = {"What answers at this port is not SSH", "このポートで応答しているのは SSH ではありません"},
    .why = {"An SSH server says `SSH-2.0-…` first (RFC 4253 4.2). Another service answers here: a web "
            "server, a TLS proxy or CDN in front of the host, a mail server.",
            "SSH サーバーは最初に `SSH-2.0-…` を送ります（RFC 4253 4.2）。ここではウェブサーバー、TLS "
            "プロキシや CDN、メールサーバーなど別のサービスが応答しています。"},
    .remedy = {"Dial sshd's own port, or the host behind the proxy.",
               "sshd のポート、またはプロキシの背後のホストに接続します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kBannerNotSsh, tell); },
};

}  // namespace reentry
