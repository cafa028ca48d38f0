#include "cli/undo.hpp"

#include "cli/confirm.hpp"
#include "cli/target.hpp"
#include "host/host_writer.hpp"
#include "repair/apply.hpp"
#include "repair/undo.hpp"
#include "report/json.hpp"
#include "report/plan_text.hpp"
#include "report/transactions_json.hpp"

namespace reentry::cli {
namespace {

TerminalOptions look_of(const UndoOptions& options) {
  TargetOptions target;
  target.root = options.root;
  return terminal_options(options.common, target);
}

Result<int> list(const UndoOptions& options, const HostWriter& writer) {
  TRY(const std::vector<TransactionEntry> entries, list_transactions(writer));
  if (options.common.quiet && !options.common.json) return 0;
  TRY_VOID(write_out(options.common.json ? render_transactions_json(entries)
                                         : render_transactions(entries, look_of(options))));
  return 0;
}

Result<int> take_back(const UndoOptions& options, const HostWriter& writer) {
  const bool talk = !options.common.json && !options.common.quiet;
  const std::string id = options.transaction.value_or("");
  TRY(UndoPlan plan, plan_undo(writer, id));
  const bool ask = !options.yes && !options.apply && can_ask();
  if (talk && ask) TRY_VOID(write_out(render_undo(plan, false, look_of(options))));
  if (const auto why = cannot_change(writer)) {
    return fail(ErrorKind::change, writer.directory(), why->en + "; nothing was changed");
  }
  if (ask && !confirm(say("Put it back?", "元に戻します。よろしいですか？"), options.common.language))
    return 1;
  TRY(const UndoPlan done, undo(writer, plan.id, options.force));
  if (talk) TRY_VOID(write_out(render_undo(done, true, look_of(options))));
  if (options.common.json) TRY_VOID(write_out(render_undo_json(done)));
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
