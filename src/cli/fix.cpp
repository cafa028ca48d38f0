#include "cli/fix.hpp"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <optional>
#include <string>
#include <string_view>

#include "base/shown.hpp"
#include "cli/confirm.hpp"
#include "cli/target.hpp"
#include "host/host_writer.hpp"
#include "repair/apply.hpp"
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

// A word as a shell takes it.
std::string quoted(const std::string& word) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("@%+=:,./_-").find(c) != std::string_view::npos;
  };
  if (!word.empty() && std::all_of(word.begin(), word.end(), plain)) return word;
  std::string out = "'";
  for (const char c : word) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return shown(out + "'", 0);
}

// This very command with --apply.
std::string apply_command(const FixOptions& options) {
  std::string out = "reentry fix";
  const auto add = [&out](const char* option, const std::string& value) {
    out += std::string(" ") + option + " " + quoted(value);
  };
  if (options.target.root) add("--root", *options.target.root);
  for (const std::string& user : options.target.users) add("--user", user);
  for (const std::string& key : options.target.keys) add("--key", key);
  if (options.target.from) add("--from", *options.target.from);
  if (options.target.password) out += " --password";
  for (const std::string& cause : options.only) add("--only", cause);
  if (options.choice) out += " --risk choice";
  return out + " --apply";
}

// The plan held against the target, and what stands in the way of applying it.
struct Outlook {
  Plan plan;
  std::optional<Text> obstacle;
  std::vector<Text> notes;
};

Result<Outlook> outlook_of(const Plan& plan, const HostWriter& writer) {
  Outlook out;
  out.plan = plan;
  out.obstacle = cannot_change(writer);
  if (out.obstacle) return out;
  out.plan = foresee(plan, writer);
  TRY(const std::vector<std::string> ids, unfinished(writer));
  for (const std::string& id : ids) {
    out.notes.push_back(say(
        "Transaction {} was cut short; `--apply` or `reentry undo` takes care of it first.",
        "トランザクション {} が中断したままです。`--apply` または `reentry undo` が先に処理します。", id));
  }
  return out;
}

int status_after(const Diagnosis& diagnosis, const std::vector<LeftItem>& left) {
  const int status = exit_status(diagnosis);
  const bool something_left = std::any_of(
      left.begin(), left.end(), [](const LeftItem& item) { return item.why != LeftWhy::not_selected; });
  return status == 0 && something_left ? 1 : status;
}

Result<void> show(const FixOptions& options, const Checked& checked, const std::string& words,
                  const Receipt* receipt, Clock::time_point started) {
  if (!options.common.json) return options.common.quiet ? Result<void>() : write_out(words);
  JsonOptions json;
  json.command = "fix";
  json.language = options.common.language;
  json.total_ms = std::chrono::duration<double, std::milli>(Clock::now() - started).count();
  if (receipt != nullptr) {
    TransactionReport report;
    report.id = receipt->id;
    for (const PlanItem& item : receipt->applied) report.applied.push_back(item.remedy);
    for (const LeftItem& item : receipt->left) report.left.emplace_back(id_of(item.cause));
    if (!receipt->id.empty()) {
      report.undo = undo_command(receipt->id, terminal_options(options.common, options.target));
    }
    json.transaction = std::move(report);
  }
  return write_out(render_json(checked.diagnosis, json));
}

Result<int> plan_only(const FixOptions& options, const Checked& checked, const Outlook& outlook,
                      Clock::time_point started) {
  const std::string words = render_plan(outlook.plan, outlook.obstacle, outlook.notes, apply_command(options),
                                        terminal_options(options.common, options.target));
  TRY_VOID(show(options, checked, words, nullptr, started));
  return exit_status(checked.diagnosis);
}

Result<int> carry_out(const FixOptions& options, const HostWriter& writer, const Checked& checked,
                      Outlook outlook, Clock::time_point started) {
  const TerminalOptions look = terminal_options(options.common, options.target);
  const bool talk = !options.common.json && !options.common.quiet;
  if (talk && !options.yes) {
    TRY_VOID(
        write_out(render_plan(outlook.plan, outlook.obstacle, outlook.notes, apply_command(options), look)));
  }
  if (outlook.obstacle) {
    return fail(ErrorKind::change, writer.directory(), outlook.obstacle->en + "; nothing was changed");
  }
  if (!options.yes && !outlook.plan.empty()) {
    if (!confirm(say("Changes to make: {}. Carry them out?", "{} か所を変更します。よろしいですか？",
                     outlook.plan.steps.size()),
                 options.common.language)) {
      return 1;
    }
  }
  TRY(Receipt receipt, apply(outlook.plan, writer, std::time(nullptr)));
  receipt.notes.insert(receipt.notes.begin(), outlook.notes.begin(), outlook.notes.end());
  std::optional<Checked> again;
  if (!receipt.id.empty()) {
    TRY(again, check_target(options.target, options.common.verbose));
  }
  const Checked& after = again ? *again : checked;
  TRY_VOID(show(options, after, render_receipt(receipt, after.diagnosis, look), &receipt, started));
  return status_after(after.diagnosis, receipt.left);
}

Result<int> fix(const FixOptions& options) {
  const auto started = Clock::now();
  TRY(const PlanChoice choice, choice_of(options));
  TRY_VOID(can_apply(options));
  if (options.target.facts) {
    TRY(const Checked checked, check_target(options.target, options.common.verbose));
    return plan_only(options, checked, Outlook{make_plan(checked.diagnosis, choice), {}, {}}, started);
  }
  TRY(const HostWriter writer, HostWriter::open(options.target.root.value_or("/")));
  std::vector<Text> recovered;
  if (options.apply && !cannot_change(writer)) {
    // What a cut-short run left behind must not be taken for the host's own fault.
    TRY(recovered, recover(writer));
  }
  TRY(const Checked checked, check_target(options.target, options.common.verbose));
  TRY(Outlook outlook, outlook_of(make_plan(checked.diagnosis, choice), writer));
  if (!options.apply) return plan_only(options, checked, outlook, started);
  outlook.notes.insert(outlook.notes.begin(), recovered.begin(), recovered.end());
  return carry_out(options, writer, checked, std::move(outlook), started);
}

}  // namespace

int run_fix(const FixOptions& options) {
  const Result<int> status = fix(options);
  return status ? *status : complain(status.error());
}

}  // namespace reentry::cli
