#include "report/incident.hpp"

#include <algorithm>

#include "base/shown.hpp"
#include "base/time.hpp"
#include "report/incident_sheet.hpp"
#include "report/login_words.hpp"
#include "report/sshd_words.hpp"
#include "report/steps.hpp"

namespace reentry {
namespace {

constexpr std::size_t kLoginsNamed = 20;
constexpr std::size_t kLongestQuote = 400;

Text title_of(const Incident& incident) {
  const Diagnosis* one = incident.before != nullptr ? incident.before : incident.after;
  if (one == nullptr || one->target.name.empty()) return say("Incident record", "障害対応記録");
  return say("Incident record: {}", "障害対応記録: {}", shown(one->target.name));
}

class Record {
 public:
  Record(const Incident& incident, Language language, Sheet& sheet)
      : incident_(incident), language_(language), sheet_(sheet) {}

  void write() {
    sheet_.heading(1, in(title_of(incident_)));
    head();
    sheet_.heading(2, in(say("Event", "事象")));
    event();
    sheet_.heading(2, in(say("Cause", "原因")));
    cause();
    sheet_.heading(2, in(say("Evidence", "証跡")));
    evidence();
    sheet_.heading(2, in(say("Remedy", "対処")));
    remedy();
    sheet_.heading(2, in(say("Impact", "影響")));
    impact();
    sheet_.heading(2, in(say("Rollback", "切戻し")));
    rollback();
  }

 private:
  [[nodiscard]] const std::string& in(const Text& text) const { return text.in(language_); }
  void paragraph(const Text& text) { sheet_.paragraph(in(text)); }
  void item(const Text& text) { sheet_.item(in(text)); }

  void head() {
    item(say("Written: {} by reentry {}", "作成: {}（reentry {}）", utc_timestamp(incident_.written),
             REENTRY_VERSION));
    const Diagnosis* one = incident_.before != nullptr ? incident_.before : incident_.after;
    if (one != nullptr) item(say("Target: {}", "対象: {}", in(target_words(*one))));
    item(say("Command: `{}`", "実行したコマンド: `{}`", incident_.command));
    item(state());
  }

  Text state() {
    if (incident_.undone != nullptr) {
      return say("State: transaction {} was taken back", "状態: トランザクション {} を元に戻しました",
                 incident_.undone->id);
    }
    if (incident_.receipt == nullptr) {
      return say("State: planned, nothing has been changed", "状態: 計画のみ（まだ何も変更していません）");
    }
    if (incident_.receipt->id.empty()) return say("State: nothing was changed", "状態: 変更なし");
    return say("State: carried out as transaction {}", "状態: トランザクション {} として適用済み",
               incident_.receipt->id);
  }

  // The answer for each login, a few in full.
  void logins(const Diagnosis& diagnosis) {
    std::size_t number = 0;
    for (const LoginTrace& trace : diagnosis.logins) {
      if (++number > kLoginsNamed) {
        item(say("and {} more", "ほか {} 件", diagnosis.logins.size() - kLoginsNamed));
        return;
      }
      item(verdict_of(trace));
    }
  }

  void event() {
    if (incident_.undone != nullptr) {
      paragraph(say("The changes of transaction {} of {} were taken back.",
                    "{1} に適用したトランザクション {0} の変更を元に戻しました。", incident_.undone->id,
                    utc_timestamp(incident_.undone->made)));
      return;
    }
    if (incident_.before == nullptr) return;
    paragraph(verdict_of(*incident_.before));
    if (incident_.before->logins.size() > 1) logins(*incident_.before);
  }

  [[nodiscard]] std::vector<const Finding*> findings() const {
    std::vector<const Finding*> out;
    if (incident_.before == nullptr) return out;
    for (const Finding& finding : incident_.before->findings) {
      if (finding.severity != Severity::notice) out.push_back(&finding);
    }
    return out;
  }

  void nothing() { paragraph(say("None.", "なし。")); }

  void cause() {
    if (incident_.undone != nullptr) {
      if (incident_.undone->causes.empty()) return nothing();
      paragraph(say("The transaction had mended:", "このトランザクションが修復していた原因:"));
      for (const std::string& one : incident_.undone->causes) sheet_.item(shown(one));
      return;
    }
    const auto found = findings();
    if (found.empty()) return nothing();
    std::size_t number = 0;
    for (const Finding* finding : found) {
      sheet_.heading(3, fmt::format("{}. {} ({})", ++number, in(finding->title), id_of(finding->cause)));
      if (!finding->locus.path.empty()) item(say("Place: {}", "箇所: {}", place_of(finding->locus)));
      paragraph(finding->explanation);
    }
  }

  void evidence() {
    bool any = false;
    for (const Finding* finding : findings()) {
      for (const Exhibit& exhibit : finding->evidence) {
        if (exhibit.text.empty()) continue;
        any = true;
        item(say("{} ({})", "{}（{}）", place_of(exhibit), id_of(finding->cause)));
        sheet_.lines(shown(exhibit.text, kLongestQuote));
      }
    }
    if (const std::string id = transaction(); !id.empty()) {
      any = true;
      item(say("Everything as it was before: /var/lib/reentry/transactions/{} on the target",
               "変更前の状態の記録: 対象の /var/lib/reentry/transactions/{}", shown(id)));
    }
    if (incident_.opinion) {
      any = true;
      opinion(*incident_.opinion);
    }
    if (!any) nothing();
  }

  [[nodiscard]] std::string transaction() const {
    if (incident_.undone != nullptr) return incident_.undone->id;
    return incident_.receipt != nullptr ? incident_.receipt->id : std::string();
  }

  void opinion(const SecondOpinion& opinion) {
    item(words_for(opinion));
    std::string lines;
    for (const std::string& line : quotes_of(opinion)) lines += line + "\n";
    if (!lines.empty()) sheet_.lines("$ " + shown(opinion.command, 0) + "\n" + lines);
    if (const Text words = contradiction_of(opinion); !words.empty()) paragraph(words);
  }

  void remedy() {
    if (incident_.undone != nullptr) return undone_steps();
    const auto& items = incident_.receipt != nullptr ? incident_.receipt->applied : planned();
    if (items.empty()) nothing();
    std::size_t number = 0;
    for (const PlanItem& one : items) remedy_item(++number, one);
    left(incident_.receipt != nullptr ? incident_.receipt->left : planned_left());
    if (incident_.receipt != nullptr) service(incident_.receipt->service);
  }

  [[nodiscard]] const std::vector<PlanItem>& planned() const {
    static const std::vector<PlanItem> none;
    return incident_.plan != nullptr ? incident_.plan->items : none;
  }
  [[nodiscard]] const std::vector<LeftItem>& planned_left() const {
    static const std::vector<LeftItem> none;
    return incident_.plan != nullptr ? incident_.plan->left : none;
  }

  void remedy_item(std::size_t number, const PlanItem& one) {
    sheet_.heading(3, fmt::format("{}. {} ({})", number, in(one.what), id_of(one.cause)));
    if (one.risk == Risk::choice) {
      paragraph(say("This changes a decision of an administrator (`--risk choice`).",
                    "管理者の方針を変更する修正です（`--risk choice`）。"));
    }
    for (const Step& step : one.own) {
      item(words_for(step, incident_.names));
      if (const std::string diff = diff_of(step); !diff.empty()) sheet_.lines(diff);
    }
  }

  void left(const std::vector<LeftItem>& items) {
    if (items.empty()) return;
    sheet_.heading(3, in(say("Left as it is", "変更しなかったもの")));
    for (const LeftItem& one : items) {
      item(say("{} ({}): {}", "{}（{}）: {}", in(one.what), id_of(one.cause), in(one.reason)));
      std::string commands;
      for (const std::string& command : one.commands) commands += "$ " + shown(command, 0) + "\n";
      if (!commands.empty() && one.why != LeftWhy::not_selected) sheet_.lines(commands);
    }
  }

  void undone_steps() {
    for (const UndoStep& step : incident_.undone->steps) {
      if (step.reason.empty()) {
        item(step.summary);
      } else {
        item(say("{}: left as it is, {}", "{}: 変更せず（{}）", in(step.summary), in(step.reason)));
      }
    }
    service(incident_.undone->service);
  }

  void service(const ServiceChange& service) {
    if (const Text words = words_for(service); !words.empty()) paragraph(words);
    if (!service.by_hand.empty()) sheet_.lines("$ " + shown(service.by_hand, 0));
  }

  void impact() {
    std::vector<std::string> users;
    for (const Finding* finding : findings()) {
      if (finding->severity != Severity::blocker) continue;
      for (const std::string& user : finding->users) {
        if (std::find(users.begin(), users.end(), user) == users.end()) users.push_back(user);
      }
    }
    if (!users.empty()) {
      std::string names;
      for (std::size_t i = 0; i < std::min(users.size(), kLoginsNamed); ++i)
        names += (i == 0 ? "" : ", ") + shown(users[i]);
      if (users.size() > kLoginsNamed) names += ", …";
      item(say("Kept out before: {}", "ログインできなかったユーザー: {}", names));
    }
    if (incident_.before != nullptr && incident_.before->every_door_shut) {
      item(say("No administrator had any way in left.", "管理者の入る経路が残っていませんでした。"));
    }
    if (const std::size_t count = files(); count > 0) {
      item(say("{} files and directories changed; nothing else was touched.",
               "変更したファイルとディレクトリは {} 個です。それ以外には触れていません。", count));
    }
    if (incident_.after != nullptr) {
      paragraph(say("Afterwards: {}", "対処後: {}", in(verdict_of(*incident_.after))));
      if (incident_.after->logins.size() > 1) logins(*incident_.after);
    } else if (incident_.receipt == nullptr && incident_.undone == nullptr) {
      paragraph(say("Nothing has been changed yet.", "まだ何も変更していません。"));
    }
  }

  [[nodiscard]] std::size_t files() const {
    std::vector<HostPath> paths;
    if (incident_.receipt != nullptr) {
      for (const Step& step : incident_.receipt->steps) paths.push_back(path_of(step));
    }
    if (incident_.undone != nullptr) {
      for (const UndoStep& step : incident_.undone->steps) {
        if (step.result == UndoResult::restored) paths.push_back(step.path);
      }
    }
    std::sort(paths.begin(), paths.end());
    return static_cast<std::size_t>(std::unique(paths.begin(), paths.end()) - paths.begin());
  }

  void rollback() {
    if (incident_.undone != nullptr) {
      paragraph(
          say("This was the rollback. To mend it again:", "今回の操作が切戻しです。再度修復するコマンド:"));
      sheet_.lines("$ " + incident_.apply_command);
      return;
    }
    if (incident_.receipt == nullptr) {
      if (incident_.obstacle) {
        paragraph(say("The plan can't be applied now: {}.", "この計画は現在適用できません: {}。",
                      in(*incident_.obstacle)));
        return;
      }
      if (planned().empty()) return nothing();
      paragraph(say("To carry the plan out, and to take it back afterwards:",
                    "計画を適用するコマンドと、後で元に戻すコマンド:"));
      sheet_.lines("$ " + incident_.apply_command + "\n$ " + incident_.undo_command);
      return;
    }
    if (incident_.receipt->id.empty()) return nothing();
    paragraph(say("Everything goes back to what it was, bit for bit, with:",
                  "次のコマンドで、変更前の状態に完全に戻ります:"));
    std::string commands = "$ " + incident_.undo_command + "\n";
    if (!incident_.receipt->service.back.empty())
      commands += "$ " + shown(incident_.receipt->service.back, 0);
    sheet_.lines(commands);
  }

  const Incident& incident_;
  Language language_;
  Sheet& sheet_;
};

}  // namespace

std::string render_incident(const Incident& incident, Language language) {
  MarkdownSheet sheet;
  Record(incident, language, sheet).write();
  return sheet.take();
}

std::string render_incident_html(const Incident& incident, Language language) {
  HtmlSheet sheet("reentry: " + title_of(incident).in(language), language == Language::ja ? "ja" : "en");
  Record(incident, language, sheet).write();
  return sheet.take();
}

}  // namespace reentry
