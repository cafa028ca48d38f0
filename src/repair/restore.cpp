#include "repair/restore.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/shown.hpp"

namespace reentry {
namespace {

Assessment changed(Text reason) {
  return {UndoResult::changed_since, std::move(reason)};
}

// What differs from what we left, in the order in which a person cares.
Text difference(const NodeImage& left, const NodeImage& now) {
  if (!now.exists) return say("it was removed since", "その後に削除されています");
  if (!left.exists) return say("it was made anew since", "その後に作り直されています");
  if (left.type != now.type) {
    return say("it is no longer the same kind of file", "その後に種類の異なるファイルに置き換わっています");
  }
  if (left.digest != now.digest)
    return say("its content was changed since", "その後に内容が変更されています");
  if (left.mode != now.mode) {
    return say("its mode was changed since, to {:04o}", "その後にモードが {:04o} に変更されています",
               now.mode);
  }
  if (left.uid != now.uid || left.gid != now.gid) {
    return say("its owner was changed since, to {}:{}", "その後に所有者が {}:{} に変更されています", now.uid,
               now.gid);
  }
  return say("its extended attributes were changed since", "その後に拡張属性が変更されています");
}

// A state that our own half-finished change can have left.
bool plausible(const KeptStep& step, const NodeImage& now) {
  switch (step.kind) {
    case StepKind::edit:
      return now.exists && now.type == FileType::regular &&
             (now.digest == step.before.digest || now.digest == step.after_digest);
    case StepKind::mode:
    case StepKind::owner:
    case StepKind::label:
      return now.exists && now.type == step.before.type && now.digest == step.before.digest;
    case StepKind::create_file:
      return now.exists && now.type == FileType::regular && now.digest == step.after_digest;
    case StepKind::create_directory: return now.exists && now.type == FileType::directory;
    case StepKind::remove:
      return !now.exists || (now.type == step.before.type && now.digest == step.before.digest);
    case StepKind::link: return now.exists && now.type == FileType::symlink;
    case StepKind::rename:
    case StepKind::tool: return false;
  }
  return false;
}

// Whether overriding makes sense at all: a directory is never replaced by a file, nor the other way round.
bool forceable(const KeptStep& step, const NodeImage& now) {
  switch (step.kind) {
    case StepKind::edit: return !now.exists || now.type == FileType::regular;
    case StepKind::mode:
    case StepKind::owner:
    case StepKind::label: return now.exists && now.type == step.before.type;
    case StepKind::create_file: return now.type == FileType::regular;
    case StepKind::create_directory: return now.type == FileType::directory;
    case StepKind::remove: return !now.exists || now.type == step.before.type;
    case StepKind::link: return now.type == FileType::symlink;
    case StepKind::rename:
    case StepKind::tool: return false;
  }
  return false;
}

std::string command_line(const HostPath& program, const std::vector<std::string>& words) {
  return shown(fmt::format("{} {}", program.name(), fmt::join(words, " ")), 0);
}

Assessment assess_rename(const KeptStep& step, const StepProgress& progress, const NodeImage& now,
                         const NodeImage& now_to) {
  const bool back = now.exists && now.inode == step.before.inode && now.type == step.before.type;
  if (back && !now_to.exists) return {UndoResult::already, {}};
  if (now.exists)
    return changed(say("its old name was taken since", "元の名前が別のファイルに使われています"));
  if (!now_to.exists || now_to.inode != step.before.inode || now_to.type != step.before.type) {
    return changed(difference(progress.after.value_or(step.before), now_to));
  }
  return {UndoResult::planned, {}};
}

}  // namespace

Assessment assess(const KeptStep& step, const StepProgress& progress, const NodeImage& now,
                  const NodeImage& now_to, Reading reading) {
  if (step.kind == StepKind::rename) return assess_rename(step, progress, now, now_to);
  if (step.kind == StepKind::tool) return {step.back.empty() ? UndoResult::already : UndoResult::planned, {}};
  if (same_node(step.before, now)) return {UndoResult::already, {}};
  const bool ours = progress.after && same_node(*progress.after, now);
  if (ours) return {UndoResult::planned, {}};
  if (reading == Reading::mid_change && plausible(step, now)) return {UndoResult::planned, {}};
  if (reading == Reading::forced && forceable(step, now)) return {UndoResult::planned, {}};
  return changed(difference(progress.after.value_or(step.before), now));
}

Result<void> put_back(const Journal& journal, const std::string& id, std::size_t number, const KeptStep& step,
                      Reading reading) {
  const HostWriter& writer = journal.writer();
  switch (step.kind) {
    case StepKind::edit:
    case StepKind::remove: {
      TRY(const std::string bytes, journal.before_bytes(id, number, step.before.digest));
      if (step.before.type == FileType::symlink) {
        NodeImage link = step.before;
        link.bytes = bytes;
        return writer.create_symlink(step.path, Journal::temporary_name(id, number), link);
      }
      return writer.put_file(step.path, Journal::temporary_name(id, number), bytes, step.before, true);
    }
    case StepKind::mode:
      // By force only what the step itself had changed; the rest is somebody's work.
      if (reading == Reading::forced) return writer.set_mode(step.path, step.before.mode);
      return writer.set_metadata(step.path, step.before);
    case StepKind::owner:
      if (reading == Reading::forced) return writer.set_owner(step.path, step.before.uid, step.before.gid);
      return writer.set_metadata(step.path, step.before);
    case StepKind::label:
      if (reading == Reading::forced) return writer.set_label(step.path, label_of(step.before));
      return writer.set_metadata(step.path, step.before);
    case StepKind::create_file:
    case StepKind::link: return writer.remove_file(step.path);
    case StepKind::tool: return writer.run_tool(step.path, step.back);
    case StepKind::create_directory: return writer.remove_directory(step.path);
    case StepKind::rename: return writer.rename(step.to, step.path);
  }
  return {};
}

Result<bool> occupied(const HostWriter& writer, const KeptStep& step, const std::vector<HostPath>& gone) {
  if (step.kind != StepKind::create_directory) return false;
  TRY(const std::vector<std::string> names, writer.list(step.path));
  return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
    return std::find(gone.begin(), gone.end(), step.path / name) == gone.end();
  });
}

Text undo_summary(const KeptStep& step, const StepProgress& progress, const OwnerNames& names) {
  const std::string path = shown(step.path.str(), 0);
  const NodeImage after = progress.after.value_or(step.before);
  const std::string owner = names.owner(step.before.uid, step.before.gid);
  switch (step.kind) {
    case StepKind::edit: return say("edit {}", "{} を編集", path);
    case StepKind::mode:
      return say("mode of {}: {:04o} -> {:04o}", "{} の権限: {:04o} -> {:04o}", path, after.mode,
                 step.before.mode);
    case StepKind::owner:
      return say("owner of {}: {} -> {}", "{} の所有者: {} -> {}", path, names.owner(after.uid, after.gid),
                 owner);
    case StepKind::label: {
      const std::string before = label_of(step.before);
      if (before.empty()) return say("take the SELinux label from {}", "{} の SELinux ラベルを削除", path);
      return say("SELinux label of {}: {} -> {}", "{} の SELinux ラベル: {} -> {}", path,
                 shown(label_of(after)), shown(before));
    }
    case StepKind::create_file:
    case StepKind::link: return say("remove {}", "{} を削除", path);
    case StepKind::tool:
      return step.back.empty() ? say("nothing to take back of `{}`", "`{}` は元に戻す操作がありません",
                                     command_line(step.path, step.words))
                               : say("run `{}`", "`{}` を実行", command_line(step.path, step.back));
    case StepKind::create_directory: return say("remove directory {}", "ディレクトリ {} を削除", path);
    case StepKind::remove:
      return say("create {} (mode {:04o}, owner {})", "{} を作成（権限 {:04o}、所有者 {}）", path,
                 step.before.mode, owner);
    case StepKind::rename: return say("rename {} to {}", "{} を {} に改名", shown(step.to.str(), 0), path);
  }
  return {};
}

}  // namespace reentry
