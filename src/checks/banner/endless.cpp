// banner/endless
#include "base/shown.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation = say("{} never comes to its identification: {}", "{} は識別文字列を送りません: {}",
                            it.where(), shown(it.at.text));
  add_advice(finding, "port", say("Dial the real port.", "本来のポートに接続します。"), {"ssh -p PORT HOST"});
}

}  // namespace

constinit const Check kBannerEndless = {
    .cause = Cause::banner_endless,
    .severity = Severity::blocker,
    .from_client = true,
    .title = {"The server talks without end: a tarpit", "終わりのない応答（ターピット）です"},
    .why = {"Before its identification a server may send lines (RFC 4253 4.2); one that sends them for ever, "
            "slowly, wants to hold scanners up. The real sshd of such a host listens at another port.",
            "識別文字列の前に行を送ることは許されています（RFC 4253 "
            "4.2）が、それを延々とゆっくり送り続けるのはスキャナー対策のターピットです。本物の sshd "
            "は別のポートで待ち受けています。"},
    .remedy = {"Ask for the real port, and dial it with -p.", "本来のポートを確認し、-p で指定します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kBannerEndless, tell); },
};

}  // namespace reentry
