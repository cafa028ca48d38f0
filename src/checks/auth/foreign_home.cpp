#include "checks/auth/foreign_home.hpp"

#include <algorithm>

#include "base/shown.hpp"
#include "checks/config_edits.hpp"
#include "facts/key_paths.hpp"

namespace reentry {
namespace {

// The lines of AuthorizedKeysFile that name a file in the home of `owner` for `user`.
Steps drop_lines_to(const Facts& facts, const PasswdEntry& user, const PasswdEntry& owner) {
  Steps steps;
  for (const ConfigLine& line : facts.config.lines) {
    if (line.dead || line.keyword != "authorizedkeysfile") continue;
    const bool leads_there =
        std::any_of(line.values.begin(), line.values.end(), [&](const std::string& value) {
          const KeyPath name = expand_key_path(value, user, facts.accounts, facts.ssh);
          return name.state == KeyPathState::path && is_in_home(facts, owner, name.path);
        });
    if (!leads_there) continue;
    for (Step& step :
         comment_out(facts, line.at.file, line.at.line, line.at.line, "reentry: a file of another user")) {
      steps.push_back(std::move(step));
    }
  }
  return steps;
}

}  // namespace

const PasswdEntry* other_owner(const Facts& facts, const PasswdEntry& user, const SeenNode& node) {
  if (!facts.accounts.passwd || node.uid == user.uid) return nullptr;
  const HostPath own(user.home);
  for (const PasswdEntry& other : *facts.accounts.passwd) {
    if (other.uid != node.uid || !is_in_home(facts, other, node.path)) continue;
    const bool user_is_closer = is_in_home(facts, user, node.path) && own != HostPath(other.home) &&
                                own.is_within(HostPath(other.home));
    if (!user_is_closer) return &other;
  }
  return nullptr;
}

void remedy_foreign_home(const SeenCase& it, const PasswdEntry& user, const PasswdEntry& owner,
                         Finding& finding) {
  const Facts& facts = it.input.facts;
  const std::string path(it.raw("path"));
  Steps steps = drop_lines_to(facts, user, owner);
  if (!steps.empty()) {
    add_remedy(finding, "own-file", Risk::choice,
               say("Comment out the AuthorizedKeysFile line that gives {} the file of {}; sshd then reads "
                   "~/.ssh/authorized_keys.",
                   "{} に {} のファイルを読ませている AuthorizedKeysFile "
                   "の行をコメントにし、~/.ssh/authorized_keys を読むようにします。",
                   shown(user.name), shown(owner.name)),
               std::move(steps), {reload_command(facts)});
    return;
  }
  add_advice(finding, "own-file",
             say("Give {} a file of keys of its own; what belongs to {} stays as it is.",
                 "{} 専用の鍵ファイルを用意してください。{} のものは変更しません。", shown(user.name),
                 shown(owner.name)),
             {"ls -ld " + shell_word(shown(path, 0))});
}

}  // namespace reentry
