#include "report/sshd_words.hpp"

#include <algorithm>

#include "base/shown.hpp"
#include "report/steps.hpp"

namespace reentry {
namespace {

constexpr std::size_t kQuotes = 6;

}  // namespace

Text words_for(const SecondOpinion& opinion) {
  const std::string place = opinion.at.path.empty() ? std::string() : place_of(opinion.at);
  switch (opinion.verdict) {
    case SecondOpinion::Verdict::accepts:
      return opinion.planned ? say("The target's own sshd would accept it (`sshd -t` on the planned result).",
                                   "対象の sshd も計画適用後の設定を受け付けます（`sshd -t` で確認）。")
                             : say("The target's own sshd accepts it (`sshd -t`).",
                                   "対象の sshd も現在の設定を受け付けます（`sshd -t` で確認）。");
    case SecondOpinion::Verdict::refuses:
      if (opinion.planned) {
        return place.empty()
                   ? say("The target's own sshd would still refuse to start (`sshd -t` on the planned "
                         "result):",
                         "計画を適用しても対象の sshd は起動を拒否します（`sshd -t` で確認）:")
                   : say("The target's own sshd would still refuse to start, at {} (`sshd -t` on the planned "
                         "result):",
                         "計画を適用しても対象の sshd は {} で起動を拒否します（`sshd -t` で確認）:", place);
      }
      return place.empty() ? say("The target's own sshd refuses to start (`sshd -t`):",
                                 "対象の sshd は起動を拒否します（`sshd -t` で確認）:")
                           : say("The target's own sshd refuses to start, at {} (`sshd -t`):",
                                 "対象の sshd は {} で起動を拒否します（`sshd -t` で確認）:", place);
    case SecondOpinion::Verdict::none: break;
  }
  return {"The target's own sshd gave no verdict: " + opinion.why_none.en + ".",
          "対象の sshd による確認は行えませんでした: " + opinion.why_none.ja + "。"};
}

Text contradiction_of(const SecondOpinion& opinion) {
  if (!opinion.contradicts()) return {};
  return opinion.verdict == SecondOpinion::Verdict::refuses
             ? say("That contradicts reentry, which found nothing left that keeps it from starting. Trust "
                   "sshd: "
                   "this is not mended.",
                   "reentry の判定（起動を妨げるものは残っていない）と食い違います。sshd "
                   "の判断を優先し、修復済みとは"
                   "みなさないでください。")
             : say("That contradicts reentry, which still finds something that keeps it from starting. Trust "
                   "sshd, and look at that finding again.",
                   "reentry の判定（起動を妨げるものが残っている）と食い違います。sshd "
                   "の判断を優先し、該当する指摘を"
                   "見直してください。");
}

std::vector<std::string> quotes_of(const SecondOpinion& opinion) {
  std::vector<std::string> out;
  if (opinion.verdict == SecondOpinion::Verdict::accepts) return out;
  for (const std::string& line : opinion.said) {
    if (out.size() == kQuotes) break;
    out.push_back(shown(line, 300));
  }
  return out;
}

Text words_for(const ServiceChange& service) {
  switch (service.done) {
    case ServiceChange::Done::nothing: return {};
    case ServiceChange::Done::reloaded:
      return say("sshd was told to read its configuration again (`{}`); no session was ended.",
                 "sshd に設定を再読み込みさせました（`{}`）。既存のセッションは切断していません。",
                 service.ran);
    case ServiceChange::Done::started:
      return say("sshd was down and has been started (`{}`).", "停止していた sshd を起動しました（`{}`）。",
                 service.ran);
    case ServiceChange::Done::on_demand:
      return say("Nothing to reload: the next connection starts sshd (socket activation).",
                 "再読み込みは不要です。次の接続時に sshd が起動します（ソケットアクティベーション）。");
    case ServiceChange::Done::left:
      return {"sshd was not reloaded: " + service.why.en + ".",
              "sshd は再読み込みしていません: " + service.why.ja + "。"};
  }
  return {};
}

std::string_view name_of(SecondOpinion::Verdict verdict) {
  switch (verdict) {
    case SecondOpinion::Verdict::accepts: return "accepts";
    case SecondOpinion::Verdict::refuses: return "refuses";
    case SecondOpinion::Verdict::none: break;
  }
  return "none";
}

std::string_view name_of(ServiceChange::Done done) {
  switch (done) {
    case ServiceChange::Done::nothing: break;
    case ServiceChange::Done::reloaded: return "reloaded";
    case ServiceChange::Done::started: return "started";
    case ServiceChange::Done::on_demand: return "on-demand";
    case ServiceChange::Done::left: return "left";
  }
  return "nothing";
}

void show(Canvas& canvas, const SecondOpinion& opinion) {
  const bool good = opinion.verdict == SecondOpinion::Verdict::accepts;
  const bool bad = opinion.verdict == SecondOpinion::Verdict::refuses;
  const std::string_view mark = good ? canvas.sign("✓", "+") : bad ? canvas.sign("✗", "x") : "?";
  const Ink ink = good ? Ink::good : bad ? Ink::bad : Ink::unsure;
  canvas.paragraph(words_for(opinion), 0, canvas.inked(mark, ink) + " ", 2);
  for (const std::string& line : quotes_of(opinion)) canvas.quote(line, 2);
  if (const Text words = contradiction_of(opinion); !words.empty())
    canvas.paragraph(words, 2, canvas.inked("!", Ink::bad) + " ", 2, Ink::bold);
}

void show(Canvas& canvas, const ServiceChange& service) {
  const Text words = words_for(service);
  if (words.empty()) return;
  const bool good = service.done != ServiceChange::Done::left;
  canvas.paragraph(words, 0,
                   canvas.inked(good ? canvas.sign("✓", "+") : "!", good ? Ink::good : Ink::unsure) + " ", 2);
  if (service.by_hand.empty()) return;
  canvas.paragraph(say("To do it by hand:", "手動で行うコマンド:"), 2);
  canvas.line("$ " + shown(service.by_hand, 0), 4);
}

}  // namespace reentry
