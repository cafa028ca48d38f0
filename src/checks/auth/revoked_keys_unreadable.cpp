// auth/revoked-keys-unreadable
#include "checks/config_edits.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

// The RevokedKeys line, which stands in the evidence when the locus is the list itself.
Steps drop_setting(const SeenCase& it) {
  for (const Exhibit& exhibit : it.seen.obstacle->evidence) {
    if (exhibit.line != 0)
      return comment_out(it.input.facts, exhibit.path, exhibit.line, exhibit.line,
                         "reentry: the list can't be read");
  }
  return {};
}

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation = say("RevokedKeys names {}, and that can't be used ({}). Every key is refused.",
                            "RevokedKeys に指定された {} を使えません（{}）。すべての鍵が拒否されます。",
                            it.path(), it.detail("reason", "missing"));
  add_advice(finding, "restore",
             say("Bring the list back from a backup.", "バックアップから失効リストを復元します。"));
  add_remedy(finding, "drop", Risk::choice,
             say("Comment RevokedKeys out. Keys that the lost list revoked are then accepted again.",
                 "RevokedKeys をコメントにします。失われたリストで失効していた鍵が再び受け入れられます。"),
             drop_setting(it), {reload_command(it.input.facts)});
}

}  // namespace

constinit const Check kAuthRevokedKeysUnreadable = {
    .cause = Cause::auth_revoked_keys_unreadable,
    .severity = Severity::blocker,
    .title = {"The list of revoked keys can't be used, so every key is refused",
              "失効リストを使えないため、すべての鍵が拒否されます"},
    .why =
        {"When RevokedKeys names a file that is missing or damaged, sshd can't tell whether a key was "
         "revoked and refuses all of them. `sshd -t` does not notice. The log says `Error checking "
         "authentication key … in revoked keys file`.",
         "RevokedKeys に指定したファイルがない、または壊れている場合、sshd "
         "は鍵が失効しているか判断できないため、すべての鍵を拒否します。`sshd -t` では分かりません。ログには "
         "`Error checking authentication key … in revoked keys file` と記録されます。"},
    .remedy = {"Bring the list back. Without one, set RevokedKeys none; keys that were revoked are then "
               "valid again.",
               "失効リストを復元します。ない場合は RevokedKeys none "
               "にしますが、失効させた鍵が再び有効になります。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kAuthRevokedKeysUnreadable, tell); },
};

}  // namespace reentry
