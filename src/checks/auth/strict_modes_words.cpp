#include "checks/auth/strict_modes_words.hpp"

#include "base/shown.hpp"
#include "checks/auth/foreign_home.hpp"
#include "checks/remedies.hpp"

namespace reentry {
namespace {

constexpr std::uint32_t kWriteOfOthers = 0022;

std::string display(const SeenNode& node) {
  return shown(node.path.str(), 0);
}

std::string word(const SeenNode& node) {
  return shell_word(shown(node.path.str(), 0));
}

Text who_may_write(const SeenNode& node, const std::string& group) {
  if ((node.mode & 0002U) != 0) return say("everybody", "誰でも");
  return say("the group {}", "グループ {} のメンバーが", group);
}

// A directory that holds only what its user put there, or a home: it is the user's.
bool belongs_to_user(const SeenCase& it, const SeenNode& node) {
  const PasswdEntry* user = it.account();
  return user != nullptr && is_in_home(it.input.facts, *user, node.path);
}

void give_to_user(const SeenCase& it, const SeenNode& node, const PasswdEntry& user, Finding& finding) {
  // A uid that no account has is often the user's own from before the account was made again: what else
  // carries it stays behind, so that is for a person to decide.
  const std::string owner = it.input.facts.accounts.user_name(node.uid);
  const bool orphan = node.uid != 0 && owner == std::to_string(node.uid);
  std::vector<std::string> commands = {"chown " + shell_word(shown(user.name)) + ": " + word(node)};
  if (orphan) commands.push_back("find " + shell_word(shown(user.home)) + " -xdev -uid " + owner + " -ls");
  add_remedy(finding, "own", orphan ? Risk::choice : Risk::safe,
             say("Make {} the owner of {}; the mode stays as it is.",
                 "{1} の所有者を {0} にします。権限は変えません。", shown(user.name), display(node)),
             set_owner(node, user.uid, user.gid), std::move(commands));
}

// /tmp and its like; what the user owns, a .ssh and a file are nothing of the kind, whatever their mode.
bool is_for_everybody(const SeenCase& it, const SeenNode& node) {
  const Cause cause = it.seen.obstacle->cause;
  const PasswdEntry* user = it.account();
  const bool own = user != nullptr && user->uid != 0 && node.uid == user->uid;
  return is_shared_directory(node) && !own && cause != Cause::auth_keys_file_writable &&
         cause != Cause::auth_ssh_dir_writable;
}

void tell_unreachable(const SeenCase& it, Finding& finding) {
  finding.explanation = say("sshd could not reach {} with the rights of {}.",
                            "sshd は {1} の権限で {0} に到達できません。", it.path(), it.user());
  add_advice(finding, "look", say("See where the path stops.", "パスがどこで途切れるかを確認します。"),
             {"namei -l " + shell_word(it.path())});
}

}  // namespace

void tell_writable(const SeenCase& it, Finding& finding) {
  const auto node = seen_node(it);
  if (!node) return tell_unreachable(it, finding);
  const Text who = who_may_write(*node, it.detail("group", "?"));
  finding.explanation = {
      fmt::format("{} has mode {}: {} may write to it, so sshd (StrictModes) trusts no key of {} below it. "
                  "The client only sees that its key is refused.",
                  display(*node), octal(node->mode), who.en, it.user()),
      fmt::format("{} の権限は {} で、{}書き込めます。そのため sshd（StrictModes）は {} "
                  "の鍵を信頼しません。クライアントからは鍵が拒否されたことしか分かりません。",
                  display(*node), octal(node->mode), who.ja, it.user())};
  if (is_for_everybody(it, *node)) {
    add_advice(finding, "move",
               say("{} is meant to be written by everybody. Keep the key file somewhere else.",
                   "{} は誰でも書き込めるのが正しい状態です。鍵ファイルを別の場所に置いてください。",
                   display(*node)));
    return;
  }
  add_remedy(finding, "drop-write-bits", Risk::safe,
             say("Take the write bits of group and others from {} ({} -> {}).",
                 "{} からグループとその他の書き込み権を外します（{} -> {}）。", display(*node),
                 octal(node->mode), octal(node->mode & ~kWriteOfOthers)),
             set_mode(*node, node->mode & ~kWriteOfOthers), {"chmod go-w " + word(*node)});
}

void tell_owner(const SeenCase& it, Finding& finding) {
  const auto node = seen_node(it);
  const PasswdEntry* user = it.account();
  if (!node || user == nullptr) return tell_unreachable(it, finding);
  finding.explanation = say(
      "{} belongs to {} (uid {}). With StrictModes sshd trusts it only as {}'s or root's, so no key below "
      "it counts.",
      "{} の所有者は {}（uid {}）です。StrictModes の sshd は {} か root "
      "の所有である場合だけ信頼するため、その下の鍵はどれも認められません。",
      display(*node), it.detail("owner", "?"), node->uid, it.user());
  if (const PasswdEntry* other = other_owner(it.input.facts, *user, *node)) {
    return remedy_foreign_home(it, *user, *other, finding);
  }
  if (belongs_to_user(it, *node)) return give_to_user(it, *node, *user, finding);
  add_remedy(finding, "own", Risk::safe,
             say("Make root the owner of {}; the mode stays as it is.",
                 "{} の所有者を root にします。権限は変えません。", display(*node)),
             set_owner(*node, 0, node->gid), {"chown root " + word(*node)});
}

void tell_unreadable(const SeenCase& it, Finding& finding) {
  const auto node = seen_node(it);
  const PasswdEntry* user = it.account();
  if (!node || user == nullptr || it.raw("needs") == "loop") return tell_unreachable(it, finding);
  const bool search = finding.cause == Cause::auth_ssh_dir_unreadable;
  finding.explanation =
      search
          ? say("{} (mode {}, owner {}) can't be passed by {}. sshd looks for the keys with the rights of "
                "{}, "
                "not with root's.",
                "{0}（権限 {1}、所有者 {2}）を {3} は通過できません。sshd は root ではなく {4} "
                "の権限で鍵を探します。",
                display(*node), octal(node->mode), it.detail("owner", "?"), it.user(), it.user())
          : say("{} (mode {}, owner {}) can't be read by {}. sshd reads the keys with the rights of {}, not "
                "with root's.",
                "{0}（権限 {1}、所有者 {2}）を {3} は読めません。sshd は root ではなく {4} "
                "の権限で鍵を読みます。",
                display(*node), octal(node->mode), it.detail("owner", "?"), it.user(), it.user());
  if (const PasswdEntry* other = other_owner(it.input.facts, *user, *node)) {
    return remedy_foreign_home(it, *user, *other, finding);
  }
  if (belongs_to_user(it, *node) && node->uid != user->uid) {
    const std::uint32_t mode = node->mode | (search ? 0700U : 0600U);
    Steps steps = set_owner(*node, user->uid, user->gid);
    for (Step& step : set_mode(*node, mode)) steps.push_back(std::move(step));
    add_remedy(
        finding, "own", Risk::safe,
        say("Make {} the owner of {}.", "{1} の所有者を {0} にします。", shown(user->name), display(*node)),
        std::move(steps),
        {"chown " + shell_word(shown(user->name)) + ": " + word(*node),
         std::string("chmod u+") + (search ? "rwx " : "rw ") + word(*node)});
    return;
  }
  // The user's own file needs the owner's bits; a central one must be readable for all: it holds public keys.
  const bool own = node->uid == user->uid;
  const std::uint32_t bits = search ? (own ? 0700U : 0011U) : (own ? 0600U : 0044U);
  add_remedy(finding, "readable", Risk::safe,
             say("Let {} in: mode of {} {} -> {}.", "{0} に許可します: {1} の権限 {2} -> {3}",
                 shown(user->name), display(*node), octal(node->mode), octal(node->mode | bits)),
             set_mode(*node, node->mode | bits),
             {std::string("chmod ") + (own ? "u" : "go") +
              (search ? (own ? "+rwx " : "+x ") : (own ? "+rw " : "+r ")) + word(*node)});
}

}  // namespace reentry
