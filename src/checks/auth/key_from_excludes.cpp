// auth/key-from-excludes
#include <algorithm>

#include "base/shown.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"
#include "facts/pattern.hpp"

namespace reentry {
namespace {

// The list with which the address may come in; empty when an entry that shuts out more than this one address
// stands in the way.
std::string widened(std::string_view list, std::string_view address) {
  std::string out;
  const std::string this_one = "!" + std::string(address);
  for (std::size_t at = 0; at <= list.size();) {
    const std::size_t end = std::min(list.find(',', at), list.size());
    const std::string_view entry = list.substr(at, end - at);
    at = end + 1;
    if (entry == this_one) continue;
    if (!out.empty()) out += ',';
    out += entry;
  }
  if (out.empty()) return std::string(address);
  const ListMatch match = match_address_list(address, out);
  if (match == ListMatch::no) out += "," + std::string(address);
  return match == ListMatch::negated || match == ListMatch::malformed ? std::string() : out;
}

// from="LIST" in the line at the locus lets the address in.
Steps with_address(const SeenCase& it) {
  const std::string_view list = it.raw("from");
  const std::string_view address = it.raw("address");
  const std::string quoted = "\"" + std::string(list) + "\"";
  const std::size_t at = it.at.text.find("from=" + quoted);
  if (list.empty() || address.empty() || at == std::string::npos || it.at.line == 0) return {};
  std::string line = it.at.text;
  while (!line.empty() && line.back() == '\r') line.pop_back();
  const std::string better = widened(list, address);
  if (better.empty()) return {};
  line.replace(at + 5, quoted.size(), "\"" + better + "\"");
  return replace_line(it.input.facts, it.at.path, it.at.line, {line});
}

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation = say("{}: the key counts only from `{}`, and the client comes from {}.",
                            "{}: この鍵は `{}` からだけ使えますが、接続元は {} です。", it.where(),
                            it.detail("from", "?"), it.detail("address", "?"));
  Steps steps = with_address(it);
  const bool negated =
      ("," + std::string(it.raw("from")) + ",").find(",!" + std::string(it.raw("address")) + ",") !=
      std::string::npos;
  add_remedy(finding, "add-address", Risk::choice,
             steps.empty()
                 ? say("Change from= so that no `!` entry excludes {}.",
                       "{} が `!` の項目で除外されないように from= を変更します。", it.detail("address", "?"))
             : negated ? say("Take the entry `!{}` out of from=.", "from= から `!{}` の項目を取り除きます。",
                             it.detail("address", "?"))
                       : say("Add {} to from=.", "from= に {} を追加します。", it.detail("address", "?")),
             std::move(steps),
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
    .remedy =
        {"Add the address to from=, or take out the `!` entry that excludes just this address, if it is "
         "meant to be allowed.",
         "許可してよい接続元であれば、from= にアドレスを追加するか、そのアドレスだけを除外している `!` の項目"
         "を取り除きます。"},
    .tells_apart = {"The same key works from another address.", "同じ鍵が別のアドレスからは使えます。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kAuthKeyFromExcludes, tell); },
};

}  // namespace reentry
