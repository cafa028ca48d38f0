#include "repair/made_content.hpp"

#include <map>
#include <optional>
#include <utility>

#include "base/shown.hpp"
#include "facts/private_key.hpp"
#include "facts/public_key.hpp"
#include "host/key_maker.hpp"

namespace reentry {
namespace {

using MadeKind = MadeContent::Kind;

// What a person types to make that pair.
std::string command_for(const MadeContent& made) {
  std::string command = "ssh-keygen -q -t " + made.type;
  if (made.bits != 0) command += " -b " + std::to_string(made.bits);
  return command + " -N '' -f " + shown(made.pair.str(), 0);
}

LeftItem left_item(const PlanItem& item, Text reason, std::vector<std::string> commands) {
  return {item.cause, item.severity, LeftWhy::refused, item.what, std::move(reason), std::move(commands)};
}

class Maker {
 public:
  Maker(const HostWriter& writer, std::vector<Text>& notes) : writer_(writer), notes_(notes) {}

  // Fills the step in; the reason where that fails.
  std::optional<Text> fill(Step& step) {
    const MadeContent* made = made_by(step);
    if (made == nullptr) return std::nullopt;
    if (auto* edit = std::get_if<EditFile>(&step)) return fill_edit(*edit, *made);
    auto& create = std::get<CreateFile>(step);
    const auto content = content_of(*made, {});
    if (!content) return words(content.error());
    create.bytes = *content;
    return std::nullopt;
  }

 private:
  static Text words(const Error& error) { return say("{}: {}", "{}: {}", shown(error.what, 0), error.why); }

  std::optional<Text> fill_edit(EditFile& edit, const MadeContent& made) {
    const auto physical = writer_.physical(edit.path);
    if (!physical) return words(physical.error());
    const auto now = writer_.image(*physical);
    if (!now) return words(now.error());
    if (made.kind != MadeKind::public_key) {
      if (!may_take_the_place_of(made, now->bytes)) {
        return say("it was changed since it was checked; run `reentry fix` again",
                   "診断の後に変更されています。もう一度 `reentry fix` を実行してください");
      }
      edit.before = now->bytes;
    }
    const auto content = content_of(made, now->bytes);
    if (!content) return words(content.error());
    edit.after = *content;
    return std::nullopt;
  }

  Result<std::string> content_of(const MadeContent& made, std::string_view now) {
    if (made.kind == MadeKind::tidied_key) return tidied_private_key(now).value_or(std::string(now));
    auto known = pairs_.find(made.pair);
    if (known == pairs_.end()) {
      TRY(KeyPair pair, make_key_pair(made.type, made.bits, made.comment));
      note(made, pair);
      known = pairs_.emplace(made.pair, std::move(pair)).first;
    }
    return made.kind == MadeKind::private_key ? known->second.private_half : known->second.public_half;
  }

  void note(const MadeContent& made, const KeyPair& pair) {
    KeyProblem problem = KeyProblem::none;
    const auto key = key_from_line(pair.public_half, problem);
    if (!key) return;
    notes_.push_back(say("{} is a new key: clients that know the old one will warn. Its fingerprint is {}.",
                         "{} は新しい鍵です。以前の鍵を記憶しているクライアントは警告を表示します。"
                         "フィンガープリント: {}",
                         shown(made.pair.str(), 0), key->fingerprint()));
  }

  const HostWriter& writer_;
  std::vector<Text>& notes_;
  std::map<HostPath, KeyPair> pairs_;
};

}  // namespace

const MadeContent* made_by(const Step& step) {
  if (const auto* edit = std::get_if<EditFile>(&step)) return edit->made ? &*edit->made : nullptr;
  if (const auto* create = std::get_if<CreateFile>(&step)) return create->made ? &*create->made : nullptr;
  return nullptr;
}

bool may_take_the_place_of(const MadeContent& made, std::string_view bytes) {
  const PrivateKeyFile there = judge_private_key(bytes);
  if (made.kind == MadeKind::tidied_key) return there.state == PrivateKeyState::crlf;
  return !there.loads();
}

Plan makeable(const Plan& plan) {
  std::vector<PlanItem> items;
  std::vector<LeftItem> left = plan.left;
  const bool keys = can_make_keys();
  for (const PlanItem& item : plan.items) {
    std::vector<std::string> commands;
    for (const Step& step : item.own) {
      const MadeContent* made = made_by(step);
      if (made != nullptr && made->kind == MadeKind::private_key) commands.push_back(command_for(*made));
    }
    if (keys || commands.empty()) {
      items.push_back(item);
      continue;
    }
    left.push_back(
        left_item(item,
                  say("this machine has no ssh-keygen that could make the key; run this on the target",
                      "鍵を作成する ssh-keygen がこのマシンにありません。対象上で次を実行してください"),
                  std::move(commands)));
  }
  return compose(std::move(items), std::move(left));
}

Plan with_made_content(const Plan& plan, const HostWriter& writer, std::vector<Text>& notes) {
  Maker maker(writer, notes);
  std::vector<PlanItem> items;
  std::vector<LeftItem> left = plan.left;
  for (PlanItem item : plan.items) {
    std::optional<Text> why;
    for (Step& step : item.own) {
      if (!why) why = maker.fill(step);
    }
    if (why) {
      left.push_back(left_item(item, std::move(*why), {}));
    } else {
      items.push_back(std::move(item));
    }
  }
  return compose(std::move(items), std::move(left));
}

}  // namespace reentry
