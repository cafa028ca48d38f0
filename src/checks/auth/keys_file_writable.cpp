// auth/keys-file-writable
#include "checks/auth/strict_modes_words.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  tell_writable(it, finding);
}

}  // namespace

constinit const Check kAuthKeysFileWritable = {
    .cause = Cause::auth_keys_file_writable,
    .severity = Severity::blocker,
    .title = {"The authorized_keys file can be written to by others",
              "authorized_keys に他のユーザーの書き込み権があります"},
    .why = {"Others who may write to the key file could add a key of their own, so with StrictModes yes (the "
            "default) sshd reads none of it. It logs `Authentication refused: bad ownership or modes for "
            "file`. 0644 and 0600 are both accepted. With an access control list the group bits show the "
            "list's mask: an entry that lets somebody else write makes the file group-writable for sshd.",
            "鍵ファイルに書き込める人は自分の鍵を追加できてしまうため、StrictModes yes（既定値）の sshd "
            "はこのファイルをまったく読みません。ログには `Authentication refused: bad ownership or modes "
            "for file` と記録されます。0644 と 0600 はどちらも受け入れられます。ACL "
            "がある場合、グループの権限ビットには ACL のマスクが現れるため、他のユーザーに書き込みを許す ACL "
            "があるとグループ書き込み可とみなされます。"},
    .remedy = {"Take the write bits from group and others (chmod go-w).",
               "グループとその他の書き込み権を外します（chmod go-w）。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kAuthKeysFileWritable, tell); },
};

}  // namespace reentry
