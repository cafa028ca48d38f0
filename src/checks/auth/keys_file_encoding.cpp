// auth/keys-file-encoding
#include "checks/auth/key_lines.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"
#include "facts/authorized_keys.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  const Text damage = words_for(damage_named(it.raw("damage")));
  finding.explanation = {it.path() + ": " + damage.en + ".", it.path() + ": " + damage.ja + "。"};
  add_remedy(finding, "plain-text", Risk::safe,
             say("Write the same text again as plain lines.", "同じ内容をプレーンテキストで書き直します。"),
             as_plain_text(it), {"file " + shell_word(it.path())});
}

}  // namespace

constinit const Check kAuthKeysFileEncoding = {
    .cause = Cause::auth_keys_file_encoding,
    .severity = Severity::blocker,
    .title = {"The authorized_keys file is in an encoding that sshd can't read",
              "authorized_keys の文字コードを sshd が読めません"},
    .why =
        {"sshd reads the file byte by byte as ASCII lines. A byte order mark makes the first line no key, "
         "UTF-16 (as PowerShell's `>` writes it) none of them, and lines that end in a carriage return alone "
         "are one long line. CR LF at the line ends is harmless. Nothing is logged about it.",
         "sshd はファイルを ASCII の行として読みます。BOM があると 1 "
         "行目が鍵とみなされず、UTF-16（PowerShell の `>` の出力など）ではすべての行が読めません。CR "
         "だけの改行では全体が 1 行になります。行末の CR LF は問題ありません。ログには何も記録されません。"},
    .remedy = {"Save the file again as plain text (ASCII or UTF-8 without a byte order mark).",
               "プレーンテキスト（ASCII または BOM なし UTF-8）で保存し直します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kAuthKeysFileEncoding, tell); },
};

}  // namespace reentry
