#include "repair/plan.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/line_diff.hpp"

namespace reentry {
namespace {

// What a second wish for the same path makes of a step that is planned already.
enum class Meeting { apart, merged, contradiction };

bool concerns(const RenameFile& rename, const HostPath& path) {
  return path.is_within(rename.from) || path.is_within(rename.to);
}

Meeting meet(EditFile& first, const EditFile& second) {
  if (first.before != second.before || first.made != second.made) return Meeting::contradiction;
  if (first.made) return Meeting::merged;
  auto merged = merge_edits(first.before, first.after, second.after);
  if (!merged) return Meeting::contradiction;
  first.after = std::move(*merged);
  return Meeting::merged;
}

// Both changes of the bits, where they don't pull one bit two ways.
Meeting meet(SetMode& first, const SetMode& second) {
  if (first.before != second.before) return Meeting::contradiction;
  const std::uint32_t set = (first.after | second.after) & ~first.before;
  const std::uint32_t cleared = first.before & ~(first.after & second.after);
  first.after = (first.before | set) & ~cleared;
  return Meeting::merged;
}

Meeting meet(SetOwner& first, const SetOwner& second) {
  const bool same = first.uid_after == second.uid_after && first.gid_after == second.gid_after;
  return same ? Meeting::merged : Meeting::contradiction;
}

Meeting meet(SetLabel& first, const SetLabel& second) {
  const bool same = first.before == second.before && first.after == second.after;
  return same ? Meeting::merged : Meeting::contradiction;
}

Meeting meet(CreateFile& first, const CreateFile& second) {
  const bool same = first.bytes == second.bytes && first.mode == second.mode && first.uid == second.uid &&
                    first.gid == second.gid && first.made == second.made && first.label == second.label;
  return same ? Meeting::merged : Meeting::contradiction;
}

Meeting meet(CreateDirectory& first, const CreateDirectory& second) {
  const bool same = first.mode == second.mode && first.uid == second.uid && first.gid == second.gid &&
                    first.label == second.label;
  return same ? Meeting::merged : Meeting::contradiction;
}

Meeting meet(RemoveFile& first, const RemoveFile& second) {
  return first.before == second.before ? Meeting::merged : Meeting::contradiction;
}

Meeting meet(CreateLink& first, const CreateLink& second) {
  return first.target == second.target ? Meeting::merged : Meeting::contradiction;
}

bool is_metadata(const Step& step) {
  return std::holds_alternative<SetMode>(step) || std::holds_alternative<SetOwner>(step) ||
         std::holds_alternative<SetLabel>(step);
}

// A tool is about what it keeps, not about its program's file.
Meeting meet_tool(const Step& planned, const Step& wish) {
  const auto* first = std::get_if<RunTool>(&planned);
  const auto* second = std::get_if<RunTool>(&wish);
  const bool same =
      first != nullptr && second != nullptr && first->path == second->path && first->words == second->words;
  return same ? Meeting::merged : Meeting::apart;
}

Meeting meet(Step& planned, const Step& wish) {
  if (std::holds_alternative<RunTool>(planned) || std::holds_alternative<RunTool>(wish))
    return meet_tool(planned, wish);
  auto* rename = std::get_if<RenameFile>(&planned);
  const auto* other = std::get_if<RenameFile>(&wish);
  if (rename != nullptr || other != nullptr) {
    if (rename != nullptr && other != nullptr && rename->from == other->from && rename->to == other->to) {
      return Meeting::merged;
    }
    const bool touch = rename != nullptr ? concerns(*rename, path_of(wish)) ||
                                               (other != nullptr && concerns(*rename, other->to))
                                         : concerns(*other, path_of(planned));
    return touch ? Meeting::contradiction : Meeting::apart;
  }
  if (path_of(planned) != path_of(wish)) return Meeting::apart;
  if (planned.index() != wish.index()) {
    // Mode, owner and content of one node are changed apart; making or removing it is not.
    const bool apart = (is_metadata(planned) || std::holds_alternative<EditFile>(planned)) &&
                       (is_metadata(wish) || std::holds_alternative<EditFile>(wish));
    return apart ? Meeting::apart : Meeting::contradiction;
  }
  return std::visit(
      [&wish](auto& step) -> Meeting {
        using Kind = std::decay_t<decltype(step)>;
        if constexpr (std::is_same_v<Kind, RenameFile> || std::is_same_v<Kind, RunTool>) {
          return Meeting::contradiction;
        } else {
          return meet(step, std::get<Kind>(wish));
        }
      },
      planned);
}

// Adds the item's steps to `steps`; nothing, and `steps` unchanged, when one contradicts.
std::optional<std::vector<std::size_t>> add_steps(std::vector<Step>& steps, const PlanItem& item) {
  std::vector<Step> next = steps;
  std::vector<std::size_t> used;
  for (const Step& wish : item.own) {
    bool merged = false;
    const std::size_t planned = steps.size();  // the remedy's own steps follow each other as they stand
    for (std::size_t i = 0; i < planned; ++i) {
      const Meeting meeting = meet(next[i], wish);
      if (meeting == Meeting::contradiction) return std::nullopt;
      if (meeting != Meeting::merged) continue;
      merged = true;
      used.push_back(i);
    }
    if (merged) continue;
    used.push_back(next.size());
    next.push_back(wish);
  }
  steps = std::move(next);
  return used;
}

const Remedy* chosen(const Finding& finding, Risk up_to) {
  for (const Remedy& remedy : finding.remedies) {
    const bool allowed = remedy.risk == Risk::safe || (remedy.risk == Risk::choice && up_to == Risk::choice);
    if (remedy.automatic() && allowed) return &remedy;
  }
  return nullptr;
}

LeftItem left_item(const Finding& finding, LeftWhy why) {
  const Remedy* choice = chosen(finding, Risk::choice);
  const Remedy* words = choice != nullptr           ? choice
                        : !finding.remedies.empty() ? &finding.remedies.front()
                                                    : nullptr;
  LeftItem left;
  left.cause = finding.cause;
  left.severity = finding.severity;
  left.why = why;
  left.what = words != nullptr ? words->text : finding.title;
  if (words != nullptr) left.commands = words->commands;
  switch (why) {
    case LeftWhy::needs_choice:
      left.reason = say("it changes a decision of an administrator; `--risk choice` includes it",
                        "管理者の決定を変える修正です。`--risk choice` を付けると含まれます");
      break;
    case LeftWhy::not_selected:
      left.reason = say("`--only` names other causes", "`--only` で別の原因が指定されています");
      break;
    default: left.reason = say("this needs a person", "手作業が必要です"); break;
  }
  return left;
}

bool selected(const Finding& finding, const PlanChoice& choice) {
  if (choice.only.empty()) return true;
  return std::find(choice.only.begin(), choice.only.end(), finding.cause) != choice.only.end();
}

}  // namespace

Plan make_plan(const Diagnosis& diagnosis, const PlanChoice& choice) {
  std::vector<PlanItem> items;
  std::vector<LeftItem> left;
  for (const Finding& finding : diagnosis.findings) {
    const bool named = !choice.only.empty() && selected(finding, choice);
    if (finding.severity == Severity::notice && !named) continue;
    if (!selected(finding, choice)) {
      left.push_back(left_item(finding, LeftWhy::not_selected));
      continue;
    }
    const Remedy* remedy = chosen(finding, choice.up_to);
    if (remedy == nullptr) {
      const bool possible = chosen(finding, Risk::choice) != nullptr;
      left.push_back(left_item(finding, possible ? LeftWhy::needs_choice : LeftWhy::manual));
      continue;
    }
    items.push_back(PlanItem{finding.cause,
                             remedy->id,
                             remedy->risk,
                             finding.severity,
                             finding.locus,
                             remedy->text,
                             finding.explanation,
                             remedy->steps,
                             {}});
  }
  return compose(std::move(items), std::move(left));
}

Plan compose(std::vector<PlanItem> items, std::vector<LeftItem> left) {
  Plan plan;
  plan.left = std::move(left);
  for (PlanItem& item : items) {
    auto used = add_steps(plan.steps, item);
    if (!used) {
      plan.left.push_back(LeftItem{
          item.cause,
          Severity::blocker,
          LeftWhy::overlaps,
          item.what,
          say("it changes the same place as an earlier repair; run `reentry fix` again after this one",
              "先の修正と同じ箇所を変更します。今回の修正の後にもう一度 `reentry fix` を実行してください"),
          {}});
      continue;
    }
    item.steps = std::move(*used);
    plan.items.push_back(std::move(item));
  }
  return plan;
}

}  // namespace reentry
