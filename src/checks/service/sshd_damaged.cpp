// service/sshd-damaged
#include "checks/cloud_story.hpp"
#include "checks/config_edits.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  const auto node = seen_node(it);
  const bool only_mode =
      node && (node->mode & 0111U) == 0 && it.raw("problem") != "empty" && it.raw("why") != "empty";
  if (only_mode) {
    finding.explanation =
        say("{} has mode {}: nobody may execute it, not even root.",
            "{} の権限は {} で、root を含め誰も実行できません。", it.path(), octal(node->mode));
    add_remedy(finding, "executable", Risk::safe,
               say("Make {} executable ({} -> 0755).", "{} を実行可能にします（{} -> 0755）。", it.path(),
                   octal(node->mode)),
               set_mode(*node, 0755), {"chmod 755 " + shell_word(it.path())});
  } else {
    finding.explanation = say("{} is no program that this machine can run: {}.",
                              "{} はこのマシンで実行できるプログラムではありません（{}）。", it.path(),
                              it.detail("problem", it.detail("why", "damaged")));
  }
  add_advice(finding, "install",
             say("Install the server package again.", "サーバーのパッケージを再インストールします。"),
             {install_command(it.input.facts)});
  add_package_story(it, it.has("path") ? it.raw("path") : it.at.path, finding);
}

}  // namespace

constinit const Check kServiceSshdDamaged = {
    .cause = Cause::service_sshd_damaged,
    .severity = Severity::blocker,
    .title = {"The sshd program can't be run", "sshd のプログラムを実行できません"},
    .why = {"The file is there, but the kernel can't start it: it has no execute bit, is empty or cut off, "
            "or was built for another processor. systemd reports status 203/EXEC and clients see `Connection "
            "refused`. A disk that was full during an upgrade leaves such files.",
            "ファイルはあっても、実行権がない、空または途中で切れている、別の CPU "
            "向けであるなどの理由でカーネルが起動できません。systemd は status 203/EXEC "
            "を報告し、クライアントには `Connection refused` "
            "と表示されます。アップグレード中のディスク不足でこうなることがあります。"},
    .remedy = {"Give the execute bit back; replace a damaged file by installing the package again.",
               "実行権がないだけなら付け直します。壊れている場合はパッケージを再インストールします。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kServiceSshdDamaged, tell); },
};

}  // namespace reentry
