// auth/keys-command-broken
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  const std::string program = it.detail("program", it.path());
  const std::string_view reason = it.raw("reason");
  const auto node = seen_node(it);
  finding.explanation =
      say("{} delivers the keys, and sshd does not run it: {}.",
          "{} が鍵を渡す設定ですが、sshd は実行しません（{}）。", program, it.detail("reason", "broken"));
  if ((reason == "unsafe" || reason == "not-executable") && node && it.has("mode") &&
      !is_shared_directory(*node)) {
    Steps steps;
    std::uint32_t mode = node->mode & ~0022U;
    if (reason == "not-executable") mode |= 0555U;
    if (node->uid != 0 && reason == "unsafe") steps = set_owner(*node, 0, node->gid);
    for (Step& step : set_mode(*node, mode)) steps.push_back(std::move(step));
    add_remedy(finding, "mend", Risk::safe,
               say("Make {} safe and executable for sshd.", "{} を sshd が実行できる安全な状態にします。",
                   it.path()),
               std::move(steps),
               {"chown root " + shell_word(it.path()), "chmod go-w,a+rx " + shell_word(it.path())});
    return;
  }
  add_advice(finding, "restore",
             say("Restore the program, or let keys in files count.",
                 "プログラムを復元するか、鍵ファイルを使うようにします。"),
             {"ls -l " + shell_word(program)});
}

}  // namespace

constinit const Check kAuthKeysCommandBroken = {
    .cause = Cause::auth_keys_command_broken,
    .severity = Severity::blocker,
    .title = {"AuthorizedKeysCommand can't be run", "AuthorizedKeysCommand を実行できません"},
    .why = {"sshd runs the program of AuthorizedKeysCommand as AuthorizedKeysCommandUser, and believes only "
            "a program that root owns and nobody else may write to, with every directory above it. Otherwise "
            "it logs `Unsafe AuthorizedKeysCommand` or `Could not stat` and goes on without the program's "
            "keys. Keys in files still count.",
            "sshd は AuthorizedKeysCommand のプログラムを AuthorizedKeysCommandUser "
            "の権限で実行します。プログラムとその上位ディレクトリはすべて root "
            "所有で、他のユーザーが書き込めない必要があります。そうでないと `Unsafe AuthorizedKeysCommand` "
            "や `Could not stat` を記録し、プログラムの鍵なしで続行します。鍵ファイルは引き続き有効です。"},
    .remedy = {"Restore the program, with root as owner and mode 0755.",
               "プログラムを root 所有、権限 0755 で復元します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kAuthKeysCommandBroken, tell); },
};

}  // namespace reentry
