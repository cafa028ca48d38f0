#include "cli/undo.hpp"

#include <ctime>

#include "cli/confirm.hpp"
#include "cli/own_words.hpp"
#include "cli/record_files.hpp"
#include "cli/target.hpp"
#include "host/host_writer.hpp"
#include "repair/apply.hpp"
#include "repair/second_opinion.hpp"
#include "repair/service_change.hpp"
#include "repair/undo.hpp"
#include "report/json.hpp"
#include "report/plan_text.hpp"
#include "report/transactions_json.hpp"

namespace reentry::cli {
namespace {

TargetOptions target_of(const UndoOptions& options) {
  TargetOptions target;
  target.root = options.root;
  return target;
}

TerminalOptions look_of(const UndoOptions& options) {
  return terminal_options(options.common, target_of(options));
}

std::string own_command(const UndoOptions& options, const std::string& id) {
  return undo_command(id, look_of(options)) + (options.force ? " --force" : "");
}

Result<int> list(const UndoOptions& options, const HostWriter& writer) {
  if (options.report || options.common.html) {
    return fail(ErrorKind::usage, options.report ? "--report" : "--html",
                "there is no record of a list; --json writes it for programs");
  }
  TRY(const std::vector<TransactionEntry> entries, list_transactions(writer));
  if (options.common.quiet && !options.common.json) return 0;
  TRY_VOID(write_out(options.common.json ? render_transactions_json(entries)
                                         : render_transactions(entries, look_of(options))));
  return 0;
}

bool touched_start(const Facts& facts, const UndoPlan& done) {
  for (const UndoStep& step : done.steps) {
    if (step.result == UndoResult::restored && read_at_start(facts, step.path)) return true;
  }
  return false;
}

// What sshd says of what is there now, and on this machine that it goes by it. A target that can't be read
// any more is no failure of the undo.
Result<Checked> look_again(const UndoOptions& options, const HostWriter& writer, UndoPlan& done) {
  TRY(Checked after, check_target(target_of(options), options.common.verbose));
  done.opinion = ask_sshd(after.facts, after.diagnosis, writer, nullptr);
  done.service = bring_to_life(after.facts, *done.opinion, touched_start(after.facts, done));
  return after;
}

Result<void> record(const UndoOptions& options, RecordFiles& files, const UndoPlan& done,
                    const Result<Checked>& after) {
  if (!files.wanted()) return {};
  Incident incident;
  incident.command = own_command(options, done.id);
  incident.written = std::time(nullptr);
  incident.undone = &done;
  incident.opinion = done.opinion;
  if (after) incident.after = &after->diagnosis;
  FixOptions fix;
  fix.target = target_of(options);
  incident.apply_command = fix_command(fix) + " --apply";
  return files.write(incident, options.common.language);
}

Result<int> take_back(const UndoOptions& options, const HostWriter& writer) {
  TRY(RecordFiles files, RecordFiles::open(options.common, options.report));
  const bool talk = !options.common.json && !options.common.quiet && !files.take_standard_output();
  const std::string id = options.transaction.value_or("");
  TRY(UndoPlan plan, plan_undo(writer, id));
  const auto obstacle = cannot_change(writer);
  const bool ask = !options.yes && !options.apply && can_ask();
  if (talk && (ask || obstacle)) TRY_VOID(write_out(render_undo(plan, false, look_of(options))));
  if (obstacle) return fail(ErrorKind::change, writer.directory(), obstacle->en + "; nothing was changed");
  if (ask && !confirm(say("Put it back?", "元に戻します。よろしいですか？"), options.common.language))
    return 1;
  TRY(UndoPlan done, undo(writer, plan.id, options.force));
  const Result<Checked> after = look_again(options, writer, done);
  if (talk) TRY_VOID(write_out(render_undo(done, true, look_of(options))));
  if (options.common.json) TRY_VOID(write_out(render_undo_json(done)));
  TRY_VOID(record(options, files, done, after));
  return done.blocked() ? 1 : 0;
}

}  // namespace

int run_undo(const UndoOptions& options) {
  const auto writer = HostWriter::open(options.root.value_or("/"));
  if (!writer) return complain(writer.error());
  const Result<int> status = options.list ? list(options, *writer) : take_back(options, *writer);
  return status ? *status : complain(status.error());
}

}  // namespace reentry::cli
