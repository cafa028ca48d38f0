// auth/key-expired
#include "base/shown.hpp"
#include "checks/clock_words.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

// Takes expiry-time="…" and one comma or blank beside it out of the line.
Steps without_expiry(const SeenCase& it) {
  std::string line = it.at.text;
  while (!line.empty() && line.back() == '\r') line.pop_back();
  const std::string option = "expiry-time=\"" + std::string(it.raw("expiry")) + "\"";
  const std::size_t at = line.find(option);
  if (at == std::string::npos || it.at.line == 0) return {};
  const std::size_t end = at + option.size();
  if (end < line.size() && (line[end] == ',' || line[end] == ' ')) {
    const bool last = line[end] == ' ' && at > 0 && line[at - 1] == ',';
    line.erase(last ? at - 1 : at, option.size() + 1);
  } else {
    return {};
  }
  return replace_line(it.input.facts, it.at.path, it.at.line, {line});
}

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation = say("{}: the line expired ({}).", "{}: この行の有効期限は切れています（{}）。",
                            it.where(), it.detail("expiry", "?"));
  add_whose_clock(it, finding);
  add_remedy(finding, "remove-expiry", Risk::choice,
             say("Take the expiry-time out of the line.", "行から expiry-time を取り除きます。"),
             without_expiry(it),
             {"vi +" + std::to_string(it.at.line) + " " + shell_word(shown(it.at.path, 0))});
}

}  // namespace

constinit const Check kAuthKeyExpired = {
    .cause = Cause::auth_key_expired,
    .severity = Severity::blocker,
    .title = {"The key's expiry-time has passed", "鍵の expiry-time を過ぎています"},
    .why = {"An expiry-time= option ends the validity of one line at a date. After it sshd passes the key "
            "over and logs only `entry expired` at debug level.",
            "expiry-time= オプションは、その行の鍵の有効期限を定めます。期限を過ぎると sshd "
            "は鍵を無視し、debug レベルで `entry expired` と記録するだけです。"},
    .remedy = {"Give the line a new date, or replace the key as was planned.",
               "新しい期限を設定するか、予定どおり鍵を交換します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kAuthKeyExpired, tell); },
};

}  // namespace reentry
