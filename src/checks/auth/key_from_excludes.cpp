// auth/key-from-excludes
#include "base/shown.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

// from="LIST" becomes from="LIST,ADDRESS" in the line at the locus.
Steps with_address(const SeenCase& it) {
  const std::string_view list = it.raw("from");
  const std::string_view address = it.raw("address");
  const std::string quoted = "\"" + std::string(list) + "\"";
  const std::size_t at = it.at.text.find("from=" + quoted);
  if (list.empty() || address.empty() || at == std::string::npos || it.at.line == 0) return {};
  std::string line = it.at.text;
  while (!line.empty() && line.back() == '\r') line.pop_back();
  line.insert(at + 5 + quoted.size() - 1, "," + std::string(address));
  return replace_line(it.input.facts, it.at.path, it.at.line, {line});
}

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation = say("{}: the key counts only from `{}`, and the client comes from {}.",
                            "{}: この鍵は `{}` からだけ使えますが、接続元は {} です。", it.where(),
                            it.detail("from", "?"), it.detail("address", "?"));
  // What a `!` entry shuts out stays shut out, whatever else the list holds.
  const bool negated = it.raw("from").find('!') != std::string_view::npos;
  add_remedy(finding, "add-address", Risk::choice,
             negated
                 ? say("Change from= so that no `!` entry excludes {}.",
                       "{} が `!` の項目で除外されないように from= を変更します。", it.detail("address", "?"))
                 : say("Add {} to from=.", "from= に {} を追加します。", it.detail("address", "?")),
             negated ? Steps{} : with_address(it),
             {"vi +" + std::to_string(it.at.line) + " " + shell_word(shown(it.at.path, 0))});
}

}  // namespace

constinit const Check kAuthKeyFromExcludes = {
    .cause = Cause::auth_key_from_excludes,
    .severity = Severity::blocker,
    .title = {"The key may not be used from this address", "この接続元からは使えない鍵です"},
    .why = {"A from= option names the addresses from which the key counts. From elsewhere sshd passes it "
            "over and logs `Authentication tried for U with correct key but not from a permitted host`. Host "
            "names in the list only work with UseDNS yes.",
            "from= オプションは、その鍵を使える接続元を限定します。それ以外からの接続では無視され、ログに "
            "`Authentication tried for U with correct key but not from a permitted host` "
            "と記録されます。リスト中のホスト名は UseDNS yes の場合だけ有効です。"},
    .remedy = {"Add the address to from=, if it is meant to be allowed.",
               "許可してよい接続元であれば、from= にアドレスを追加します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kAuthKeyFromExcludes, tell); },
};

}  // namespace reentry
