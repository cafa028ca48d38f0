// client/too-many-keys
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation = say("{} keys are refused before the right one would be offered.",
                            "正しい鍵の前に {} 個の鍵が拒否されます。", it.detail("before"));
  add_advice(
      finding, "only", say("Offer one key alone.", "1 つの鍵だけを提示します。"),
      {"ssh -o IdentitiesOnly=yes -i " + shell_word(it.detail("path", "KEY")) + " " + it.user() + "@HOST"});
}

}  // namespace

constinit const Check kClientTooManyKeys = {
    .cause = Cause::client_too_many_keys,
    .severity = Severity::blocker,
    .from_client = true,
    .title = {"Other keys use up the server's tries first", "他の鍵で試行回数を使い切っています"},
    .why = {"ssh offers one key after the other, those of the agent first, and sshd hangs up after "
            "MaxAuthTries refusals (6 where it is not configured): `Too many authentication failures`. The "
            "right key, further behind, is never seen. -i alone does not bring it to the front.",
            "ssh はエージェントの鍵から順に提示し、sshd は MaxAuthTries 回（既定 6 回）拒否すると `Too many "
            "authentication failures` で切断します。後ろにある正しい鍵は提示されません。-i "
            "だけでは先頭になりません。"},
    .remedy = {"Offer the right key alone: IdentitiesOnly yes with IdentityFile.",
               "IdentitiesOnly yes と IdentityFile で正しい鍵だけを提示します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kClientTooManyKeys, tell); },
};

}  // namespace reentry
