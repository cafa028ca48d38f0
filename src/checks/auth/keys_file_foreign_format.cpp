// auth/keys-file-foreign-format
#include "checks/auth/key_lines.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"
#include "facts/authorized_keys.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  const Text damage = words_for(damage_named(it.raw("damage")));
  finding.explanation = {it.where() + ": " + damage.en + ".", it.where() + ": " + damage.ja + "。"};
  add_remedy(
      finding, "convert", Risk::safe,
      say("Write the same key in sshd's one-line form.", "同じ鍵を sshd の 1 行の形式で書き直します。"),
      mend_key_line(it), {"ssh-keygen -i -f " + shell_word(it.path())});
}

}  // namespace

constinit const Check kAuthKeysFileForeignFormat = {
    .cause = Cause::auth_keys_file_foreign_format,
    .severity = Severity::blocker,
    .title = {"The key is in a format that sshd does not read", "鍵が sshd の読めない形式です"},
    .why = {"authorized_keys takes one line a key: type, base64, comment. PuTTYgen's `Save public key` and "
            "ssh.com write blocks of several lines (RFC 4716), and .ppk and PEM files are other formats "
            "again. For sshd each of their lines is rubbish that it passes over without a word.",
            "authorized_keys には、鍵ごとに「種類、base64、コメント」を 1 行で書きます。PuTTYgen の「Save "
            "public key」や ssh.com は複数行のブロック（RFC 4716）を書き出し、.ppk や PEM "
            "もまた別の形式です。sshd はこれらの行を何も言わずに読み飛ばします。"},
    .remedy = {"Convert the key to one line (ssh-keygen -i), or copy it from PuTTYgen's upper text field.",
               "鍵を 1 行の形式に変換する（ssh-keygen -i）か、PuTTYgen の上部のテキスト欄からコピーします。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kAuthKeysFileForeignFormat, tell); },
};

}  // namespace reentry
