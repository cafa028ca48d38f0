#include "repair/apply.hpp"

#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <ctime>

#include "base/line_diff.hpp"
#include "repair/journal.hpp"
#include "repair/made_content.hpp"
#include "repair/prepare.hpp"
#include "repair/way_back.hpp"

namespace reentry {
namespace {

// What a copy with other bytes must not carry over: sums over the old content.
NodeImage without_sums(NodeImage image) {
  std::erase_if(image.attributes, [](const ExtendedAttribute& attribute) {
    return attribute.name == "security.ima" || attribute.name == "security.evm";
  });
  return image;
}

Result<void> change(const HostWriter& writer, const Step& step, const NodeImage& now,
                    const std::string& temporary) {
  if (const auto* edit = std::get_if<EditFile>(&step)) {
    return writer.put_file(edit->path, temporary, edit->after, without_sums(now), false);
  }
  if (const auto* mode = std::get_if<SetMode>(&step)) return writer.set_mode(mode->path, mode->after);
  if (const auto* owner = std::get_if<SetOwner>(&step)) {
    return writer.set_owner(owner->path, owner->uid_after, owner->gid_after);
  }
  if (const auto* label = std::get_if<SetLabel>(&step)) return writer.set_label(label->path, label->after);
  if (const auto* file = std::get_if<CreateFile>(&step)) {
    return writer.create_file(file->path, temporary, file->bytes, file->mode, file->uid, file->gid,
                              file->label);
  }
  if (const auto* directory = std::get_if<CreateDirectory>(&step)) {
    return writer.create_directory(directory->path, directory->mode, directory->uid, directory->gid,
                                   directory->label);
  }
  if (const auto* remove = std::get_if<RemoveFile>(&step)) return writer.remove_file(remove->path);
  if (const auto* tool = std::get_if<RunTool>(&step)) return writer.run_tool(tool->path, tool->words);
  if (const auto* link = std::get_if<CreateLink>(&step)) {
    NodeImage image;
    image.exists = true;
    image.type = FileType::symlink;
    image.bytes = link->target;
    image.accessed = image.modified = {std::time(nullptr), 0};
    return writer.create_symlink(link->path, temporary, image);
  }
  const auto& rename = std::get<RenameFile>(step);
  return writer.rename(rename.from, rename.to);
}

Result<void> carry_out(const Journal& journal, const std::string& id, std::size_t number, const Step& step) {
  const HostWriter& writer = journal.writer();
  const HostPath& path = path_of(step);
  const auto* rename = std::get_if<RenameFile>(&step);
  TRY_VOID(journal.note(id, applying_record(number)));
  if (std::holds_alternative<RunTool>(step)) {
    TRY_VOID(change(writer, step, {}, {}));
    return journal.note(id, done_record(number, {}));
  }
  TRY(const NodeImage now, writer.image(path));
  NodeImage now_to;
  if (rename != nullptr) {
    TRY(now_to, writer.image(rename->to));
  }
  if (const auto why = mismatch(step, now, now_to)) return fail(ErrorKind::change, path.str(), why->en);
  TRY_VOID(change(writer, step, now, Journal::temporary_name(id, number)));
  TRY(const NodeImage after, writer.image(rename != nullptr ? rename->to : path));
  return journal.note(id, done_record(number, after));
}

// `after` with the transaction's name in the lines that are not in `before`.
std::string signed_lines(const std::string& before, const std::string& after, const std::string& id) {
  if (after.find(kTransactionMark) == std::string::npos) return after;
  const std::vector<std::string_view> old = split_lines(before);
  std::string out;
  std::size_t at = 0;
  for (const LineHunk& hunk : line_hunks(before, after)) {
    for (; at < hunk.begin; ++at) out += old[at];
    for (std::string line : hunk.added) {
      if (const std::size_t mark = line.find(kTransactionMark); mark != std::string::npos)
        line.replace(mark, kTransactionMark.size(), fmt::format("reentry (transaction {})", id));
      out += line;
    }
    at += hunk.removed;
  }
  for (; at < old.size(); ++at) out += old[at];
  return out;
}

void sign_step(Step& step, const std::string& id) {
  if (auto* edit = std::get_if<EditFile>(&step)) edit->after = signed_lines(edit->before, edit->after, id);
  if (auto* create = std::get_if<CreateFile>(&step)) create->bytes = signed_lines({}, create->bytes, id);
}

Plan signed_with(Plan plan, const std::string& id) {
  for (Step& step : plan.steps) sign_step(step, id);
  for (PlanItem& item : plan.items) {
    for (Step& step : item.own) sign_step(step, id);
  }
  return plan;
}

Error rolled_back(const Journal& journal, const std::string& id, const Error& cause) {
  const auto kept = journal.load(id);
  if (kept && kept->manifest && kept->progress.state == TransactionState::planned) {
    static_cast<void>(journal.discard(id));
    return Error{ErrorKind::change, cause.what, cause.why + "; nothing was changed"};
  }
  if (kept && kept->manifest) {
    const auto back = take_back(journal, *kept, false);
    if (back && !back->partly) {
      return Error{ErrorKind::change, cause.what, cause.why + "; every change was taken back"};
    }
    if (!back) {
      return Error{
          ErrorKind::change, cause.what,
          fmt::format("{}; taking back failed too ({}: {}), the next `reentry fix --apply` or `reentry undo` "
                      "does it",
                      cause.why, back.error().what, back.error().why)};
    }
  }
  return Error{ErrorKind::change, cause.what,
               fmt::format("{}; not every change could be taken back, see `reentry undo --list`", cause.why)};
}

Result<void> carry_out_all(const Journal& journal, const Prepared& prepared) {
  const std::string& id = prepared.manifest.id;
  for (std::size_t i = 0; i < prepared.plan.steps.size(); ++i) {
    TRY_VOID(carry_out(journal, id, i, prepared.plan.steps[i]));
  }
  return journal.note(id, finished_record(times_now(journal.writer(), prepared.manifest.directories)));
}

}  // namespace

std::optional<Text> cannot_change(const HostWriter& writer) {
  const auto home = writer.physical(HostPath("/var/lib/reentry"));
  if (!home) return say("{}: {}", "{}: {}", home.error().what, home.error().why);
  if (::geteuid() != 0) return say("root is needed to change it", "変更には root 権限が必要です");
  return writer.obstacle(*home, true);
}

Plan foresee(const Plan& plan, const HostWriter& writer) {
  return prepare(makeable(plan), writer).plan;
}

Result<std::vector<Text>> recover(const HostWriter& writer) {
  TRY(const std::optional<Journal> there, Journal::look(writer));
  if (!there) return std::vector<Text>();
  TRY(const Journal journal, Journal::open(writer));
  return recover_all(journal);
}

Result<std::vector<std::string>> unfinished(const HostWriter& writer) {
  std::vector<std::string> out;
  TRY(const std::optional<Journal> journal, Journal::look(writer));
  if (!journal) return out;
  TRY(const std::vector<std::string> ids, journal->ids());
  for (const std::string& id : ids) {
    TRY(const Kept kept, journal->load(id));
    const TransactionState state = kept.progress.state;
    if (kept.manifest && (state == TransactionState::applying || state == TransactionState::undoing)) {
      out.push_back(id);
    }
  }
  return out;
}

Result<Receipt> apply(const Plan& plan, const HostWriter& writer, std::int64_t now) {
  Receipt receipt;
  receipt.left = plan.left;
  if (plan.empty()) return receipt;
  if (const auto why = cannot_change(writer)) {
    return fail(ErrorKind::change, writer.directory(), why->en + "; nothing was changed");
  }
  TRY(const Journal journal, Journal::open(writer));
  TRY(receipt.notes, recover_all(journal));
  TRY(const std::string id, journal.next_id(now));
  Prepared prepared =
      prepare(with_made_content(makeable(signed_with(plan, id)), writer, receipt.notes), writer);
  receipt.left = prepared.plan.left;
  if (prepared.plan.empty()) return receipt;
  prepared.manifest.id = id;
  prepared.manifest.made = now;
  if (auto written = journal.write(prepared.manifest); !written) {
    static_cast<void>(journal.discard(prepared.manifest.id));
    return fail(ErrorKind::change, written.error().what, written.error().why + "; nothing was changed");
  }
  if (auto done = carry_out_all(journal, prepared); !done) {
    return tl::unexpected<Error>(rolled_back(journal, prepared.manifest.id, done.error()));
  }
  receipt.id = prepared.manifest.id;
  receipt.applied = std::move(prepared.plan.items);
  receipt.steps = std::move(prepared.plan.steps);
  return receipt;
}

}  // namespace reentry
