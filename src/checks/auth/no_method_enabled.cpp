// auth/no-method-enabled
#include <fmt/format.h>

#include "checks/config_edits.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation = {
      fmt::format("No method is left for {} ({}).", it.users().en, it.where()),
      fmt::format("{} に使える認証方式が一つも残っていません（{}）。", it.users().ja, it.where())};
  Steps steps;
  const std::string keyword = config_words(it.at.text).keyword;
  if (keyword == "PubkeyAuthentication") steps = set_value(it, "yes");
  if (steps.empty()) steps = allow_for_user(it, {"PubkeyAuthentication yes"}, false);
  add_remedy(finding, "keys", Risk::choice, say("Allow public keys.", "公開鍵認証を有効にします。"),
             std::move(steps), {edit_command(it), reload_command(it.input.facts)});
}

}  // namespace

constinit const Check kAuthNoMethodEnabled = {
    .cause = Cause::auth_no_method_enabled,
    .severity = Severity::blocker,
    .title = {"Every authentication method is switched off", "すべての認証方式が無効です"},
    .why = {"When public keys, passwords, keyboard-interactive and the rest are all off for a login, sshd "
            "has nothing to offer and disconnects with `no authentication methods enabled`. A Match block "
            "can bring that about for some users only.",
            "そのログインに対して公開鍵、パスワード、キーボードインタラクティブなどがすべて無効だと、sshd "
            "は提示できる方式がないため `no authentication methods enabled` で切断します。Match "
            "ブロックにより一部のユーザーだけがそうなることもあります。"},
    .remedy = {"Switch public keys on (PubkeyAuthentication yes).",
               "公開鍵認証を有効にします（PubkeyAuthentication yes）。"},
    .tells_apart = {"The list of methods is empty: no login can succeed.",
                    "認証方式の一覧が空で、誰もログインできません。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kAuthNoMethodEnabled, tell); },
};

}  // namespace reentry
