// system/boot-kernel
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation = say("The first entry of the boot menu ({}) loads {}, which is not there.",
                            "起動メニューの最初の項目（{}）が読み込む {} が存在しません。", it.where(),
                            it.detail("kernel", it.path()));
  if (it.raw("all") == "no") {
    finding.explanation.en += " Another entry has its kernel.";
    finding.explanation.ja += "ほかの項目のカーネルは存在します。";
  }
  if (it.seen.gate != nullptr && it.seen.gate->result == GateResult::pass) finding.severity = Severity::risk;
  add_advice(finding, "install",
             say("Install the kernel's package again and make the menu anew.",
                 "カーネルのパッケージを再インストールし、メニューを作り直します。"),
             {"ls -l /boot", "apt-get install --reinstall linux-image-amd64 && update-grub   # Debian",
              "dnf reinstall kernel-core && grub2-mkconfig -o /boot/grub2/grub.cfg   # Red Hat"});
}

}  // namespace

constinit const Check kSystemBootKernel = {
    .cause = Cause::system_boot_kernel,
    .severity = Severity::blocker,
    .title = {"The boot menu names a kernel that is not there", "起動メニューのカーネルが存在しません"},
    .why =
        {"grub stops with `file not found` when the kernel of the chosen entry is missing, and waits for "
         "somebody at the console. A /boot that was full during an upgrade, or kernels that were removed by "
         "hand to make room, are the usual reasons. The running system notices nothing until it is "
         "restarted.",
         "選ばれた項目のカーネルがないと、grub は `file not found` "
         "で止まり、コンソールの操作を待ちます。アップグレード中に /boot "
         "が満杯になった、容量を空けるために手作業でカーネルを削除した、などが主な原因です。再起動するまで、"
         "稼働中のシステムには影響がありません。"},
    .remedy = {"Install the kernel again, or make the menu anew from the kernels that are there.",
               "カーネルを再インストールするか、存在するカーネルからメニューを作り直します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kSystemBootKernel, tell); },
};

}  // namespace reentry
