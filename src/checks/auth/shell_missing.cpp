// auth/shell-missing
#include "base/shown.hpp"
#include "checks/account_edits.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

// The shell without the blanks around its name, where the facts saw such a program; empty otherwise.
std::string trimmed_shell(const SeenCase& it) {
  std::string_view shell = it.raw("shell");
  constexpr std::string_view kBlanks = " \t";
  const std::size_t begin = shell.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  shell = shell.substr(begin, shell.find_last_not_of(kBlanks) - begin + 1);
  if (shell == it.raw("shell")) return {};
  const FileFact* fact = it.input.facts.paths.find(HostPath(shell));
  const bool runs = fact != nullptr && fact->path.found() && (fact->path.node().stat.mode & 0111U) != 0;
  return runs ? std::string(shell) : std::string();
}

// All line ends of the file, since one editor turned them all.
Steps without_carriage_returns(const Facts& facts) {
  const auto bytes = bytes_of(facts, "/etc/passwd");
  if (!bytes) return {};
  std::string after;
  for (std::size_t i = 0; i < bytes->size(); ++i) {
    if ((*bytes)[i] != '\r' || i + 1 >= bytes->size() || (*bytes)[i + 1] != '\n') after += (*bytes)[i];
  }
  return edit_file(facts, "/etc/passwd", after);
}

void tell(const SeenCase& it, Finding& finding) {
  const std::string shell = it.detail("shell", "?");
  finding.explanation = say(
      "The shell of {} is {}, and there is no such file. sshd refuses the user before any key is looked at.",
      "{} のシェル {} が存在しません。sshd は鍵を調べる前にこのユーザーを拒否します。", it.user(), shell);
  if (it.has("carriage_return")) {
    add_remedy(finding, "line-ends", Risk::safe,
               say("Remove the carriage returns at the line ends of /etc/passwd.",
                   "/etc/passwd の行末の CR（復帰文字）を取り除きます。"),
               without_carriage_returns(it.input.facts), {"sed -i 's/\\r$//' /etc/passwd"});
    return;
  }
  const PasswdEntry* user = it.account();
  if (const std::string meant = trimmed_shell(it); !meant.empty() && user != nullptr)
    add_remedy(finding, "trim", Risk::choice,
               say("Remove the blank beside {}, the shell of {}.",
                   "{1} のシェル {0} の前後の空白を取り除きます。", shown(meant), it.user()),
               set_passwd_field(it.input.facts, *user, 6, meant),
               {"usermod -s " + shell_word(meant) + " " + shell_word(it.user())});
  const std::string other = present_shell(it.input.facts, user);
  add_remedy(
      finding, "change", Risk::choice,
      say("Give {} the shell {}.", "{} のシェルを {} に変更します。", it.user(),
          other.empty() ? "/bin/sh" : other),
      other.empty() ? Steps{} : set_passwd_field(it.input.facts, *user, 6, other),
      {"usermod -s " + (other.empty() ? std::string("/bin/sh") : other) + " " + shell_word(it.user())});
}

}  // namespace

constinit const Check kAuthShellMissing = {
    .cause = Cause::auth_shell_missing,
    .severity = Severity::blocker,
    .title = {"The login shell does not exist", "ログインシェルが存在しません"},
    .why = {"Before it looks at any key or password sshd tests that the shell of the account exists. A shell "
            "that was uninstalled, a path from another distribution or a carriage return at the end of the "
            "line makes the user invalid for sshd; the log says `not allowed because shell S does not "
            "exist`. /etc/shells is not consulted.",
            "sshd "
            "は鍵やパスワードを調べる前に、アカウントのシェルが存在するかを確認します。シェルがアンインストー"
            "ルされた、別のディストリビューションのパスである、行末に "
            "CR（復帰文字）が付いている、といった場合はユーザー自体が無効とみなされ、ログには `not allowed "
            "because shell S does not exist` と記録されます。/etc/shells は参照されません。"},
    .remedy = {"Give the account a shell that is there, or install the missing one.",
               "存在するシェルに変更するか、足りないシェルをインストールします。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kAuthShellMissing, tell); },
};

}  // namespace reentry
