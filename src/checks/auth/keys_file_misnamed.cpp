// auth/keys-file-misnamed
#include "checks/auth/key_lines.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  const std::string expected = it.detail("expected", "~/.ssh/authorized_keys");
  finding.explanation =
      say("The keys of {} are in {}; sshd reads {}.", "{} の鍵は {} にありますが、sshd が読むのは {} です。",
          it.user(), it.path(), expected);
  Steps steps;
  const HostPath from(it.has("path") ? it.raw("path") : it.at.path);
  const HostPath to(it.raw("expected"));
  const FileFact* file = it.input.facts.paths.find(from);
  if (it.has("expected") && file != nullptr && file->path.found() && from.parent() == to.parent())
    steps.push_back(RenameFile{file->path.real, file->path.real.parent() / to.name()});
  add_remedy(finding, "rename", Risk::safe,
             say("Rename {} to {}.", "{} を {} に変更します。", it.path(), expected), std::move(steps),
             {"mv " + shell_word(it.path()) + " " + shell_word(expected)});
}

}  // namespace

constinit const Check kAuthKeysFileMisnamed = {
    .cause = Cause::auth_keys_file_misnamed,
    .severity = Severity::blocker,
    .title = {"The keys are in a file that sshd does not read", "鍵が sshd の読まないファイルにあります"},
    .why = {"sshd reads exactly the names of AuthorizedKeysFile, by default authorized_keys and "
            "authorized_keys2 in ~/.ssh. A hyphen, a missing s, another directory or a suffix such as .txt "
            "make it a different file, and nothing in the log tells so.",
            "sshd が読むのは AuthorizedKeysFile で指定された名前だけで、既定では ~/.ssh の authorized_keys "
            "と authorized_keys2 です。ハイフンになっている、s が抜けている、別のディレクトリにある、.txt "
            "が付いている、といった場合は別のファイルとみなされ、ログにも何も残りません。"},
    .remedy = {"Rename the file to the name that sshd reads.", "ファイル名を変更します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kAuthKeysFileMisnamed, tell); },
};

}  // namespace reentry
