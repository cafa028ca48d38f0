#include "repair/way_back.hpp"

#include <algorithm>
#include <map>

#include "base/digest.hpp"
#include "base/shown.hpp"
#include "repair/restore.hpp"

namespace reentry {
namespace {

// The clock of a file system may lag behind by a tick; two seconds also cover those that store no less.
constexpr std::int64_t kTickSeconds = 2;

bool begun(const StepProgress& progress) {
  return (progress.applying || progress.done) && !progress.undone;
}

Reading reading_of(const Kept& kept, std::size_t number, bool forced) {
  if (kept.progress.state == TransactionState::applying) return Reading::mid_change;
  if (kept.progress.steps[number].undoing) return Reading::mid_change;
  return forced ? Reading::forced : Reading::exact;
}

UndoStep described(const Kept& kept, std::size_t number) {
  UndoStep step;
  step.number = number;
  step.path = kept.manifest->steps[number].path;
  step.summary = undo_summary(kept.manifest->steps[number], kept.progress.steps[number]);
  return step;
}

Text occupied_words() {
  return say("something else was put into it since", "その後に別のものが置かれています");
}

// A cut-short run may have left its prepared file beside the place.
Result<void> clear_temporary(const Journal& journal, const Kept& kept, std::size_t number) {
  const KeptStep& step = kept.manifest->steps[number];
  const HostPath temporary = step.path.parent() / Journal::temporary_name(kept.id, number);
  TRY(const NodeImage left, journal.writer().image(temporary));
  if (!left.exists) return {};
  return journal.writer().remove_file(temporary);
}

// A tool that was cut short may have done its work or not: what takes it back is run all the same, and fails
// where there is nothing to take back.
Result<UndoStep> take_tool_back(const Journal& journal, const Kept& kept, std::size_t number, UndoStep out) {
  const KeptStep& step = kept.manifest->steps[number];
  out.result = UndoResult::already;
  if (step.back.empty()) return out;
  const bool certain = kept.progress.steps[number].done && !kept.progress.steps[number].undoing;
  const auto ran = journal.writer().run_tool(step.path, step.back);
  if (ran) {
    out.result = UndoResult::restored;
  } else if (certain) {
    out.result = UndoResult::failed;
    out.reason = say("{}", "{}", shown(ran.error().why));
  }
  return out;
}

Result<UndoStep> take_step_back(const Journal& journal, const Kept& kept, std::size_t number, bool forced) {
  const HostWriter& writer = journal.writer();
  const KeptStep& step = kept.manifest->steps[number];
  const Reading reading = reading_of(kept, number, forced);
  UndoStep out = described(kept, number);
  if (step.kind == StepKind::tool) return take_tool_back(journal, kept, number, std::move(out));
  TRY_VOID(clear_temporary(journal, kept, number));
  TRY(const NodeImage now, writer.image(step.path));
  NodeImage now_to;
  if (step.kind == StepKind::rename) {
    TRY(now_to, writer.image(step.to));
  }
  const Assessment seen = assess(step, kept.progress.steps[number], now, now_to, reading);
  out.result = seen.result;
  out.reason = seen.reason;
  if (seen.result != UndoResult::planned) return out;
  TRY(const bool not_empty, occupied(writer, step, {}));
  if (not_empty) {
    out.result = UndoResult::changed_since;
    out.reason = occupied_words();
    return out;
  }
  const HostPath& at = step.kind == StepKind::rename ? step.to : step.path;
  if (auto why = writer.obstacle(at, changes_names(step.kind))) {
    out.result = UndoResult::failed;
    out.reason = *why;
    return out;
  }
  TRY_VOID(put_back(journal, kept.id, number, step, reading));
  out.result = UndoResult::restored;
  return out;
}

// What the directories get once all is back: of a transaction that never finished what they had before,
// unless somebody has been there since; of one that is undone what its beginning recorded.
std::vector<DirectoryTime> times_to_restore(const Journal& journal, const Kept& kept) {
  if (kept.progress.state != TransactionState::applying) return kept.progress.restore;
  std::vector<DirectoryTime> out;
  const std::vector<DirectoryTime> now = times_now(journal.writer(), kept.manifest->directories);
  for (const DirectoryTime& before : kept.manifest->directories) {
    const auto current = std::find_if(now.begin(), now.end(),
                                      [&before](const DirectoryTime& t) { return t.path == before.path; });
    if (current == now.end()) continue;
    if (current->modified.seconds <= kept.touched.seconds + kTickSeconds) out.push_back(before);
  }
  return out;
}

Result<void> set_times(const HostWriter& writer, const std::vector<DirectoryTime>& times) {
  for (const DirectoryTime& time : times) {
    TRY(const NodeImage now, writer.image(time.path));
    if (!now.exists || now.type != FileType::directory || now.modified == time.modified) continue;
    TRY_VOID(writer.set_modified(time.path, time.modified));
  }
  return {};
}

Result<WayBack> roll_back(const Journal& journal, const Kept& kept) {
  const std::vector<DirectoryTime> times = times_to_restore(journal, kept);
  WayBack back;
  std::optional<Error> first;
  for (std::size_t i = kept.manifest->steps.size(); i-- > 0;) {
    if (!begun(kept.progress.steps[i])) continue;
    auto step = take_step_back(journal, kept, i, false);
    if (!step) {
      if (!first) first = step.error();
      continue;
    }
    back.partly =
        back.partly || step->result == UndoResult::changed_since || step->result == UndoResult::failed;
    back.steps.push_back(std::move(*step));
  }
  if (first) return tl::unexpected<Error>(*first);
  TRY_VOID(set_times(journal.writer(), times));
  TRY_VOID(journal.note(kept.id, undone_record(back.partly)));
  return back;
}

// The records with which an undo of a finished transaction begins, synced before it changes anything.
Result<Kept> begin_undo(const Journal& journal, const Kept& kept, bool forced) {
  if (kept.progress.state == TransactionState::undoing) return kept;
  std::vector<DirectoryTime> restore = times_now(journal.writer(), kept.manifest->directories);
  for (DirectoryTime& now : restore) {
    const auto same = [&now](const DirectoryTime& t) { return t.path == now.path; };
    const auto& left = kept.progress.after;
    const auto& had = kept.manifest->directories;
    const auto after = std::find_if(left.begin(), left.end(), same);
    const auto before = std::find_if(had.begin(), had.end(), same);
    if (after != left.end() && before != had.end() && after->modified == now.modified) {
      now.modified = before->modified;
    }
  }
  TRY_VOID(journal.note(kept.id, undoing_record(forced, restore)));
  return journal.load(kept.id);
}

Result<WayBack> take_back_finished(const Journal& journal, const Kept& found, bool forced) {
  TRY(const Kept kept, begin_undo(journal, found, forced));
  WayBack back;
  for (std::size_t i = kept.manifest->steps.size(); i-- > 0;) {
    if (!begun(kept.progress.steps[i])) continue;
    const auto reading = reading_of(kept, i, forced);
    if (reading != Reading::mid_change) TRY_VOID(journal.note(kept.id, undo_step_record(i)));
    TRY(UndoStep step, take_step_back(journal, kept, i, forced));
    const bool skipped = step.result == UndoResult::changed_since || step.result == UndoResult::failed;
    TRY_VOID(journal.note(kept.id, undone_step_record(i, skipped)));
    back.partly = back.partly || skipped;
    back.steps.push_back(std::move(step));
  }
  TRY_VOID(set_times(journal.writer(), kept.progress.restore));
  TRY_VOID(journal.note(kept.id, undone_record(back.partly)));
  return back;
}

bool all_done(const Progress& progress) {
  return std::all_of(progress.steps.begin(), progress.steps.end(),
                     [](const StepProgress& step) { return step.done; });
}

Result<void> recover_one(const Journal& journal, const Kept& kept, std::vector<Text>& notes) {
  if (kept.damaged) {
    notes.push_back(
        say("transaction {0} can't be read and is left as it is; see "
            "/var/lib/reentry/transactions/{0}",
            "トランザクション {0} は読み取れないため、そのままにします。"
            "/var/lib/reentry/transactions/{0} を確認してください",
            kept.id));
    return {};
  }
  if (!kept.manifest || kept.progress.state == TransactionState::planned) return journal.discard(kept.id);
  if (kept.progress.state == TransactionState::applying && all_done(kept.progress)) {
    TRY_VOID(journal.note(kept.id, finished_record(times_now(journal.writer(), kept.manifest->directories))));
    notes.push_back(say("transaction {} had been cut short after its last change; it is finished now",
                        "トランザクション {} は最後の変更の直後に中断していました。完了として記録しました",
                        kept.id));
    return {};
  }
  if (kept.progress.state == TransactionState::applying) {
    TRY_VOID(take_back(journal, kept, false));
    notes.push_back(say("transaction {} had been cut short; its changes were taken back",
                        "トランザクション {} は途中で中断していました。変更を元に戻しました", kept.id));
  } else if (kept.progress.state == TransactionState::undoing) {
    TRY_VOID(take_back(journal, kept, kept.progress.forced));
    notes.push_back(say("the undo of transaction {} had been cut short; it is complete now",
                        "トランザクション {} の取り消しは途中で中断していました。取り消しを完了しました",
                        kept.id));
  }
  return {};
}

}  // namespace

std::vector<DirectoryTime> times_now(const HostWriter& writer,
                                     const std::vector<DirectoryTime>& directories) {
  std::vector<DirectoryTime> out;
  for (const DirectoryTime& directory : directories) {
    const auto now = writer.image(directory.path);
    if (now && now->exists) out.push_back({directory.path, now->modified});
  }
  return out;
}

Result<WayBack> foresee_way_back(const Journal& journal, const Kept& kept, bool forced) {
  const HostWriter& writer = journal.writer();
  std::map<HostPath, NodeImage> later;  // what earlier steps of the way back will have left
  const auto look = [&](const HostPath& path) -> Result<NodeImage> {
    const auto known = later.find(path);
    if (known != later.end()) return known->second;
    return writer.image(path);
  };
  WayBack back;
  std::vector<HostPath> gone;
  for (std::size_t i = kept.manifest->steps.size(); i-- > 0;) {
    if (!begun(kept.progress.steps[i])) continue;
    const KeptStep& step = kept.manifest->steps[i];
    UndoStep out = described(kept, i);
    TRY(const NodeImage now, step.kind == StepKind::tool ? Result<NodeImage>(NodeImage{}) : look(step.path));
    NodeImage now_to;
    if (step.kind == StepKind::rename) {
      TRY(now_to, look(step.to));
    }
    const Assessment seen = assess(step, kept.progress.steps[i], now, now_to, reading_of(kept, i, forced));
    out.result = seen.result;
    out.reason = seen.reason;
    if (seen.result == UndoResult::planned) {
      TRY(const bool not_empty, occupied(writer, step, gone));
      if (not_empty) {
        out.result = UndoResult::changed_since;
        out.reason = occupied_words();
      }
    }
    if (out.result == UndoResult::planned) {
      later.insert_or_assign(step.path, step.before);
      if (step.kind == StepKind::rename) later.insert_or_assign(step.to, NodeImage{});
      if (!step.before.exists && step.kind != StepKind::tool) gone.push_back(step.path);
    }
    back.partly = back.partly || out.result == UndoResult::changed_since;
    back.steps.push_back(std::move(out));
  }
  return back;
}

Result<WayBack> take_back(const Journal& journal, const Kept& kept, bool forced) {
  if (kept.progress.state == TransactionState::applying) return roll_back(journal, kept);
  return take_back_finished(journal, kept, forced);
}

Result<std::vector<Text>> recover_all(const Journal& journal) {
  std::vector<Text> notes;
  TRY(std::vector<std::string> ids, journal.ids());
  std::reverse(ids.begin(), ids.end());
  for (const std::string& id : ids) {
    TRY(const Kept kept, journal.load(id));
    TRY_VOID(recover_one(journal, kept, notes));
  }
  return notes;
}

}  // namespace reentry
