// service/config-syntax
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/ascii_case.hpp"
#include "base/line_diff.hpp"
#include "base/shown.hpp"
#include "checks/config_edits.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"
#include "checks/service/config_mending.hpp"
#include "checks/service/include_loop.hpp"
#include "login/exhibits.hpp"

namespace reentry {
namespace {

constexpr std::string_view kNote = "reentry: sshd refused this line: ";

std::string line_at(const SeenCase& it) {
  const auto bytes = bytes_of(it.input.facts, it.at.path);
  std::string line = bytes ? line_of(*bytes, it.at.line) : std::string();
  while (!line.empty() && line.back() == '\r') line.pop_back();
  return line;
}

constexpr std::string_view kWithinMatch = "within a Match block";

bool says_what_holds(const EffectiveConfig& startup, const ConfigWords& words) {
  return startup[lowered(words.keyword)].first() == words.value;
}

// Keywords that count for the whole daemon stand in a Match block, all those of the file at once, since a
// Match that lost its end swallows many: they go in front of the first block, or become comments where they
// say what holds anyway.
Steps out_of_match(const SeenCase& it) {
  const Facts& facts = it.input.facts;
  const auto bytes = bytes_of(facts, it.at.path);
  if (!bytes) return {};
  std::size_t match = 0;
  for (const MatchBlock& block : facts.config.blocks) {
    if (block.at.file == it.at.path && (match == 0 || block.at.line < match)) match = block.at.line;
  }
  std::map<std::size_t, std::string_view> misplaced;
  for (const ConfigProblem& problem : facts.config.problems) {
    if (problem.at.file == it.at.path && problem.message.find(kWithinMatch) != std::string::npos)
      misplaced.emplace(problem.at.line, problem.message);
  }
  const EffectiveConfig startup = effective_config(facts.config, facts.ssh, MatchContext{});
  const std::vector<std::string_view> lines = split_lines(*bytes);
  const std::string_view line_end = lines.front().ends_with("\r\n") ? "\r\n" : "\n";
  std::string moved;
  std::string rest;
  std::size_t place = 0;  // of the first block in `rest`
  for (std::size_t number = 1; number <= lines.size(); ++number) {
    const std::string_view line = lines[number - 1];
    if (number == match) place = rest.size();
    const auto found = misplaced.find(number);
    const ConfigWords words = config_words(line.substr(0, line.find_first_of("\r\n")));
    if (found == misplaced.end()) {
      rest += line;
    } else if (match == 0 || number < match || says_what_holds(startup, words)) {
      rest += fmt::format("# {}{}{}#{}", kNote, shown(found->second), line_end, line);
    } else {
      moved += fmt::format("{} {}{}{}", words.keyword, words.value, words.tail, line_end);
    }
  }
  return edit_file(facts, it.at.path, rest.insert(place, moved));
}

// An -o option in the file that gives sshd its arguments.
void tell_option(const SeenCase& it, Finding& finding) {
  const std::string keyword(it.raw("keyword"));
  const auto bytes = bytes_of(it.input.facts, it.at.path);
  const std::size_t at = bytes && !keyword.empty() ? bytes->find(keyword) : std::string::npos;
  Steps steps;
  if (at != std::string::npos) {
    const std::size_t end = std::min(bytes->find_first_of(" \t\"'\r\n", at), bytes->size());
    std::string option = bytes->substr(at, end - at);
    const std::size_t equals = option.find('=');
    if (equals != std::string::npos) option[equals] = ' ';
    for (const LineMend& mend : mends_of(it.input.facts, option)) {
      if (mend.lines.size() != 1 || !steps.empty()) continue;
      const ConfigWords words = config_words(mend.lines.front());
      steps = edit_file(it.input.facts, it.at.path,
                        bytes->substr(0, at) + words.keyword + "=" + words.value + bytes->substr(end));
    }
  }
  add_remedy(finding, "correct-option", Risk::safe,
             say("Correct the option in {}.", "{} のオプションを修正します。", it.where()), std::move(steps),
             {"vi " + shell_word(shown(it.at.path, 0))});
}

// Files that include each other for ever: the line that leads back goes.
void tell_loop(const SeenCase& it, Finding& finding) {
  const Facts& facts = it.input.facts;
  const auto loop = include_loop(facts.config, facts.ssh.config_directory);
  if (!loop) {
    add_advice(finding, "nest-less",
               say("Nest the Include lines less deeply.", "Include の入れ子を浅くします。"),
               {edit_command(it)});
    return;
  }
  const std::string where = shown(loop->at.file, 0) + ":" + std::to_string(loop->at.line);
  add_remedy(
      finding, "break-loop", loop->nothing_lost ? Risk::safe : Risk::choice,
      loop->nothing_lost
          ? say("Comment out the Include line at {}, which leads back to a file that is being read. All "
                "files are still included without it.",
                "読み込み中のファイルに戻ってしまう {} の Include 行をコメントにします。すべてのファイルは"
                "この行がなくても読み込まれます。",
                where)
          : say("Comment out the Include line at {}, which leads back to a file that is being read. Other "
                "files that it names are then not included either.",
                "読み込み中のファイルに戻ってしまう {} の Include 行をコメントにします。この行で指定された"
                "ほかのファイルも読み込まれなくなります。",
                where),
      comment_out(facts, loop->at.file, loop->at.line, loop->at.line,
                  "reentry: this Include leads back to a file that is being read"),
      {"vi +" + std::to_string(loop->at.line) + " " + shell_word(shown(loop->at.file, 0)),
       reload_command(facts)});
}

void tell(const SeenCase& it, Finding& finding) {
  const std::string line = it.at.line == 0 ? it.at.text : line_at(it);
  finding.explanation = say("{}: `{}`. sshd does not start with this line: {}",
                            "{}: `{}`。sshd のメッセージは「{}」で、この行がある限り起動しません。",
                            it.where(), shown(line), it.detail("message", "bad configuration"));
  const std::string reload = reload_command(it.input.facts);
  if (it.raw("message") == "Too many recursive configuration includes") return tell_loop(it, finding);
  if (it.at.line == 0) return tell_option(it, finding);
  if (it.raw("message").find(kWithinMatch) != std::string_view::npos) {
    add_remedy(finding, "out-of-match", Risk::safe,
               say("Take the line out of the Match block: it counts for the whole daemon.",
                   "この行を Match ブロックの外に出します。デーモン全体の設定です。"),
               out_of_match(it), {edit_command(it), reload});
    return;
  }
  const std::string note = std::string(kNote) + std::string(it.raw("message"));
  for (LineMend& mend : mends_of(it.input.facts, line)) {
    Steps steps;
    if (mend.lines.empty()) steps = drop_line(it, note);
    if (!mend.lines.empty()) steps = replace_line(it.input.facts, it.at.path, it.at.line, mend.lines);
    add_remedy(finding, mend.name, mend.risk, std::move(mend.text), std::move(steps),
               {edit_command(it), reload});
  }
}

}  // namespace

constinit const Check kServiceConfigSyntax = {
    .cause = Cause::service_config_syntax,
    .severity = Severity::blocker,
    .title = {"A line of sshd_config is wrong", "sshd_config の行に誤りがあります"},
    .why =
        {"sshd reads its whole configuration before it listens, drop-ins included. One keyword that it does "
         "not know, or one value that it can't use, and it ends with status 255; whoever connects then gets "
         "`Connection refused`. A daemon that is already running goes on until it is restarted or reloaded, "
         "so that the fault often shows days later. `sshd -t` names the line. Some errors end the reading at "
         "once, so that mending the first brings up the next: all of them are listed here.",
         "sshd "
         "は待ち受けを始める前に、ドロップインを含む設定全体を読みます。知らないキーワードや使えない値が一つ"
         "でもあるとステータス 255 で終了し、接続しようとすると `Connection refused` "
         "になります。すでに稼働中のデーモンは再起動や再読み込みまで動き続けるため、問題が数日後に表面化する"
         "こともあります。`sshd -t` "
         "を実行すると該当行が分かります。最初のエラーで読み込みが止まるものもあり、一つ直すと次が現れること"
         "がありますが、ここではすべて列挙します。"},
    .remedy = {"Correct the line, or comment it out; then test with `sshd -t` before the service is "
               "restarted. Don't replace the whole file: it holds settings that belong to this distribution.",
               "その行を修正するかコメントにし、サービスを再起動する前に `sshd -t` "
               "で確認します。ファイル全体を置き換えないでください。ディストリビューション固有の設定が含まれ"
               "ています。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kServiceConfigSyntax, tell); },
};

}  // namespace reentry
