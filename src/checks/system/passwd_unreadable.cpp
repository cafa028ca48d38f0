// system/passwd-unreadable
#include <algorithm>
#include <vector>

#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

// Only a copy that has a superuser is one of a working system.
Steps from_copy(const Facts& facts) {
  const auto copy = bytes_of(facts, "/etc/passwd-");
  if (!copy) return {};
  std::vector<BadLine> bad;
  const std::vector<PasswdEntry> entries = parse_passwd(*copy, bad);
  if (std::none_of(entries.begin(), entries.end(), [](const PasswdEntry& entry) { return entry.uid == 0; }))
    return {};
  const FileFact* file = facts.paths.find(HostPath("/etc/passwd"));
  if (file == nullptr) return {};
  if (file->path.end == PathEnd::absent) return {CreateFile{HostPath("/etc/passwd"), *copy}};
  return edit_file(facts, "/etc/passwd", *copy);
}

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation = say("{} holds no account, so no login can be right.",
                            "{} にアカウントがないため、どのログインも成功しません。", it.path());
  add_remedy(finding, "restore", Risk::choice,
             say("Restore the file from the copy beside it, which lacks the last change.",
                 "隣にある写しから復元します。直前の変更は含まれません。"),
             from_copy(it.input.facts),
             {"ls -l /etc/passwd*", "cp -p /etc/passwd- /etc/passwd", "chmod 644 /etc/passwd", "pwck -r"});
}

}  // namespace

constinit const Check kSystemPasswdUnreadable = {
    .cause = Cause::system_passwd_unreadable,
    .severity = Severity::blocker,
    .title = {"/etc/passwd is missing or empty", "/etc/passwd がないか空です"},
    .why = {"Without /etc/passwd no account exists, root included: sshd does not even find its own. A disk "
            "that was full while the file was rewritten is the usual reason. passwd-, the copy that the "
            "account tools keep beside it, is mostly still there.",
            "/etc/passwd がなければ、root を含むどのアカウントも存在しないことになり、sshd "
            "自身のアカウントも見つかりません。書き換え中のディスク不足が主な原因です。アカウント管理ツールが"
            "残す写し passwd- は、多くの場合残っています。"},
    .remedy = {"Restore it from /etc/passwd- or a backup.", "/etc/passwd- やバックアップから復元します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kSystemPasswdUnreadable, tell); },
};

}  // namespace reentry
