// dns/hosts-file-differs
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation = say("{} says that {} is {}; DNS says otherwise.",
                            "{0} では {1} は {2} ですが、DNS の答えは異なります。", it.where(),
                            it.detail("name"), it.detail("address"));
  add_advice(
      finding, "compare", say("Compare the two.", "両者を比べます。"),
      {"getent hosts " + shell_word(it.detail("name")), "dig +short " + shell_word(it.detail("name"))});
}

}  // namespace

constinit const Check kDnsHostsFileDiffers = {
    .cause = Cause::dns_hosts_file_differs,
    .severity = Severity::risk,
    .from_client = true,
    .title = {"/etc/hosts names another address than DNS", "/etc/hosts と DNS のアドレスが異なります"},
    .why = {"A line of this machine's /etc/hosts comes before DNS. Where the host has moved since, ssh "
            "reaches a machine that is gone, or a stranger, while `dig` looks right.",
            "/etc/hosts の行は DNS "
            "より優先されます。ホストが移動した後も古い行が残っていると、存在しないマシンや別のマシンに接続し"
            "てしまいます。`dig` の結果は正しく見えます。"},
    .remedy = {"Take the line out of /etc/hosts, or bring it up to date.",
               "/etc/hosts の行を削除または更新します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kDnsHostsFileDiffers, tell); },
};

}  // namespace reentry
