#include "login/key_words.hpp"

#include "base/shown.hpp"
#include "facts/authorized_keys.hpp"

namespace reentry {
namespace {

std::string place(const Exhibit& at) {
  std::string text = shown(at.path);
  if (at.line > 0) text += ":" + std::to_string(at.line);
  return text;
}

Text words_for_path(const Obstacle& obstacle) {
  const std::string path = shown(obstacle.at.path);
  const std::string state = shown(obstacle.at.text);
  switch (obstacle.cause) {
    case Cause::auth_home_writable:
    case Cause::auth_ssh_dir_writable:
    case Cause::auth_keys_file_writable:
      return say("{} may be written by others ({}), so sshd does not trust the keys",
                 "{} に他の利用者の書き込み権があり（{}）、sshd は鍵を信用しません", path, state);
    case Cause::auth_home_owner:
    case Cause::auth_ssh_dir_owner:
    case Cause::auth_keys_file_owner:
      return say("{} belongs to neither the user nor root ({}), so sshd does not trust the keys",
                 "{} の所有者が本人でも root でもなく（{}）、sshd は鍵を信用しません", path, state);
    case Cause::auth_keys_path_unsafe:
      return say("{} is not safe from others ({}), so sshd does not trust the keys below it",
                 "{} は他の利用者が変更でき（{}）、sshd はその下の鍵を信用しません", path, state);
    case Cause::auth_ssh_dir_unreadable:
      return say("the user may not enter {} ({})", "本人が {} に入れません（{}）", path, state);
    case Cause::auth_keys_file_unreadable:
      return say("the user may not read {} ({})", "本人が {} を読めません（{}）", path, state);
    case Cause::auth_selinux_label:
      return say("SELinux keeps sshd from {} ({})", "SELinux により sshd は {} を使えません（{}）", path,
                 state);
    case Cause::auth_selinux_home:
      return say("SELinux expects no home at {}", "{} は SELinux がホームを想定していない場所です", path);
    case Cause::auth_keys_file_not_regular:
      return say("{} is not a regular file", "{} が通常のファイルではありません", path);
    case Cause::auth_home_missing:
      return say("the home directory {} does not exist", "ホームディレクトリ {} がありません", path);
    case Cause::auth_keys_file_missing: return say("{} does not exist", "{} がありません", path);
    case Cause::auth_keys_file_misnamed:
      return say("the keys are in {}, and sshd reads {}", "鍵は {} にありますが、sshd が読むのは {} です",
                 path, shown(obstacle.detail("expected")));
    case Cause::auth_keys_file_empty: return say("{} holds no key", "{} に鍵がありません", path);
    default: return {};
  }
}

Text words_for_line(const Obstacle& obstacle) {
  const std::string at = place(obstacle.at);
  switch (obstacle.cause) {
    case Cause::auth_key_not_authorized:
      return say("the key {} is not in {}", "鍵 {} は {} にありません", obstacle.detail("fingerprint"), at);
    case Cause::auth_key_line_damaged:
    case Cause::auth_keys_file_encoding:
    case Cause::auth_keys_file_foreign_format:
    case Cause::auth_keys_file_private_key: {
      const Text why = words_for(damage_named(obstacle.detail("damage")));
      return say("sshd passes over {0}: {1}", "sshd は {0} を読み飛ばします: {2}", at, why.en, why.ja);
    }
    case Cause::auth_key_option_invalid:
      return say("sshd passes over {}: its options are not valid ({})",
                 "sshd は {} を読み飛ばします: オプションが正しくありません（{}）", at,
                 shown(obstacle.detail("error")));
    case Cause::auth_key_from_excludes:
      return say("{} lets the key in from {} only, not from {}",
                 "{} の鍵は {} からしか使えず、{} は含まれません", at, shown(obstacle.detail("from")),
                 shown(obstacle.detail("address")));
    case Cause::auth_key_expired:
      return say("the key at {} expired at {}", "{} の鍵は期限切れです（{}）", at,
                 shown(obstacle.detail("expiry")));
    default: return {};
  }
}

Text words_for_policy(const Obstacle& obstacle) {
  const std::string at = place(obstacle.at);
  switch (obstacle.cause) {
    case Cause::auth_pubkey_off:
      return say("PubkeyAuthentication is off ({})", "PubkeyAuthentication が no です（{}）", at);
    case Cause::auth_key_algorithm_refused:
      return say("{} is not among {} ({})", "{} が {} に含まれません（{}）",
                 shown(obstacle.detail("algorithm")), obstacle.detail("keyword"), at);
    case Cause::auth_rsa_key_too_short:
      return say("the RSA key has {} bits and sshd asks for {}",
                 "RSA 鍵が {} ビットで、sshd は {} ビット以上を求めています", obstacle.detail("bits"),
                 obstacle.detail("least"));
    case Cause::auth_revoked_keys_unreadable:
      return say("sshd cannot read its list of revoked keys, {}, and so refuses every key",
                 "sshd が失効鍵のリスト {} を読めず、すべての鍵を拒否します", at);
    case Cause::auth_key_revoked: return say("the key is revoked by {}", "鍵が {} で失効しています", at);
    case Cause::auth_keys_file_token:
      return say("{} holds the unknown token {}, and sshd ends the connection over it",
                 "{} に未知のトークン {} があり、sshd は接続を切ります", at, shown(obstacle.detail("token")));
    case Cause::auth_keys_file_none:
      return say("AuthorizedKeysFile is none, and nothing else delivers keys ({})",
                 "AuthorizedKeysFile が none で、鍵を得る手段がありません（{}）", at);
    case Cause::auth_keys_command_broken:
      return say("sshd does not run {} ({})", "sshd は {} を実行しません（{}）",
                 shown(obstacle.detail("program")), at);
    default: return {};
  }
}

Text words_for_certificate(const Obstacle& obstacle) {
  switch (obstacle.cause) {
    case Cause::auth_cert_untrusted:
      return say("the certificate is not trusted: {}", "証明書が信頼されていません: {}",
                 obstacle.detail("reason"));
    case Cause::auth_cert_expired:
      return say("the certificate expired at {}", "証明書は {} に期限が切れています",
                 obstacle.detail("valid_before"));
    case Cause::auth_cert_not_yet_valid:
      return say("the certificate is valid from {} on", "証明書の有効期間は {} からです",
                 obstacle.detail("valid_after"));
    case Cause::auth_cert_principal:
      return say("the certificate's principals ({}) do not fit", "証明書のプリンシパル（{}）が合いません",
                 shown(obstacle.detail("principals")));
    case Cause::auth_cert_option:
      return say("the certificate's options are refused: {} {}", "証明書のオプションが拒否されます: {} {}",
                 obstacle.detail("reason"), shown(obstacle.detail("option")));
    case Cause::auth_cert_source_address:
      return say("the certificate is valid from {} only", "証明書は {} からしか使えません",
                 shown(obstacle.detail("list")));
    default: return {};
  }
}

}  // namespace

Text words_for_obstacle(const Obstacle& obstacle) {
  Text words = words_for_path(obstacle);
  if (words.empty()) words = words_for_line(obstacle);
  if (words.empty()) words = words_for_policy(obstacle);
  return words.empty() ? words_for_certificate(obstacle) : words;
}

Text words_for_accepted(const AcceptedKey& accepted) {
  if (accepted.certificate) {
    return say("the certificate of {} is accepted by {}", "{} の証明書は {} で受け入れられます",
               accepted.fingerprint, place(accepted.at));
  }
  return say("the key {} is accepted by {}", "鍵 {} は {} で受け入れられます", accepted.fingerprint,
             place(accepted.at));
}

}  // namespace reentry
