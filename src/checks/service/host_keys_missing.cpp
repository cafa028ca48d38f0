// service/host-keys-missing
#include "checks/config_edits.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"
#include "checks/service/host_key_remedies.hpp"

namespace reentry {
namespace {

// A HostKey line that names a file which is not there, while the keys that sshd takes by default are.
bool defaults_exist(const Facts& facts) {
  for (const char* name : {"ssh_host_ed25519_key", "ssh_host_ecdsa_key", "ssh_host_rsa_key"}) {
    const FileFact* fact = facts.paths.find(HostPath(facts.ssh.config_directory) / name);
    if (fact != nullptr && fact->path.found() && fact->path.node().stat.size > 0) return true;
  }
  return false;
}

// The keys that the obstacle stands for: the one of its HostKey line, or all that sshd takes by itself.
Steps new_keys(const SeenCase& it) {
  const Facts& facts = it.input.facts;
  Steps steps;
  for (const HostKeyFact& key : facts.service.host_keys) {
    if (it.at.line != 0 && key.configured != it.raw("path")) continue;
    if (key.path.end != PathEnd::absent) continue;
    for (Step& step : make_anew(facts, key)) steps.push_back(std::move(step));
  }
  return steps;
}

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation =
      say("No host key can be loaded ({}), so sshd ends before it listens.",
          "読み込めるホスト鍵がなく（{}）、sshd は待ち受けを始める前に終了します。", it.path());
  if (it.at.line != 0 && defaults_exist(it.input.facts))
    add_remedy(
        finding, "use-defaults", Risk::safe,
        say("Comment the HostKey line out: the host's own keys are there and sshd takes them by itself.",
            "HostKey の行をコメントにします。ホストの鍵は既定の場所にあり、sshd がそれを使います。"),
        drop_line(it, "reentry: this host key does not exist"), {edit_command(it)});
  add_remedy(finding, "generate", Risk::safe,
             say("Make new host keys, then start sshd. If there is a backup of the old ones, restore those "
                 "instead: clients know them.",
                 "新しいホスト鍵を作り、sshd を起動します。以前の鍵のバックアップがある場合は、クライアントが"
                 "記憶しているため、そちらを復元してください。"),
             new_keys(it), {"ssh-keygen -A", "systemctl restart " + unit_name(it.input.facts)});
}

}  // namespace

constinit const Check kServiceHostKeysMissing = {
    .cause = Cause::service_host_keys_missing,
    .severity = Severity::blocker,
    .title = {"There is no host key", "ホスト鍵がありません"},
    .why =
        {"sshd proves the host's identity with a private host key. When none of the configured ones can be "
         "loaded it prints `no hostkeys available -- exiting` and ends with status 1. One missing key of "
         "several only costs the clients that know just that type. Images from which the keys were removed "
         "on purpose, and configurations that name files that were never made, are the usual origin.",
         "sshd はホスト鍵（秘密鍵）でホストの身元を証明します。設定されたホスト鍵を一つも読み込めないと、`no "
         "hostkeys available -- exiting` と表示してステータス 1 "
         "で終了します。複数あるうちの一つが欠けても、その種類しか知らないクライアントに影響するだけです。イ"
         "メージ作成時に鍵を削除した場合や、作られていないファイルを設定で指定した場合によく起こります。"},
    .remedy = {"Make new host keys: fix does it with ssh-keygen, key by key; by hand it is ssh-keygen -A. "
               "Clients will ask about the new identity once: tell "
               "them the fingerprints.",
               "新しいホスト鍵を作ります。fix は ssh-keygen で鍵を一つずつ作ります（手作業では ssh-keygen "
               "-A）。クライアントは新しい鍵について一度確認を求めるため、フィンガープ"
               "リントを伝えてください。"},
    .tells_apart = {"It happens every time and from loopback, too; sshd's log says `no hostkeys available`.",
                    "毎回、ループバックからでも起こり、sshd のログに `no hostkeys available` が現れます。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kServiceHostKeysMissing, tell); },
};

}  // namespace reentry
