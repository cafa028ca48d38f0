// service/config-include-broken
#include "base/shown.hpp"
#include "checks/config_edits.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation =
      say("{} is included by the configuration and can't be read, so sshd does not start.",
          "{} は設定から Include されていますが読めないため、sshd は起動しません。", it.path());
  const HostPath path(it.raw("path"));
  const FileFact* fact = it.input.facts.paths.find(path);
  const PathNode* link = fact == nullptr ? nullptr : fact->path.visited_at(path);
  if (link != nullptr && link->stat.type == FileType::symlink && fact->path.end == PathEnd::absent)
    add_remedy(
        finding, "remove-link", Risk::choice,
        say("Remove the link {}, which leads to {}. Whatever that file was to set or forbid is then not in "
            "force; if it lies on a volume that is not mounted, mount that instead.",
            "リンク切れの {}（リンク先 {}）を取り除きます。そのファイルで設定または禁止していた内容は無効に"
            "なります。マウントされていないボリュームにある場合は、代わりにマウントしてください。",
            it.path(), shown(link->link_target)),
        {RemoveFile{path, link->link_target}}, {"ls -l " + shell_word(it.path())});
  Steps steps;
  if (it.at.line != 0) steps = drop_line(it, "reentry: the included file can't be read");
  add_remedy(finding, "drop-include", Risk::choice,
             say("Comment the Include line out; the settings of the other included files are lost with it.",
                 "Include 行をコメントにします。ほかの Include ファイルの設定も読まれなくなります。"),
             std::move(steps), {"ls -l " + shell_word(it.path())});
}

}  // namespace

constinit const Check kServiceConfigIncludeBroken = {
    .cause = Cause::service_config_include_broken,
    .severity = Severity::blocker,
    .title = {"A file that sshd_config includes can't be read",
              "sshd_config が Include するファイルを読めません"},
    .why = {"Every file that an Include pattern matches must be readable. A dangling symbolic link among "
            "them makes sshd print `No such file or directory` and end with status 1; a pattern that matches "
            "nothing is fine. Includes that nest deeper than 16 levels are refused too.",
            "Include "
            "のパターンに一致したファイルはすべて読める必要があります。リンク先のないシンボリックリンクが混ざ"
            "っていると、sshd は `No such file or directory` を表示してステータス 1 "
            "で終了します。何にも一致しないパターンは問題ありません。16 段を超える入れ子も拒否されます。"},
    .remedy = {"Remove the dangling link, or bring back the file that it meant.",
               "リンク先のないリンクを取り除くか、リンク先のファイルを復元します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kServiceConfigIncludeBroken, tell); },
};

}  // namespace reentry
