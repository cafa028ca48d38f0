// auth/selinux-home
#include <fmt/format.h>

#include <algorithm>

#include "base/shown.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

// What the path would be were the home an ordinary one, for which file_contexts have labels.
HostPath ordinary(const HostPath& path, const HostPath& home, const std::string& user) {
  if (!path.is_within(home)) return HostPath("/home");
  return HostPath("/home/" + user + path.str().substr(home.str().size()));
}

// A question about the node that was put to the policy, whichever use it was for.
const LabelFact* fact_at(const LabelFacts& labels, const HostPath& path) {
  for (const LabelUse use : {LabelUse::judge, LabelUse::read, LabelUse::search}) {
    if (const LabelFact* fact = labels.find(path, use, LabelActor::session)) return fact;
  }
  return nullptr;
}

std::vector<HostPath> nodes_of(std::string_view list) {
  std::vector<HostPath> out;
  while (!list.empty()) {
    const std::size_t end = std::min(list.find('\n'), list.size());
    if (end > 0) out.emplace_back(list.substr(0, end));
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return out;
}

// A path as a pattern of file_contexts, which are regular expressions without blanks; nothing where it has
// some.
std::string pattern_of(const HostPath& path) {
  std::string out;
  for (const char c : path.str()) {
    if (c == ' ' || c == '\t' || c == '\n') return {};
    if (std::string_view(".^$?*+|[({])}\\").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

// More lines in a file of the policy's contexts, which need not be there yet.
Steps with_lines(const Facts& facts, const std::string& file, const std::vector<std::string>& lines) {
  const FileFact* fact = facts.paths.find(HostPath(file));
  if (fact != nullptr && fact->bytes) return append_lines(facts, file, lines);
  if (fact == nullptr || !fact->bytes.is_absent()) return {};
  std::string bytes;
  for (const std::string& line : lines) bytes += line + "\n";
  return {CreateFile{HostPath(file), bytes, 0644, 0, 0, {}, {}}};
}

struct Rules {
  Steps steps;
  std::vector<std::string> commands;
  bool whole = true;
};

// An equivalence for the home (what `semanage fcontext -e` writes), a rule for each directory above it, and
// the labels that follow.
Rules rules_for(const SeenCase& it, const HostPath& home, const std::string& user) {
  const Facts& facts = it.input.facts;
  const std::string contexts = "/etc/selinux/" + facts.labels.config.type + "/contexts/files/file_contexts";
  Rules out;
  const auto add = [&out](const Steps& steps) {
    out.whole = out.whole && !steps.empty();
    out.steps.insert(out.steps.end(), steps.begin(), steps.end());
  };
  Steps labels;
  std::vector<std::string> local;
  for (const HostPath& path : nodes_of(it.raw("nodes"))) {
    const LabelFact* fact = fact_at(facts.labels, path);
    const LabelFact* model = fact_at(facts.labels, ordinary(path, home, user));
    const bool good =
        fact != nullptr && fact->label && model != nullptr && model->expected && !model->expected->empty();
    out.whole = out.whole && good;
    if (!good) continue;
    labels.push_back(SetLabel{path, *fact->label, *model->expected});
    const std::string pattern = pattern_of(path);
    out.whole = out.whole && !pattern.empty();
    if (path.is_within(home)) continue;
    const std::string type(type_of_label(*model->expected));
    local.push_back(fmt::format("{}    -d    {}", pattern, *model->expected));
    out.commands.push_back(
        fmt::format("semanage fcontext -a -f d -t {} {}", shown(type), shell_word(shown(pattern, 0))));
  }
  const std::string model = "/home/" + user;
  if (!local.empty()) add(with_lines(facts, contexts + ".local", local));
  add(with_lines(facts, contexts + ".subs", {fmt::format("{} {}", home.str(), model)}));
  out.commands.push_back(
      fmt::format("semanage fcontext -a -e {} {}", shell_word(shown(model, 0)), shell_word(it.path())));
  for (const HostPath& path : nodes_of(it.raw("nodes"))) {
    if (!path.is_within(home)) out.commands.push_back("restorecon -v " + shell_word(shown(path.str(), 0)));
  }
  out.commands.push_back("restorecon -R -v " + shell_word(it.path()));
  out.steps.insert(out.steps.end(), labels.begin(), labels.end());
  return out;
}

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation = say(
      "The home {} of {} lies where the policy expects no homes: what belongs there by its file_contexts is "
      "refused to {}. `restorecon` alone does not help.",
      "{} は、ポリシーがホームを想定していない場所にあります（{} のホーム）。file_contexts "
      "の定めるラベルのままでは "
      "{} がアクセスできず、`restorecon` だけでは直りません。",
      it.path(), it.detail("account"), it.detail("domain"));
  const HostPath home(it.raw("path"));
  const std::string user(it.raw("account"));
  const bool plain = !user.empty() && user.find('/') == std::string::npos && !pattern_of(home).empty();
  Rules rules;
  if (plain) rules = rules_for(it, home, user);
  if (!plain || !rules.whole) {
    add_advice(finding, "rule",
               say("Tell the policy that homes may lie there, then give the files their labels.",
                   "その場所にホームがあることをポリシーに登録し、ラベルを付け直します。"),
               {"semanage fcontext -a -e /home " + shell_word(shown(home.parent().str(), 0)),
                "restorecon -R -v " + shell_word(it.path())});
    return;
  }
  add_remedy(
      finding, "rule", Risk::choice,
      say("Add a rule that treats {} like a home below /home, and set the labels that follow from it.",
          "{} を /home 配下のホームと同様に扱う規則を追加し、それに従ったラベルを付けます。", it.path()),
      rules.steps, rules.commands);
}

}  // namespace

constinit const Check kAuthSelinuxHome = {
    .cause = Cause::auth_selinux_home,
    .severity = Severity::blocker,
    .title = {"The home lies where SELinux expects no homes",
              "ホームが SELinux の想定していない場所にあります"},
    .why =
        {"The labels of homes come from patterns for the usual places. A home somewhere else, such as "
         "/data/home/bob, gets default_t, and sshd_t may neither pass through such directories nor read keys "
         "in them. With SELinux enforcing no key of that account works.",
         "ホームのラベルは、通常の場所に対するパターンから決まります。/data/home/bob "
         "のような別の場所のホームは "
         "default_t となり、sshd_t はそのディレクトリを通ることも、中の鍵を読むこともできません。SELinux が "
         "enforcing だと、そのアカウントではどの鍵も使えません。"},
    .remedy =
        {"`semanage fcontext -a -e /home /data/home`, then `restorecon -R -v /data`. fix adds a rule for the "
         "one home and sets its labels.",
         "`semanage fcontext -a -e /home /data/home` の後に `restorecon -R -v /data` を実行します。fix "
         "はそのホームだけの規則を追加し、ラベルを付けます。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kAuthSelinuxHome, tell); },
};

}  // namespace reentry
