#include "repair/prepare.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/digest.hpp"
#include "base/shown.hpp"
#include "repair/made_content.hpp"

namespace reentry {
namespace {

// The target as it will be after the steps so far.
class Foresight {
 public:
  explicit Foresight(const HostWriter& writer) : writer_(writer) {}

  Result<NodeImage> at(const HostPath& path) {
    const auto known = nodes_.find(path);
    if (known != nodes_.end()) return known->second;
    // A directory that is only being made is empty, whatever stands there now.
    if (will_be_made(path.parent())) return NodeImage{};
    return writer_.image(path);
  }
  // It is not there yet and will be by then.
  [[nodiscard]] bool will_be_made(const HostPath& path) const { return made_.contains(path); }
  void set(const HostPath& path, const NodeImage& before, NodeImage after) {
    if (!before.exists && after.exists) made_.insert(path);
    if (!after.exists) made_.erase(path);
    nodes_.insert_or_assign(path, std::move(after));
  }

 private:
  const HostWriter& writer_;
  std::map<HostPath, NodeImage> nodes_;
  std::set<HostPath> made_;
};

NodeImage made(FileType type, std::uint32_t mode, std::uint32_t uid, std::uint32_t gid, std::string bytes) {
  NodeImage image;
  image.exists = true;
  image.type = type;
  image.mode = mode;
  image.uid = uid;
  image.gid = gid;
  image.digest = type == FileType::directory ? std::string() : sha256(bytes);
  image.bytes = std::move(bytes);
  return image;
}

NodeImage after(const Step& step, NodeImage image) {
  if (const auto* edit = std::get_if<EditFile>(&step)) {
    image.bytes = edit->after;
    image.digest = sha256(edit->after);
  } else if (const auto* mode = std::get_if<SetMode>(&step)) {
    image.mode = mode->after;
  } else if (const auto* owner = std::get_if<SetOwner>(&step)) {
    image.uid = owner->uid_after;
    image.gid = owner->gid_after;
  } else if (const auto* label = std::get_if<SetLabel>(&step)) {
    image = with_label(std::move(image), label->after);
  } else if (const auto* file = std::get_if<CreateFile>(&step)) {
    image = made(FileType::regular, file->mode, file->uid, file->gid, file->bytes);
    if (!file->label.empty()) image = with_label(std::move(image), file->label);
  } else if (const auto* directory = std::get_if<CreateDirectory>(&step)) {
    image = made(FileType::directory, directory->mode, directory->uid, directory->gid, {});
    if (!directory->label.empty()) image = with_label(std::move(image), directory->label);
  } else if (const auto* link = std::get_if<CreateLink>(&step)) {
    image = made(FileType::symlink, 0777, 0, 0, link->target);
  } else if (!std::holds_alternative<RunTool>(step)) {
    image = NodeImage{};
  }
  return image;
}

HostPath other_name(const Step& step) {
  const auto* rename = std::get_if<RenameFile>(&step);
  return rename != nullptr ? rename->to : HostPath();
}

Text parent_missing(const HostPath& path) {
  return say("its directory {} does not exist", "ディレクトリ {} がありません",
             shown(path.parent().str(), 0));
}

// Whether the target lets `step` happen, judged from what will be there by then.
std::optional<Text> refusal(const Step& step, Foresight& foresight, const HostWriter& writer) {
  const HostPath& path = path_of(step);
  if (std::holds_alternative<RunTool>(step)) return writer.cannot_run(path);
  const auto now = foresight.at(path);
  if (!now) return say("{}", "{}", now.error().why);
  NodeImage now_to;
  const HostPath to = other_name(step);
  if (!to.is_root()) {
    auto seen = foresight.at(to);
    if (!seen) return say("{}", "{}", seen.error().why);
    now_to = std::move(*seen);
  }
  if (auto why = mismatch(step, *now, now_to)) return why;
  const bool renames = changes_names(kind_of(step));
  // What this transaction makes itself has no obstacle of its own.
  if (!foresight.will_be_made(path) && !foresight.will_be_made(path.parent())) {
    if (auto why = writer.obstacle(path, renames)) return why;
  }
  for (const HostPath* name : {&path, &to}) {
    if (name->is_root() || foresight.will_be_made(name->parent())) continue;
    const auto parent = writer.image(name->parent());
    if (!parent || !parent->exists || parent->type != FileType::directory) return parent_missing(*name);
    if (name == &to) {
      if (auto why = writer.obstacle(name->parent(), false)) return why;
    }
  }
  return std::nullopt;
}

void set_paths(Step& step, const HostPath& path, const HostPath& to) {
  if (auto* rename = std::get_if<RenameFile>(&step)) {
    rename->from = path;
    rename->to = to;
    return;
  }
  std::visit(
      [&path](auto& s) {
        if constexpr (!std::is_same_v<std::decay_t<decltype(s)>, RenameFile>) s.path = path;
      },
      step);
}

// Where a step's path really is. What makes, removes or moves a name is about that name; the others are about
// what it leads to.
Result<HostPath> real_path(const Step& step, const HostPath& path, const HostWriter& writer) {
  const StepKind kind = kind_of(step);
  const bool follows = kind == StepKind::edit || (!changes_names(kind) && kind != StepKind::tool);
  if (follows) return writer.physical(path);
  TRY(const HostPath directory, writer.physical(path.parent()));
  return directory / path.name();
}

// Points the item's steps at the nodes behind symlinks; the reason when one can't be followed.
std::optional<Text> resolve(PlanItem& item, const HostWriter& writer) {
  for (Step& step : item.own) {
    if (std::holds_alternative<RunTool>(step)) continue;
    const auto path = real_path(step, path_of(step), writer);
    if (!path) return say("{}: {}", "{}: {}", shown(path.error().what, 0), path.error().why);
    HostPath to = other_name(step);
    if (!to.is_root()) {
      const auto other = real_path(step, to, writer);
      if (!other) return say("{}: {}", "{}: {}", shown(other.error().what, 0), other.error().why);
      to = *other;
    }
    set_paths(step, *path, to);
  }
  return std::nullopt;
}

LeftItem refused(const PlanItem& item, const HostPath& path, const Text& reason) {
  const std::string name = shown(path.str(), 0);
  const auto with_name = [&name](const std::string& words) {
    return words.starts_with(name) ? words : name + ": " + words;
  };
  return LeftItem{item.cause,
                  item.severity,
                  LeftWhy::refused,
                  item.what,
                  Text{with_name(reason.en), with_name(reason.ja)},
                  {}};
}

void remember_directory(Manifest& manifest, Foresight& foresight, const HostWriter& writer,
                        const HostPath& path) {
  const HostPath directory = path.parent();
  if (foresight.will_be_made(directory)) return;
  for (const DirectoryTime& known : manifest.directories) {
    if (known.path == directory) return;
  }
  const auto image = writer.image(directory);
  if (image && image->exists) manifest.directories.push_back({directory, image->modified});
}

void keep(Manifest& manifest, const Step& step, Foresight& foresight, const HostWriter& writer) {
  KeptStep kept;
  kept.kind = kind_of(step);
  kept.path = path_of(step);
  kept.to = other_name(step);
  if (const auto* tool = std::get_if<RunTool>(&step)) {
    kept.words = tool->words;
    kept.back = tool->back;
    manifest.steps.push_back(std::move(kept));
    return;
  }
  const auto now = foresight.at(kept.path);
  if (now) kept.before = *now;
  if (changes_names(kept.kind)) remember_directory(manifest, foresight, writer, kept.path);
  NodeImage later = after(step, kept.before);
  kept.after_digest = later.digest;
  if (kept.kind == StepKind::rename) {
    remember_directory(manifest, foresight, writer, kept.to);
    foresight.set(kept.to, NodeImage{}, kept.before);
  }
  foresight.set(kept.path, kept.before, std::move(later));
  manifest.steps.push_back(std::move(kept));
}

}  // namespace

std::optional<Text> mismatch(const Step& step, const NodeImage& now, const NodeImage& now_to) {
  if (std::holds_alternative<RunTool>(step)) return std::nullopt;
  const bool made_anew = std::holds_alternative<CreateFile>(step) ||
                         std::holds_alternative<CreateDirectory>(step) ||
                         std::holds_alternative<CreateLink>(step);
  if (made_anew) {
    if (!now.exists) return std::nullopt;
    return say("something of that name is there already", "同じ名前のものがすでに存在します");
  }
  if (!now.exists) return say("it is not there any more", "もう存在しません");
  const Text changed = say("it was changed since it was checked; run `reentry fix` again",
                           "診断の後に変更されています。もう一度 `reentry fix` を実行してください");
  if (const auto* edit = std::get_if<EditFile>(&step)) {
    const bool anew = edit->made && edit->made->kind != MadeContent::Kind::public_key;
    // What it was before is known only once its content is made.
    const bool same = now.type == FileType::regular &&
                      (anew && edit->after.empty() ? may_take_the_place_of(*edit->made, now.bytes)
                                                   : now.digest == sha256(edit->before));
    return same ? std::nullopt : std::optional<Text>(changed);
  }
  if (const auto* mode = std::get_if<SetMode>(&step)) {
    const bool node = now.type == FileType::regular || now.type == FileType::directory;
    return node && now.mode == mode->before ? std::nullopt : std::optional<Text>(changed);
  }
  if (const auto* owner = std::get_if<SetOwner>(&step)) {
    const bool node = now.type == FileType::regular || now.type == FileType::directory;
    const bool same = node && now.uid == owner->uid_before && now.gid == owner->gid_before;
    return same ? std::nullopt : std::optional<Text>(changed);
  }
  if (const auto* label = std::get_if<SetLabel>(&step)) {
    const bool node = now.type == FileType::regular || now.type == FileType::directory;
    return node && label_of(now) == label->before ? std::nullopt : std::optional<Text>(changed);
  }
  if (const auto* remove = std::get_if<RemoveFile>(&step)) {
    const bool node = now.type == FileType::regular || now.type == FileType::symlink;
    return node && now.digest == sha256(remove->before) ? std::nullopt : std::optional<Text>(changed);
  }
  if (now_to.exists) return say("its new name is taken", "新しい名前はすでに使われています");
  return std::nullopt;
}

Prepared prepare(const Plan& plan, const HostWriter& writer) {
  std::vector<PlanItem> items;
  std::vector<LeftItem> left = plan.left;
  for (PlanItem item : plan.items) {
    const HostPath first = item.own.empty() ? HostPath() : path_of(item.own.front());
    if (auto why = resolve(item, writer)) {
      left.push_back(refused(item, first, *why));
    } else {
      items.push_back(std::move(item));
    }
  }
  // A refused remedy is taken out whole, and what it shared with others is put together again without it.
  while (true) {
    Prepared prepared;
    prepared.plan = compose(items, left);
    Foresight foresight(writer);
    bool all = true;
    for (std::size_t i = 0; i < prepared.plan.steps.size() && all; ++i) {
      const Step& step = prepared.plan.steps[i];
      const auto why = refusal(step, foresight, writer);
      if (!why) {
        keep(prepared.manifest, step, foresight, writer);
        continue;
      }
      all = false;
      items = prepared.plan.items;
      left = prepared.plan.left;
      std::erase_if(items, [&](const PlanItem& item) {
        if (std::find(item.steps.begin(), item.steps.end(), i) == item.steps.end()) return false;
        left.push_back(refused(item, path_of(step), *why));
        return true;
      });
    }
    if (!all) continue;
    for (const PlanItem& item : prepared.plan.items) {
      prepared.manifest.items.push_back({std::string(id_of(item.cause)), item.remedy});
    }
    return prepared;
  }
}

}  // namespace reentry
