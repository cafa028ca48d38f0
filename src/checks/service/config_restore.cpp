#include "checks/service/config_restore.hpp"

#include <algorithm>

#include "base/shown.hpp"
#include "checks/config_edits.hpp"

namespace reentry {
namespace {

constexpr std::string_view kPackagesCopy = "/usr/share/openssh/sshd_config";
constexpr std::string_view kDropIns = "/etc/ssh/sshd_config.d";
constexpr std::string_view kGuard = "/etc/ssh/sshd_config.d/99-reentry.conf";

// What the lost file allowed is not known, so passwords stay shut until a person has looked. The first value
// that sshd meets counts: drop-ins that are left have their say before this.
std::string guard_lines(const Facts& facts) {
  return "# " + std::string(kTransactionMark) +
         ": sshd_config was lost. What it said of passwords is not known, so they are switched off\n"
         "# here. Remove this file once sshd_config is as it should be.\n"
         "PasswordAuthentication no\n" +
         std::string(facts.ssh.at_least(8, 7) ? "KbdInteractiveAuthentication no\n"
                                              : "ChallengeResponseAuthentication no\n");
}

bool reads_drop_ins(const Facts& facts, const std::string& text) {
  return facts.ssh.at_least(8, 2) &&
         text.find("\nInclude /etc/ssh/sshd_config.d/*.conf\n") != std::string::npos;
}

// The file as the package has it, with passwords shut in a drop-in, or below it where this sshd knows no
// Include.
Steps restored(const Facts& facts, const HostPath& path, const std::string& text, bool guarded) {
  Steps steps;
  const bool drop_in = guarded && reads_drop_ins(facts, text);
  steps.push_back(CreateFile{path, guarded && !drop_in ? text + guard_lines(facts) : text, 0644, 0, 0});
  if (!drop_in) return steps;
  const FileFact* directory = facts.paths.find(HostPath(kDropIns));
  if (directory != nullptr && directory->path.end == PathEnd::absent)
    steps.push_back(CreateDirectory{HostPath(kDropIns), 0755, 0, 0});
  steps.push_back(CreateFile{HostPath(kGuard), guard_lines(facts), 0644, 0, 0});
  return steps;
}

bool asks_for_password(const SeenCase& it) {
  return std::any_of(it.seen.traces.begin(), it.seen.traces.end(), [](const LoginTrace* trace) {
    return trace->question.asked && trace->question.kind == CredentialKind::password;
  });
}

}  // namespace

const PathNode* link_at(const Facts& facts, const HostPath& path) {
  const FileFact* fact = facts.paths.find(path);
  const PathNode* node = fact == nullptr ? nullptr : fact->path.visited_at(path);
  return node != nullptr && node->stat.type == FileType::symlink ? node : nullptr;
}

std::vector<std::string> restore_commands(const Facts& facts, const std::string& path) {
  switch (facts.ssh.vendor) {
    case Vendor::debian:
    case Vendor::ubuntu:
      return {"cp " + std::string(kPackagesCopy) + " " + shell_word(path), reload_command(facts)};
    case Vendor::redhat:
    case Vendor::amazon:
      return {"dnf reinstall openssh-server", "ls -l " + shell_word(path), reload_command(facts)};
    default: return {install_command(facts), reload_command(facts)};
  }
}

void add_restore(const SeenCase& it, Finding& finding) {
  const Facts& facts = it.input.facts;
  const auto text = bytes_of(facts, kPackagesCopy);
  if (!text || it.at.path != "/etc/ssh/sshd_config") return;
  const HostPath path(it.at.path);
  const PathNode* link = link_at(facts, path);
  Steps first;
  if (link != nullptr) first.push_back(RemoveFile{path, link->link_target});
  const auto offer = [&](std::string_view name, Risk risk, bool guarded, Text words) {
    Steps steps = first;
    for (Step& step : restored(facts, path, *text, guarded)) steps.push_back(std::move(step));
    add_remedy(finding, name, link != nullptr ? Risk::choice : risk, std::move(words), std::move(steps),
               restore_commands(facts, it.path()));
  };
  if (asks_for_password(it))
    offer("restore-as-is", Risk::choice, false,
          say("Restore the package's own sshd_config of this version. It lets passwords in.",
              "このバージョンのパッケージ付属の sshd_config を復元します。パスワード認証も許可されます。"));
  offer(
      "restore", Risk::safe, true,
      say("Restore the package's own sshd_config of this version, with passwords switched off in {} until "
          "someone has looked: what the lost file allowed is not known.",
          "このバージョンのパッケージ付属の sshd_config を復元します。失われたファイルの設定内容は分からない"
          "ため、確認が済むまで {} でパスワード認証を無効にします。",
          kGuard));
}

}  // namespace reentry
