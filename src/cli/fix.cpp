#include "cli/fix.hpp"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <optional>
#include <string>
#include <string_view>

#include "cli/confirm.hpp"
#include "cli/new_labels.hpp"
#include "cli/own_words.hpp"
#include "cli/record_files.hpp"
#include "cli/target.hpp"
#include "host/host_writer.hpp"
#include "repair/apply.hpp"
#include "repair/second_opinion.hpp"
#include "repair/service_change.hpp"
#include "report/json.hpp"
#include "report/plan_text.hpp"

namespace reentry::cli {
namespace {

using Clock = std::chrono::steady_clock;

Result<PlanChoice> choice_of(const FixOptions& options) {
  PlanChoice choice;
  choice.up_to = options.choice ? Risk::choice : Risk::safe;
  for (const std::string& id : options.only) {
    const std::optional<Cause> cause = cause_of(id);
    if (!cause) {
      return fail(ErrorKind::usage, "--only " + id, "no such cause; `reentry explain --list` names them all");
    }
    choice.only.push_back(*cause);
  }
  return choice;
}

Result<void> can_apply(const FixOptions& options) {
  if (!options.apply) return {};
  if (options.target.facts) {
    return fail(ErrorKind::usage, "--apply", "saved facts can't be mended; run it on their target");
  }
  if (!options.yes && !can_ask()) {
    return fail(ErrorKind::usage, "--apply",
                "there is no terminal to ask on; --yes applies without a question");
  }
  return {};
}

// One run of the verb: what it was asked, what it writes, and when it began.
struct Run {
  const FixOptions& options;
  RecordFiles records;
  Clock::time_point started;

  [[nodiscard]] bool talks() const {
    return !options.common.json && !options.common.quiet && !records.take_standard_output();
  }
  [[nodiscard]] TerminalOptions look(const Checked& checked) const {
    TerminalOptions out = terminal_options(options.common, options.target);
    out.names = OwnerNames(checked.facts.accounts);
    return out;
  }
};

// The plan held against the target, and what stands in the way of applying it.
struct Outlook {
  Plan plan;
  PlanSetting setting;
};

Result<Outlook> outlook_of(const FixOptions& options, const Plan& plan, const HostWriter& writer) {
  Outlook out;
  out.plan = plan;
  out.setting.apply_command = fix_command(options) + " --apply";
  out.setting.obstacle = cannot_change(writer);
  if (out.setting.obstacle) return out;
  out.plan = foresee(plan, writer);
  TRY(const std::vector<std::string> ids, unfinished(writer));
  for (const std::string& id : ids) {
    out.setting.notes.push_back(say(
        "Transaction {} was cut short; `--apply` or `reentry undo` takes care of it first.",
        "トランザクション {} が中断したままです。`--apply` または `reentry undo` が先に処理します。", id));
  }
  return out;
}

int status_after(const Diagnosis& diagnosis, const Receipt& receipt) {
  const int status = exit_status(diagnosis);
  const bool something_left = std::any_of(receipt.left.begin(), receipt.left.end(), [](const LeftItem& item) {
    return item.why != LeftWhy::not_selected;
  });
  const bool refused = receipt.opinion && receipt.opinion->verdict == SecondOpinion::Verdict::refuses;
  return status == 0 && (something_left || refused) ? 1 : status;
}

Result<void> show(const Run& run, const Checked& checked, const std::string& words, const Receipt* receipt,
                  AftermathReport aftermath) {
  const FixOptions& options = run.options;
  if (run.talks()) return write_out(words);
  if (!options.common.json) return {};
  JsonOptions json;
  json.command = "fix";
  json.language = options.common.language;
  json.total_ms = std::chrono::duration<double, std::milli>(Clock::now() - run.started).count();
  json.aftermath = std::move(aftermath);
  if (receipt != nullptr) {
    TransactionReport report;
    report.id = receipt->id;
    for (const PlanItem& item : receipt->applied) report.applied.push_back(item.remedy);
    for (const LeftItem& item : receipt->left) report.left.emplace_back(id_of(item.cause));
    if (!receipt->id.empty()) report.undo = undo_command(receipt->id, run.look(checked));
    json.transaction = std::move(report);
  }
  return write_out(render_json(checked.diagnosis, json));
}

Incident incident_of(const Run& run, const Checked& before) {
  Incident incident;
  incident.command = fix_command(run.options) + (run.options.apply ? " --apply" : "");
  incident.written = std::time(nullptr);
  incident.before = &before.diagnosis;
  incident.apply_command = fix_command(run.options) + " --apply";
  incident.names = OwnerNames(before.facts.accounts);
  return incident;
}

Result<int> plan_only(Run& run, const Checked& checked, const Outlook& outlook) {
  TRY_VOID(show(run, checked, render_plan(outlook.plan, outlook.setting, run.look(checked)), nullptr,
                {outlook.setting.opinion, {}}));
  if (run.records.wanted()) {
    Incident incident = incident_of(run, checked);
    incident.plan = &outlook.plan;
    incident.opinion = outlook.setting.opinion;
    incident.obstacle = outlook.setting.obstacle;
    incident.undo_command = undo_command("", run.look(checked));
    TRY_VOID(run.records.write(incident, run.options.common.language));
  }
  return exit_status(checked.diagnosis);
}

Result<int> report_on(Run& run, const Checked& before, const Checked& after, const Receipt& receipt) {
  const TerminalOptions look = run.look(before);
  TRY_VOID(show(run, after, render_receipt(receipt, after.diagnosis, look), &receipt,
                {receipt.opinion, receipt.service}));
  if (run.records.wanted()) {
    Incident incident = incident_of(run, before);
    incident.after = &after.diagnosis;
    incident.receipt = &receipt;
    incident.opinion = receipt.opinion;
    incident.undo_command = undo_command(receipt.id, look);
    TRY_VOID(run.records.write(incident, run.options.common.language));
  }
  return status_after(after.diagnosis, receipt);
}

// Whether to go on: the person said so, or nobody is to be asked.
bool agreed(const Run& run, const Plan& plan) {
  if (run.options.yes || plan.empty()) return true;
  return confirm(
      say("Changes to make: {}. Carry them out?", "{} か所を変更します。よろしいですか？", plan.steps.size()),
      run.options.common.language);
}

Result<int> carry_out(Run& run, const HostWriter& writer, const Checked& checked, Outlook outlook) {
  const FixOptions& options = run.options;
  if (!options.yes && run.talks()) {
    if (!outlook.setting.obstacle) {
      outlook.setting.opinion = ask_sshd(checked.facts, checked.diagnosis, writer, &outlook.plan);
    }
    TRY_VOID(write_out(render_plan(outlook.plan, outlook.setting, run.look(checked))));
  }
  if (outlook.setting.obstacle) {
    return fail(ErrorKind::change, writer.directory(),
                outlook.setting.obstacle->en + "; nothing was changed");
  }
  if (!agreed(run, outlook.plan)) return 1;
  TRY(Receipt receipt, apply(outlook.plan, writer, std::time(nullptr)));
  receipt.notes.insert(receipt.notes.begin(), outlook.setting.notes.begin(), outlook.setting.notes.end());
  std::optional<Checked> again;
  if (!receipt.id.empty()) {
    TRY(again, check_target(options.target, options.common.verbose));
  }
  const Checked& mended = again ? *again : checked;
  receipt.opinion = ask_sshd(mended.facts, mended.diagnosis, writer, nullptr);
  receipt.service = bring_to_life(mended.facts, *receipt.opinion, touches_start(mended.facts, receipt.steps));
  const bool revived = receipt.service.done != ServiceChange::Done::nothing &&
                       receipt.service.done != ServiceChange::Done::left;
  if (revived) {
    TRY(again, check_target(options.target, options.common.verbose));
  }
  return report_on(run, checked, again ? *again : checked, receipt);
}

Result<int> fix(const FixOptions& options) {
  const auto started = Clock::now();
  TRY(const PlanChoice choice, choice_of(options));
  TRY_VOID(can_apply(options));
  TRY(RecordFiles records, RecordFiles::open(options.common, options.report));
  Run run{options, std::move(records), started};
  if (options.target.facts) {
    TRY(const Checked checked, check_target(options.target, options.common.verbose));
    Outlook outlook{make_plan(checked.diagnosis, choice), {}};
    outlook.setting.obstacle = say("these are saved facts; run it on their target",
                                   "保存された情報のため、対象のホストで実行してください");
    return plan_only(run, checked, outlook);
  }
  TRY(const HostWriter writer, HostWriter::open(options.target.root.value_or("/")));
  std::vector<Text> recovered;
  if (options.apply && !cannot_change(writer)) {
    // What a cut-short run left behind must not be taken for the host's own fault.
    TRY(recovered, recover(writer));
  }
  TRY(const Checked checked, check_target(options.target, options.common.verbose));
  const Plan plan = with_labels(make_plan(checked.diagnosis, choice), checked.facts, writer.directory());
  TRY(Outlook outlook, outlook_of(options, plan, writer));
  if (!options.apply) {
    outlook.setting.opinion = ask_sshd(checked.facts, checked.diagnosis, writer, &outlook.plan);
    return plan_only(run, checked, outlook);
  }
  outlook.setting.notes.insert(outlook.setting.notes.begin(), recovered.begin(), recovered.end());
  return carry_out(run, writer, checked, std::move(outlook));
}

}  // namespace

int run_fix(const FixOptions& options) {
  const Result<int> status = fix(options);
  return status ? *status : complain(status.error());
}

}  // namespace reentry::cli
