#include "report/steps.hpp"

#include <fmt/format.h>

#include <type_traits>

#include "base/line_diff.hpp"
#include "base/shown.hpp"
#include "diagnosis/secrets.hpp"

namespace reentry {
namespace {

Text words_for_made(const MadeContent& made, const HostPath& path) {
  const std::string name = shown(path.str());
  switch (made.kind) {
    case MadeContent::Kind::private_key:
      return say("put a new {} key into {}", "新しい {} 鍵を {} に書き込み", made.type, name);
    case MadeContent::Kind::public_key:
      return say("write its public half to {}", "その公開鍵を {} に書き込み", name);
    case MadeContent::Kind::tidied_key:
      return say("set the line ends of {} right", "{} の改行コードを修正", name);
  }
  return {};
}

struct StepWords {
  const OwnerNames& names;

  Text operator()(const EditFile& step) const {
    if (step.made) return words_for_made(*step.made, step.path);
    return say("edit {}", "{} を編集", shown(step.path.str()));
  }
  Text operator()(const SetMode& step) const {
    return say("mode of {}: {:04o} -> {:04o}", "{} の権限: {:04o} -> {:04o}", shown(step.path.str()),
               step.before, step.after);
  }
  Text operator()(const SetOwner& step) const {
    return say("owner of {}: {} -> {}", "{} の所有者: {} -> {}", shown(step.path.str()),
               names.owner(step.uid_before, step.gid_before), names.owner(step.uid_after, step.gid_after));
  }
  Text operator()(const SetLabel& step) const {
    const std::string path = shown(step.path.str());
    if (step.before.empty())
      return say("SELinux label of {}: none -> {}", "{} の SELinux ラベル: なし -> {}", path,
                 shown(step.after));
    return say("SELinux label of {}: {} -> {}", "{} の SELinux ラベル: {} -> {}", path, shown(step.before),
               shown(step.after));
  }
  Text operator()(const CreateFile& step) const {
    if (step.made) {
      const std::string owner = names.owner(step.uid, step.gid);
      Text words = words_for_made(*step.made, step.path);
      words.en += fmt::format(" (mode {:04o}, owner {})", step.mode, owner);
      words.ja += fmt::format("（権限 {:04o}、所有者 {}）", step.mode, owner);
      return words;
    }
    return say("create {} (mode {:04o}, owner {})", "{} を作成（権限 {:04o}、所有者 {}）",
               shown(step.path.str()), step.mode, names.owner(step.uid, step.gid));
  }
  Text operator()(const CreateDirectory& step) const {
    return say("create directory {} (mode {:04o}, owner {})",
               "ディレクトリ {} を作成（権限 {:04o}、所有者 {}）", shown(step.path.str()), step.mode,
               names.owner(step.uid, step.gid));
  }
  Text operator()(const RemoveFile& step) const {
    return say("remove {}", "{} を削除", shown(step.path.str()));
  }
  Text operator()(const RenameFile& step) const {
    return say("rename {} to {}", "{} を {} に改名", shown(step.from.str()), shown(step.to.str()));
  }
  Text operator()(const CreateLink& step) const {
    return say("link {} to {}", "{} から {} へのリンクを作成", shown(step.path.str()), shown(step.target));
  }
  Text operator()(const RunTool& step) const {
    return say("run `{} {}`", "`{} {}` を実行", shown(step.path.name()),
               shown(fmt::format("{}", fmt::join(step.words, " "))));
  }
};

}  // namespace

Text words_for(const Step& step, const OwnerNames& names) {
  return std::visit(StepWords{names}, step);
}

bool is_made(const Step& step) {
  const auto* edit = std::get_if<EditFile>(&step);
  const auto* create = std::get_if<CreateFile>(&step);
  return (edit != nullptr && edit->made) || (create != nullptr && create->made);
}

std::string diff_of(const Step& step) {
  if (is_made(step)) return {};
  const auto* edit = std::get_if<EditFile>(&step);
  const auto* create = std::get_if<CreateFile>(&step);
  if (edit != nullptr && edit->before.find('\0') != std::string::npos) return {};  // no text
  if (edit != nullptr && !holds_secrets(edit->path, edit->before, edit->after))
    return unified_diff(edit->path.str(), edit->before, edit->after);
  if (create != nullptr && !holds_secrets(create->path, {}, create->bytes))
    return unified_diff(create->path.str(), {}, create->bytes);
  return {};
}

std::string diff_of(const Remedy& remedy) {
  std::string diff;
  for (const Step& step : remedy.steps) diff += diff_of(step);
  return diff;
}

std::string place_of(const Exhibit& exhibit) {
  if (exhibit.path.empty()) return exhibit.source;
  return exhibit.line == 0 ? shown(exhibit.path, 0)
                           : shown(exhibit.path, 0) + ":" + std::to_string(exhibit.line);
}

}  // namespace reentry
