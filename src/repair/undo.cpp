#include "repair/undo.hpp"

#include <algorithm>
#include <optional>

#include "base/line_diff.hpp"
#include "diagnosis/secrets.hpp"
#include "facts/accounts.hpp"
#include "repair/journal.hpp"
#include "repair/restore.hpp"
#include "repair/way_back.hpp"

namespace reentry {
namespace {

bool can_be_undone(const Kept& kept) {
  if (!kept.manifest) return false;
  switch (kept.progress.state) {
    case TransactionState::finished:
    case TransactionState::applying:
    case TransactionState::undoing:
    case TransactionState::partly_undone: return true;
    default: return false;
  }
}

tl::unexpected<Error> nothing_to_undo() {
  return fail(ErrorKind::usage, "undo",
              "there is no transaction to take back; `reentry undo --list` lists them");
}

Result<Kept> choose(const Journal& journal, const std::string& id) {
  TRY(std::vector<std::string> ids, journal.ids());
  if (id.empty()) {
    for (auto at = ids.rbegin(); at != ids.rend(); ++at) {
      TRY(Kept kept, journal.load(*at));
      if (can_be_undone(kept)) return kept;
    }
    return nothing_to_undo();
  }
  if (std::find(ids.begin(), ids.end(), id) == ids.end()) {
    return fail(ErrorKind::usage, id, "no such transaction; `reentry undo --list` lists them");
  }
  TRY(Kept kept, journal.load(id));
  if (kept.damaged)
    return fail(ErrorKind::change, id, "its journal is damaged, so nothing is put back from it");
  if (!can_be_undone(kept)) return fail(ErrorKind::usage, id, "it is taken back already");
  return kept;
}

// What the undo of an edit changes, from the bytes that are there to those that were kept.
void add_diffs(const Journal& journal, const Kept& kept, std::vector<UndoStep>& steps) {
  for (UndoStep& out : steps) {
    const KeptStep& step = kept.manifest->steps[out.number];
    if (step.kind != StepKind::edit || out.result != UndoResult::planned) continue;
    const auto before = journal.before_bytes(kept.id, out.number, step.before.digest);
    const auto now = journal.writer().image(step.path);
    if (!before || !now || holds_secrets(step.path, now->bytes, *before)) continue;
    out.diff = unified_diff(step.path.str(), now->bytes, *before);
  }
}

std::string text_of(const HostWriter& writer, const char* file) {
  const auto path = writer.physical(HostPath(file));
  auto image = path ? writer.image(*path) : Result<NodeImage>(NodeImage{});
  return image && image->type == FileType::regular ? std::move(image->bytes) : std::string();
}

// The target's names as its files have them now.
AccountFacts accounts_of(const HostWriter& writer) {
  AccountFacts accounts;
  accounts.passwd = parse_passwd(text_of(writer, "/etc/passwd"), accounts.bad_passwd_lines);
  accounts.group = parse_group(text_of(writer, "/etc/group"), accounts.bad_group_lines);
  accounts.index();
  return accounts;
}

UndoPlan plan_of(const HostWriter& writer, const Kept& kept, std::vector<UndoStep> steps) {
  UndoPlan plan;
  plan.id = kept.id;
  plan.made = kept.manifest->made;
  for (const Manifest::Item& item : kept.manifest->items) {
    if (std::find(plan.causes.begin(), plan.causes.end(), item.cause) == plan.causes.end())
      plan.causes.push_back(item.cause);
  }
  plan.steps = std::move(steps);
  const bool owners = std::any_of(plan.steps.begin(), plan.steps.end(), [&kept](const UndoStep& step) {
    const StepKind kind = kept.manifest->steps[step.number].kind;
    return kind == StepKind::owner || kind == StepKind::remove;
  });
  if (!owners) return plan;
  const AccountFacts accounts = accounts_of(writer);
  for (UndoStep& step : plan.steps) {
    step.summary = undo_summary(kept.manifest->steps[step.number], kept.progress.steps[step.number],
                                OwnerNames(accounts));
  }
  return plan;
}

}  // namespace

bool UndoPlan::blocked() const {
  return std::any_of(steps.begin(), steps.end(), [](const UndoStep& step) {
    return step.result == UndoResult::changed_since || step.result == UndoResult::failed;
  });
}

Result<std::vector<TransactionEntry>> list_transactions(const HostWriter& writer) {
  std::vector<TransactionEntry> out;
  TRY(const std::optional<Journal> journal, Journal::look(writer));
  if (!journal) return out;
  TRY(std::vector<std::string> ids, journal->ids());
  for (auto id = ids.rbegin(); id != ids.rend(); ++id) {
    TransactionEntry entry;
    entry.id = *id;
    auto kept = journal->load(*id);
    if (!kept) {
      entry.problem = kept.error().why;
    } else if (!kept->manifest) {
      entry.problem = kept->damaged ? "its manifest is damaged" : "it was never written whole";
    } else {
      entry.state = kept->progress.state;
      entry.made = kept->manifest->made;
      for (const Manifest::Item& item : kept->manifest->items) entry.causes.push_back(item.cause);
      for (std::size_t i = 0; i < kept->manifest->steps.size(); ++i) {
        entry.steps.push_back(undo_summary(kept->manifest->steps[i], kept->progress.steps[i]).en);
      }
    }
    out.push_back(std::move(entry));
  }
  return out;
}

Result<UndoPlan> plan_undo(const HostWriter& writer, const std::string& id) {
  TRY(const std::optional<Journal> journal, Journal::look(writer));
  if (!journal) return nothing_to_undo();
  TRY(const Kept kept, choose(*journal, id));
  TRY(WayBack back, foresee_way_back(*journal, kept, false));
  add_diffs(*journal, kept, back.steps);
  return plan_of(writer, kept, std::move(back.steps));
}

Result<UndoPlan> undo(const HostWriter& writer, const std::string& id, bool force) {
  {
    TRY(const std::optional<Journal> there, Journal::look(writer));
    if (!there) return nothing_to_undo();
  }
  TRY(const Journal journal, Journal::open(writer));
  // A transaction that was cut short is taken back whole here; asked for by name, that is its undo.
  const auto asked =
      id.empty() ? std::optional<Kept>() : std::optional<Kept>(journal.load(id).value_or(Kept{}));
  TRY(std::vector<Text> notes, recover_all(journal));
  auto kept = choose(journal, id);
  if (!kept) {
    const bool was_cut_short = asked && asked->manifest &&
                               asked->progress.state != TransactionState::undone && can_be_undone(*asked);
    if (!was_cut_short && notes.empty()) return tl::unexpected<Error>(kept.error());
    UndoPlan plan;
    plan.id = id;
    plan.notes = std::move(notes);
    return plan;
  }
  TRY(WayBack back, take_back(journal, *kept, force));
  UndoPlan plan = plan_of(writer, *kept, std::move(back.steps));
  plan.notes = std::move(notes);
  return plan;
}

}  // namespace reentry
