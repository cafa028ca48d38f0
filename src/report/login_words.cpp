#include "report/login_words.hpp"

#include <algorithm>

#include "base/shown.hpp"

namespace reentry {
namespace {

Text credential_words(const LoginQuestion& question) {
  switch (question.kind) {
    case CredentialKind::any: return {};
    case CredentialKind::password: return say(" with the right password", "（正しいパスワード）");
    case CredentialKind::key: return say(" with {}", "（{}）", question.credential());
  }
  return {};
}

std::size_t count(const Diagnosis& diagnosis, Outcome outcome) {
  return static_cast<std::size_t>(
      std::count_if(diagnosis.logins.begin(), diagnosis.logins.end(),
                    [outcome](const LoginTrace& trace) { return trace.outcome == outcome; }));
}

Text unknown_gate_words(const LoginTrace& trace, const Text& who) {
  for (const Gate& gate : trace.gates) {
    if (gate.result == GateResult::unknown)
      return say("{}: UNKNOWN, {} can't be judged", "{}: 判定できません（{} を確認できません）", who.en,
                 gate.id);
  }
  return say("{}: UNKNOWN", "{}: 判定できません", who.en);
}

}  // namespace

Text name_of(const LoginQuestion& question) {
  const Text credential = credential_words(question);
  Text name{shown(question.user) + credential.en, shown(question.user) + credential.ja};
  if (question.from) {
    name.en += " from " + shown(*question.from);
    name.ja = shown(*question.from) + " からの " + name.ja;
  }
  return name;
}

Text verdict_of(const LoginTrace& trace) {
  const Text who = name_of(trace.question);
  if (const Gate* gate = trace.first_refusal(); gate != nullptr) {
    return {fmt::format("{}: REFUSED at {}", who.en, gate->id),
            fmt::format("{}: ログインは {} で拒否されます", who.ja, gate->id)};
  }
  if (trace.outcome == Outcome::unknown) {
    Text words = unknown_gate_words(trace, who);
    words.ja = who.ja + words.ja.substr(who.en.size());
    return words;
  }
  return {who.en + ": ACCEPTED, every gate lets this login through",
          who.ja + ": ログインできます（すべての関門を通過します）"};
}

Text verdict_of(const Diagnosis& diagnosis) {
  const std::size_t all = diagnosis.logins.size();
  if (all == 1 && diagnosis.logins.front().question.asked) return verdict_of(diagnosis.logins.front());
  const std::size_t accepted = count(diagnosis, Outcome::accepted);
  const std::size_t refused = count(diagnosis, Outcome::refused);
  switch (diagnosis.verdict) {
    case Standing::blocked:
      if (diagnosis.every_door_shut)
        return say(
            "BLOCKED: nobody gets in, {} of {} logins are refused and no administrator has a way in left",
            "遮断: 誰もログインできません（{}/{} 件が拒否され、管理者の入る経路も残っていません）", refused,
            all);
      return say("BLOCKED: {} of {} logins are refused", "遮断: {}/{} 件のログインが拒否されます", refused,
                 all);
    case Standing::degraded:
      return say("DEGRADED: nothing refuses the {} logins, but something will",
                 "注意: {} 件のログインは拒否されませんが、この先拒否される要因があります", all);
    case Standing::unknown:
      return say("UNKNOWN: {} of {} logins can't be judged", "判定不能: {}/{} 件のログインを判定できません",
                 count(diagnosis, Outcome::unknown), all);
    case Standing::open:
      if (refused > 0)
        return say("OPEN: {} of {} logins are accepted, the others are closed on purpose",
                   "正常: {}/{} 件のログインが可能です（残りは管理者の方針で閉じられています）", accepted,
                   all);
      return say("OPEN: all {} logins are accepted", "正常: {} 件のログインはすべて可能です", all);
  }
  return {};
}

Text target_words(const Diagnosis& diagnosis) {
  const std::string os = diagnosis.target.os.empty() ? std::string("Linux") : shown(diagnosis.target.os);
  const std::string ssh = diagnosis.openssh.empty() ? "OpenSSH ?" : "OpenSSH " + shown(diagnosis.openssh);
  if (diagnosis.target.kind == TargetKind::host)
    return say("{}, {}, seen from here", "{}、{}（このマシンから見た結果）", shown(diagnosis.target.name),
               ssh);
  if (diagnosis.target.kind == TargetKind::live)
    return say("{}, {}, {}", "{}、{}、{}", os, ssh, shown(diagnosis.target.name));
  return say("{}, {}, root file system {}", "{}、{}、ルートファイルシステム {}", os, ssh,
             shown(diagnosis.target.name));
}

Text words_for(const Missing& missing) {
  const std::string where = shown(missing.where);
  Text words;
  switch (missing.why) {
    case Why::absent: words = say("{} is not there", "{} が存在しません", where); break;
    case Why::denied: words = say("{} may not be read", "{} を読む権限がありません", where); break;
    case Why::unreadable: words = say("{} can't be read", "{} を読めません", where); break;
    case Why::malformed: words = say("{} is damaged", "{} の内容が壊れています", where); break;
    case Why::offline:
      words = say("{} is only known to a running system", "{} は稼働中のシステムでしか分かりません", where);
      break;
    case Why::not_asked: words = say("{} was not looked at", "{} は確認していません", where); break;
  }
  if (missing.detail.empty()) return words;
  return {words.en + " (" + shown(missing.detail) + ")", words.ja + "（" + shown(missing.detail) + "）"};
}

}  // namespace reentry
