#include "report/plan_text.hpp"

#include <algorithm>
#include <string_view>

#include "base/line_diff.hpp"
#include "base/shown.hpp"
#include "base/time.hpp"
#include "report/canvas.hpp"
#include "report/login_words.hpp"
#include "report/sshd_words.hpp"
#include "report/steps.hpp"

namespace reentry {
namespace {

Canvas canvas_for(const TerminalOptions& options) {
  return Canvas(options.language, options.color, options.utf8, options.width);
}

std::string with_target(std::string_view verb, const TerminalOptions& options, std::string_view rest) {
  std::string out = "reentry " + std::string(verb);
  if (!options.target.empty()) out += " " + options.target;
  if (!rest.empty()) out += " " + std::string(rest);
  return out;
}

void diff(Canvas& canvas, std::string_view text, std::size_t indent) {
  for (std::string_view line : split_lines(text)) {
    if (line.ends_with('\n')) line.remove_suffix(1);
    const Ink ink = line.starts_with('+') ? Ink::good : line.starts_with('-') ? Ink::bad : Ink::faint;
    canvas.line(canvas.inked(line, ink), indent);
  }
}

void notes_of(Canvas& canvas, const std::vector<Text>& notes) {
  for (const Text& note : notes) canvas.paragraph(note, 0, "* ", 2);
  if (!notes.empty()) canvas.blank();
}

void steps_of(Canvas& canvas, const PlanItem& item, const OwnerNames& names) {
  for (const Step& step : item.own) {
    canvas.paragraph(words_for(step, names), 3);
    diff(canvas, diff_of(step), 5);
  }
}

void item_of(Canvas& canvas, const PlanItem& item, std::string_view head, std::size_t columns_of_head) {
  canvas.paragraph(item.what, 0, head, columns_of_head, Ink::bold);
  std::string kind(id_of(item.cause));
  if (item.risk == Risk::choice) {
    kind += canvas.in(say("  changes a decision", "  方針の変更を含みます"));
  }
  canvas.line(canvas.inked(kind, Ink::faint), 3);
}

void left_of(Canvas& canvas, const std::vector<LeftItem>& left) {
  if (left.empty()) return;
  canvas.blank();
  canvas.paragraph(say("Left as it is:", "今回は変更しないもの:"), 0, {}, 0, Ink::bold);
  for (const LeftItem& item : left) {
    const std::string head = canvas.inked("- ", Ink::unsure);
    canvas.paragraph(item.what, 0, head, 2);
    canvas.line(canvas.inked(id_of(item.cause), Ink::faint), 2);
    canvas.paragraph(item.reason, 2);
    if (item.why == LeftWhy::not_selected) continue;
    for (const std::string& command : item.commands) canvas.line("$ " + shown(command, 0), 4);
  }
}

void opinion_of(Canvas& canvas, const std::optional<SecondOpinion>& opinion) {
  if (!opinion) return;
  canvas.blank();
  show(canvas, *opinion);
}

bool stays(const UndoStep& step) {
  return step.result == UndoResult::changed_since || step.result == UndoResult::failed;
}

Text repairs_words(std::size_t count) {
  return count == 1 ? say("one repair", "修正 1 件") : say("{} repairs", "修正 {} 件", count);
}

Text changes_words(std::size_t count) {
  return count == 1 ? say("one change", "変更 1 か所") : say("{} changes", "変更 {} か所", count);
}

}  // namespace

std::string undo_command(const std::string& id, const TerminalOptions& options) {
  return with_target("undo", options, id);
}

std::string render_plan(const Plan& plan, const PlanSetting& setting, const TerminalOptions& options) {
  Canvas canvas = canvas_for(options);
  notes_of(canvas, setting.notes);
  if (plan.empty()) {
    canvas.paragraph(plan.left.empty() ? say("Nothing to mend.", "修正すべき点はありません。")
                                       : say("Nothing that reentry may mend by itself.",
                                             "reentry が自動で修正できるものはありません。"),
                     0, {}, 0, Ink::bold);
    left_of(canvas, plan.left);
    opinion_of(canvas, setting.opinion);
    return canvas.take();
  }
  canvas.paragraph(
      say("Plan: {}, {}. Nothing has been changed yet.", "修正計画: {}、{}。まだ何も変更していません。",
          canvas.in(repairs_words(plan.items.size())), canvas.in(changes_words(plan.steps.size()))),
      0, {}, 0, Ink::bold);
  for (std::size_t i = 0; i < plan.items.size(); ++i) {
    const std::string head = std::to_string(i + 1) + ". ";
    canvas.blank();
    item_of(canvas, plan.items[i], head, head.size());
    canvas.paragraph(plan.items[i].why, 3);
    steps_of(canvas, plan.items[i], options.names);
  }
  left_of(canvas, plan.left);
  opinion_of(canvas, setting.opinion);
  canvas.blank();
  if (setting.obstacle) {
    canvas.paragraph(
        say("It can't be applied now: {}.", "現在は適用できません: {}。", canvas.in(*setting.obstacle)), 0,
        {}, 0, Ink::unsure);
    return canvas.take();
  }
  canvas.paragraph(
      say("To carry it out, and to take it back afterwards:", "適用するコマンドと、後で元に戻すコマンド:"),
      0);
  canvas.line("$ " + setting.apply_command, 2);
  canvas.line("$ " + with_target("undo", options, ""), 2);
  return canvas.take();
}

std::string render_receipt(const Receipt& receipt, const Diagnosis& after, const TerminalOptions& options) {
  Canvas canvas = canvas_for(options);
  notes_of(canvas, receipt.notes);
  if (receipt.id.empty()) {
    canvas.paragraph(say("Nothing was changed.", "何も変更していません。"), 0, {}, 0, Ink::bold);
  } else {
    canvas.paragraph(say("Done: {}, {}, as transaction {}.", "適用しました: {}、{}（トランザクション {}）。",
                         canvas.in(repairs_words(receipt.applied.size())),
                         canvas.in(changes_words(receipt.steps.size())), receipt.id),
                     0, {}, 0, Ink::bold);
    for (const PlanItem& item : receipt.applied) {
      canvas.paragraph(item.what, 2, canvas.inked(canvas.sign("✓", "+"), Ink::good) + " ", 2);
      for (const Step& step : item.own)
        canvas.paragraph(words_for(step, options.names), 4, {}, 0, Ink::faint);
    }
  }
  left_of(canvas, receipt.left);
  canvas.blank();
  const bool refused = receipt.opinion && receipt.opinion->verdict == SecondOpinion::Verdict::refuses;
  const bool open = after.verdict == Standing::open || after.verdict == Standing::degraded;
  canvas.paragraph(say("Checked again: {}", "再診断の結果: {}", canvas.in(verdict_of(after))), 0, {}, 0,
                   open && !refused ? Ink::good
                   : open           ? Ink::unsure
                                    : Ink::bad);
  for (const Finding& finding : after.findings) {
    if (finding.severity == Severity::notice) continue;
    const std::string place = finding.locus.path.empty() ? std::string() : " " + place_of(finding.locus);
    const bool refuses = finding.severity == Severity::blocker;
    canvas.paragraph(
        finding.title, 2,
        canvas.inked(refuses ? canvas.sign("✗", "x") : "!", refuses ? Ink::bad : Ink::unsure) + " ", 2);
    canvas.line(canvas.inked(std::string(id_of(finding.cause)) + place, Ink::faint), 4);
  }
  opinion_of(canvas, receipt.opinion);
  show(canvas, receipt.service);
  if (!receipt.id.empty()) {
    canvas.blank();
    canvas.paragraph(say("To take it back:", "元に戻すコマンド:"), 0);
    canvas.line("$ " + undo_command(receipt.id, options), 2);
    if (!receipt.service.back.empty()) canvas.line("$ " + shown(receipt.service.back, 0), 2);
  }
  return canvas.take();
}

std::string render_undo(const UndoPlan& plan, bool done, const TerminalOptions& options) {
  Canvas canvas = canvas_for(options);
  notes_of(canvas, plan.notes);
  if (plan.steps.empty()) return canvas.take();
  const std::string made = utc_timestamp(plan.made);
  const bool partly = std::any_of(plan.steps.begin(), plan.steps.end(), stays);
  const Text head =
      !done    ? say("Way back of transaction {} of {}, last change first. Nothing has been changed yet.",
                     "トランザクション {}（{}）を新しい変更から順に元に戻す計画です。まだ何も変更していません。",
                     plan.id, made)
      : partly ? say("Taken back in part: transaction {} of {}.",
                     "トランザクション {}（{}）の一部を元に戻しました。", plan.id, made)
               : say("Taken back: transaction {} of {}.", "トランザクション {}（{}）を元に戻しました。",
                     plan.id, made);
  canvas.paragraph(head, 0, {}, 0, Ink::bold);
  bool changed = false;
  for (const UndoStep& step : plan.steps) {
    const bool good = !stays(step);
    const std::string_view mark = good ? (done ? canvas.sign("✓", "+") : "-") : "!";
    canvas.paragraph(step.summary, 2, canvas.inked(mark, good ? Ink::good : Ink::unsure) + " ", 2);
    if (step.result == UndoResult::already) {
      canvas.paragraph(say("it is as it was before already", "すでに元の状態です"), 4, {}, 0, Ink::faint);
    }
    if (!good) {
      changed = changed || step.result == UndoResult::changed_since;
      canvas.paragraph(say("left as it is: {}", "変更しません: {}", canvas.in(step.reason)), 4, {}, 0,
                       Ink::unsure);
    }
    if (!done && good) diff(canvas, step.diff, 4);
  }
  opinion_of(canvas, plan.opinion);
  show(canvas, plan.service);
  if (!partly) return canvas.take();
  canvas.blank();
  if (changed) {
    canvas.paragraph(say("To put back these too, over what was changed since:",
                         "その後の変更を上書きして、これらも元に戻すコマンド:"),
                     0);
    canvas.line("$ " + with_target("undo", options, plan.id + " --force"), 2);
  }
  return canvas.take();
}

namespace {

Text words_for(TransactionState state) {
  switch (state) {
    case TransactionState::planned: return say("never begun", "未着手");
    case TransactionState::applying:
      return say("cut short; the next fix or undo takes it back",
                 "中断。次回の fix または undo で元に戻します");
    case TransactionState::finished: return say("applied", "適用済み");
    case TransactionState::undoing:
      return say("its undo was cut short; the next fix or undo ends it",
                 "取り消しが中断。次回の fix または undo で完了します");
    case TransactionState::partly_undone: return say("taken back in part", "一部を元に戻し済み");
    case TransactionState::undone: return say("taken back", "元に戻し済み");
    case TransactionState::damaged: return say("can't be read", "読み取り不能");
  }
  return {};
}

}  // namespace

std::string render_transactions(const std::vector<TransactionEntry>& entries,
                                const TerminalOptions& options) {
  Canvas canvas = canvas_for(options);
  if (entries.empty()) canvas.paragraph(say("No transactions.", "トランザクションはありません。"), 0);
  for (const TransactionEntry& entry : entries) {
    const bool damaged = entry.state == TransactionState::damaged;
    const std::string head = entry.id + "  " + (damaged ? std::string() : utc_timestamp(entry.made) + "  ");
    canvas.line(canvas.inked(head, Ink::bold) + canvas.in(words_for(entry.state)));
    if (!entry.problem.empty()) canvas.paragraph(shown(entry.problem, 0), 2);
    std::vector<std::string> causes = entry.causes;
    causes.erase(std::unique(causes.begin(), causes.end()), causes.end());
    for (const std::string& cause : causes) canvas.line(shown(cause, 0), 2);
    if (!damaged) canvas.paragraph(changes_words(entry.steps.size()), 2, {}, 0, Ink::faint);
  }
  return canvas.take();
}

}  // namespace reentry
