#include <algorithm>
#include <array>

#include "base/shown.hpp"
#include "facts/authorized_keys.hpp"

namespace reentry {
namespace {

// In the order of LineDamage.
constexpr std::array<std::string_view, 24> kDamageNames = {"none",
                                                           "bad-options",
                                                           "blank-in-options",
                                                           "unterminated-quote",
                                                           "smart-quotes",
                                                           "quoted-line",
                                                           "byte-order-mark",
                                                           "utf16",
                                                           "invisible-space",
                                                           "carriage-returns",
                                                           "wrapped",
                                                           "glued",
                                                           "truncated",
                                                           "bad-base64",
                                                           "missing-type",
                                                           "wrong-type",
                                                           "missing-data",
                                                           "private-key",
                                                           "putty-key",
                                                           "rfc4716",
                                                           "pem",
                                                           "bad-key",
                                                           "too-long",
                                                           "not-a-key"};
static_assert(kDamageNames.size() == static_cast<std::size_t>(LineDamage::not_a_key) + 1);

Text words_for_format(LineDamage damage) {
  switch (damage) {
    case LineDamage::private_key:
      return say("a private key was pasted here; only its public half belongs in this file",
                 "秘密鍵が貼り付けられています。このファイルに書くのは公開鍵だけです");
    case LineDamage::putty_key:
      return say("this is a PuTTY .ppk file, which sshd cannot read",
                 "PuTTY の .ppk ファイルの内容で、sshd には読めません");
    case LineDamage::rfc4716:
      return say(
          "this is a key in the RFC 4716 format (PuTTYgen's `Save public key`), which sshd cannot read",
          "RFC 4716 形式の公開鍵(PuTTYgen の「Save public key」)で、sshd には読めません");
    case LineDamage::pem:
      return say("this is a PEM block, which sshd cannot read here",
                 "PEM 形式のブロックで、ここでは sshd には読めません");
    case LineDamage::byte_order_mark:
      return say("the file begins with a UTF-8 byte order mark, so its first line is no key for sshd",
                 "ファイルの先頭に UTF-8 の BOM があり、1 行目が鍵として読まれません");
    case LineDamage::utf16:
      return say("the file is UTF-16; sshd reads plain ASCII",
                 "ファイルが UTF-16 で保存されています。sshd が読むのは ASCII です");
    case LineDamage::carriage_returns:
      return say("the lines end in CR only, so the whole file is one line for sshd",
                 "改行が CR だけのため、sshd にはファイル全体が 1 行に見えます");
    default: return {};
  }
}

Text words_for_text(LineDamage damage) {
  switch (damage) {
    case LineDamage::bad_options:
      return say("one of the options in front of the key is not valid, so sshd skips the line",
                 "鍵の前のオプションに誤りがあり、sshd はこの行を読み飛ばします");
    case LineDamage::blank_in_options:
      return say("there is a blank inside the options, and sshd takes what follows it for the key",
                 "オプションの途中に空白があり、sshd はその後ろを鍵とみなします");
    case LineDamage::unterminated_quote:
      return say("a double quote is not closed", "二重引用符が閉じられていません");
    case LineDamage::smart_quotes:
      return say("typographic quotation marks stand where plain ones (\") belong",
                 "半角の \" であるべき所に、別の引用符(“ ” など)があります");
    case LineDamage::quoted_line:
      return say("the whole line stands in quotation marks", "行全体が引用符で囲まれています");
    case LineDamage::invisible_space:
      return say("an invisible character (a no-break or full-width space) stands where a plain blank belongs",
                 "半角の空白であるべき所に、全角空白や改行しない空白などの文字があります");
    case LineDamage::glued:
      return say(
          "this key stands in the same line as the one before it: a newline is missing between the two",
          "前の鍵と同じ行にあります。二つの鍵の間に改行がありません");
    default: return {};
  }
}

Text words_for_data(LineDamage damage) {
  switch (damage) {
    case LineDamage::wrapped:
      return say("the key is broken into several lines; it must stand in one",
                 "鍵が途中で改行されています。1 行でなければなりません");
    case LineDamage::truncated:
      return say("the key's text ends early: a part of it was lost in copying",
                 "鍵の文字列が途中で切れています。コピーの際に一部が失われています");
    case LineDamage::bad_base64:
      return say("the key's text holds a character that base64 does not have",
                 "鍵の文字列に base64 ではない文字が混じっています");
    case LineDamage::missing_type:
      return say("the type word (such as ssh-ed25519) in front of the key's text is missing",
                 "鍵の文字列の前にあるべき種別(ssh-ed25519 など)がありません");
    case LineDamage::wrong_type:
      return say("the type word in front of the key's text is misspelt or belongs to another type",
                 "鍵の種別を表す語のつづりが違うか、鍵の中身と一致しません");
    case LineDamage::missing_data:
      return say("there is a type word and no key behind it", "種別だけがあり、鍵の本体がありません");
    case LineDamage::bad_key:
      return say("the text is base64, but what it holds is not a key",
                 "base64 としては正しいものの、中身が鍵ではありません");
    case LineDamage::too_long:
      return say("the line is longer than 16 KiB, which this release of OpenSSH skips",
                 "行が 16 KiB を超えており、この版の OpenSSH では読み飛ばされます");
    case LineDamage::not_a_key: return say("this is not a key", "鍵ではない文字列です");
    default: return {};
  }
}

}  // namespace

std::string_view name_of(LineDamage damage) {
  return kDamageNames[static_cast<std::size_t>(damage)];
}

LineDamage damage_named(std::string_view name) {
  const auto found = std::find(kDamageNames.begin(), kDamageNames.end(), name);
  return found == kDamageNames.end() ? LineDamage::none
                                     : static_cast<LineDamage>(found - kDamageNames.begin());
}

Text words_for(LineDamage damage) {
  Text words = words_for_format(damage);
  if (words.empty()) words = words_for_text(damage);
  return words.empty() ? words_for_data(damage) : words;
}

Text words_for(const AuthorizedLine& line) {
  Text words = words_for(line.damage);
  if (line.error.empty() || words.empty()) return words;
  return say("{0} (sshd: {2})", "{1}(sshd: {2})", words.en, words.ja, shown(line.error));
}

}  // namespace reentry
