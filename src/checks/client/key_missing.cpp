// client/key-missing
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation =
      say("{} is named, and is not there.", "{} が指定されていますが、存在しません。", it.path());
  add_advice(finding, "look", say("See which keys there are.", "どの鍵があるか確認します。"),
             {"ls -l ~/.ssh ~/Downloads/*.pem"});
}

}  // namespace

constinit const Check kClientKeyMissing = {
    .cause = Cause::client_key_missing,
    .severity = Severity::blocker,
    .from_client = true,
    .title = {"The named key file is not there", "指定された鍵ファイルがありません"},
    .why = {"A file that -i or IdentityFile names and that does not exist is passed over: ssh warns for -i, "
            "and says nothing for IdentityFile, then goes on with other keys. Often the path is relative to "
            "another directory, the file was renamed, or `~` stands in quotes.",
            "-i や IdentityFile で指定したファイルが存在しない場合、ssh はそれを飛ばします。-i "
            "なら警告が出ますが、IdentityFile "
            "では何も表示されず、他の鍵で続行します。相対パスの起点違い、ファイル名の変更、引用符で囲まれた "
            "`~` がよくある原因です。"},
    .remedy = {"Name the file where it is, by its whole path.",
               "ファイルを実在する場所の絶対パスで指定します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kClientKeyMissing, tell); },
};

}  // namespace reentry
