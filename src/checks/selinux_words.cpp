#include "checks/selinux_words.hpp"

#include "base/shown.hpp"
#include "checks/remedies.hpp"

namespace reentry {
namespace {

Text label_words(const SeenCase& it) {
  return it.has("label") ? say("the SELinux label {}", "SELinux ラベル {}", it.detail("label"))
                         : say("no SELinux label", "SELinux ラベルなし");
}

void explain(const SeenCase& it, Finding& finding) {
  const Text label = label_words(it);
  if (!it.has("permissions")) {
    finding.explanation = Text{
        fmt::format("{} has {}, where {} belongs. SELinux is permissive: today the kernel only logs it, in "
                    "enforcing mode it could keep logins out.",
                    it.path(), label.en, it.detail("expected", "?")),
        fmt::format(
            "{} は{}の状態ですが、本来は {} です。SELinux が permissive "
            "のため現在は記録されるだけですが、enforcing にするとログインできなくなる恐れがあります。",
            it.path(), label.ja, it.detail("expected", "?"))};
    return;
  }
  finding.explanation = Text{
      fmt::format("{} has {}. The policy does not let {} do this with it: {}. Modes and owners play no part.",
                  it.path(), label.en, it.detail("domain"), it.detail("permissions")),
      fmt::format("{} は{}の状態です。ポリシーは {} に次の操作を許可していません: "
                  "{}。権限や所有者は関係ありません。",
                  it.path(), label.ja, it.detail("domain"), it.detail("permissions"))};
}

}  // namespace

void tell_label(const SeenCase& it, Finding& finding) {
  explain(it, finding);
  const bool fits = it.raw("mends") == "yes" || !it.has("permissions");
  const std::string restorecon = "restorecon -v " + shell_word(it.path());
  if (fits && it.raw("mended") != it.raw("label") && !it.has("symlink")) {
    SetLabel step{HostPath(it.raw("path")), std::string(it.raw("label")), std::string(it.raw("mended"))};
    add_remedy(
        finding, "label", Risk::safe,
        say("Give {} the label {}, as the policy's own file_contexts have it.",
            "{} に、ポリシーの file_contexts が定めるラベル {} を付けます。", it.path(), it.detail("mended")),
        {step}, {restorecon});
    return;
  }
  if (it.has("boolean")) {
    add_advice(
        finding, "boolean",
        say("A switch of the policy allows it: {}. Whether it should is a decision.",
            "ポリシーのスイッチ {} で許可できます。許可するかどうかは判断が必要です。", it.detail("boolean")),
        {"setsebool -P " + shell_word(it.detail("boolean")) + " " + it.detail("value")});
    return;
  }
  add_advice(
      finding, "look",
      say("See what label it has and what the policy says of it; file_contexts give it no better one.",
          "現在のラベルとポリシーの内容を確認してください。file_contexts にはより適切なラベルがありません。"),
      {"ls -Z " + shell_word(it.path()), "matchpathcon " + shell_word(it.path()), restorecon});
}

}  // namespace reentry
