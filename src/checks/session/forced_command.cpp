// session/forced-command
#include <algorithm>

#include "base/shown.hpp"
#include "checks/config_edits.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

// Takes command="…" out of a key's line; a command with quotes inside is left to a person.
Steps without_command(const SeenCase& it) {
  std::string line = it.at.text;
  while (!line.empty() && line.back() == '\r') line.pop_back();
  const std::string option = "command=\"" + std::string(it.raw("command")) + "\"";
  const std::size_t at = line.find(option);
  if (at == std::string::npos || it.at.line == 0) return {};
  const std::size_t end = at + option.size();
  if (end >= line.size() || (line[end] != ',' && line[end] != ' ')) return {};
  const bool last = line[end] == ' ' && at > 0 && line[at - 1] == ',';
  line.erase(last ? at - 1 : at, option.size() + 1);
  return replace_line(it.input.facts, it.at.path, it.at.line, {line});
}

// The same block locks its users into a directory: it makes accounts for sftp alone, and without the command
// they would have neither sftp nor a shell.
bool is_jailed(const SeenCase& it) {
  const std::vector<ConfigLine>& lines = it.input.facts.config.lines;
  const auto command = std::find_if(lines.begin(), lines.end(), [&it](const ConfigLine& line) {
    return line.keyword == "forcecommand" && line.at.file == it.at.path && line.at.line == it.at.line;
  });
  if (command == lines.end()) return false;
  return std::any_of(lines.begin(), lines.end(), [&command](const ConfigLine& line) {
    return line.keyword == "chrootdirectory" && !line.dead && line.match == command->match &&
           !line.values.empty() && line.values.front() != "none";
  });
}

void tell(const SeenCase& it, Finding& finding) {
  const bool key = it.raw("by") == "key";
  finding.explanation = say("{}: `{}` runs in place of what {} asks for.",
                            "{0}: {2} が要求したコマンドの代わりに `{1}` が実行されます。", it.where(),
                            it.detail("command", "?"), it.user());
  if (is_jailed(it)) {
    add_advice(
        finding, "other-account",
        say("{} is an account for sftp alone, by ForceCommand and ChrootDirectory together. For a shell use "
            "another account.",
            "{} は ForceCommand と ChrootDirectory により SFTP "
            "専用です。シェルには別のアカウントを使います。",
            it.user()));
    return;
  }
  add_remedy(finding, "drop", Risk::choice,
             key ? say("Take the command= out of the key's line. The key then gives a shell.",
                       "鍵の行から command= を取り除きます。この鍵でシェルが使えるようになります。")
                 : say("Comment the ForceCommand out.", "ForceCommand をコメントにします。"),
             key ? without_command(it) : drop_line(it, "reentry: ran in place of every command"),
             {edit_command(it)});
}

}  // namespace

constinit const Check kSessionForcedCommand = {
    .cause = Cause::session_forced_command,
    .severity = Severity::blocker,
    .title = {"Another command runs in place of the client's",
              "クライアントのコマンドの代わりに別のコマンドが実行されます"},
    .why = {"ForceCommand, or command= in front of a key, replaces whatever the client asks for; the login "
            "succeeds but gives no shell and runs no other command. Keys for backups and accounts for sftp "
            "only have it on purpose.",
            "ForceCommand や鍵の前の command= "
            "は、クライアントの要求を置き換えます。ログインは成功しますが、シェルもほかのコマンドも使えません"
            "。バックアップ用の鍵や sftp 専用アカウントでは意図的な設定です。"},
    .remedy = {"Use another key or account for a shell, or take the forced command away.",
               "シェルには別の鍵やアカウントを使うか、強制コマンドを外します。"},
    .tells_apart = {"Every command gives the same answer.", "どのコマンドでも同じ応答になります。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kSessionForcedCommand, tell); },
};

}  // namespace reentry
