// auth/keys-file-none
#include <fmt/format.h>

#include "checks/config_edits.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation = {
      fmt::format("{} sets AuthorizedKeysFile to none, and no other source has a key for {}.", it.where(),
                  it.users().en),
      fmt::format("{} で AuthorizedKeysFile が none に設定されており、ほかに {} の鍵を渡すものがありません。",
                  it.where(), it.users().ja)};
  add_remedy(finding, "drop", Risk::choice,
             say("Comment the line out; sshd then reads ~/.ssh/authorized_keys.",
                 "この行をコメントにし、~/.ssh/authorized_keys を読むようにします。"),
             drop_line(it, "reentry: no file of keys was read"),
             {edit_command(it), reload_command(it.input.facts)});
}

}  // namespace

constinit const Check kAuthKeysFileNone = {
    .cause = Cause::auth_keys_file_none,
    .severity = Severity::blocker,
    .title = {"No file of keys is read", "鍵ファイルが読まれない設定です"},
    .why = {"AuthorizedKeysFile none tells sshd to read no file at all. Keys must then come from "
            "AuthorizedKeysCommand or from certificates; without either no key can open the account.",
            "AuthorizedKeysFile none の場合、sshd は鍵ファイルをまったく読みません。鍵は "
            "AuthorizedKeysCommand か証明書で渡す必要があり、どちらもなければ鍵ではログインできません。"},
    .remedy = {"Take the line out, if keys in files should count.",
               "鍵ファイルを使うのであれば、その行を外します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kAuthKeysFileNone, tell); },
};

}  // namespace reentry
