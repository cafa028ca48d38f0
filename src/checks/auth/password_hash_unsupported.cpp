// auth/password-hash-unsupported
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation = say("The hash of {} uses the method {}, which this host does not know.",
                            "{} のハッシュは {} 方式で、このホストでは照合できません。", it.user(),
                            it.detail("method", it.detail("prefix", "?")));
  add_advice(finding, "set", say("Set the password again.", "パスワードを設定し直します。"),
             {"passwd " + shell_word(it.user())});
}

}  // namespace

constinit const Check kAuthPasswordHashUnsupported = {
    .cause = Cause::auth_password_hash_unsupported,
    .severity = Severity::blocker,
    .title = {"This host can't check the password's hash",
              "このホストではパスワードのハッシュを照合できません"},
    .why =
        {"The hash in /etc/shadow names its method ($6$ SHA-512, $y$ yescrypt and so on). A libcrypt that "
         "does not know the method can't verify any password, so the right one is refused like a wrong one. "
         "It happens when shadow is copied from a newer system.",
         "/etc/shadow のハッシュには方式（$6$ は SHA-512、$y$ は yescrypt など）が記されています。libcrypt "
         "がその方式を知らないと照合できず、正しいパスワードも誤りとして拒否されます。新しいシステムから "
         "shadow をコピーした場合などに起こります。"},
    .remedy = {"Set the password again on this host.", "このホストでパスワードを設定し直します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kAuthPasswordHashUnsupported, tell); },
};

}  // namespace reentry
