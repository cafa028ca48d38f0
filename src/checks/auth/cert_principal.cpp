// auth/cert-principal
#include <algorithm>

#include "base/shown.hpp"
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

bool is_principals_file(const SeenCase& it) {
  const FileFact* file = it.input.facts.paths.find(HostPath(it.at.path));
  return file != nullptr && file->path.found() && file->bytes &&
         it.at.path != it.input.facts.config.main_file.str() && it.at.line == 0;
}

// The name to allow: the account's own where the certificate has it, else the only one that it has.
std::string principal_of(const PublicKey& key, const std::string& user) {
  const std::vector<std::string>& names = key.certificate->principals;
  const bool own = std::find(names.begin(), names.end(), user) != names.end();
  if (!own && names.size() != 1) return {};
  std::string name = own ? user : names.front();
  const bool plain = shell_word(name) == name && name.find(',') == std::string::npos;
  return plain ? name : std::string();
}

// principals="LIST" in the cert-authority line at the locus gets the name.
Steps with_principal(const SeenCase& it, const std::string& name) {
  const std::string option = "principals=\"" + std::string(it.raw("wanted")) + "\"";
  const std::size_t at = it.at.text.find(option);
  if (it.at.line == 0 || at == std::string::npos || !it.has("wanted")) return {};
  std::string line = it.at.text;
  while (!line.empty() && line.back() == '\r') line.pop_back();
  line.insert(at + option.size() - 1, "," + name);
  return replace_line(it.input.facts, it.at.path, it.at.line, {line});
}

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation = say("The certificate {} names `{}`, and {} is wanted for the account {}.",
                            "証明書 {0} のプリンシパルは `{1}` ですが、アカウント {3} には {2} が必要です。",
                            it.detail("key_id", it.detail("fingerprint", "?")), it.detail("principals", "-"),
                            it.detail("wanted", it.user()), it.user());
  const PublicKey* key = nullptr;
  for (const LoginTrace* trace : it.seen.traces) {
    if (trace->question.key && trace->question.key->certificate) key = &*trace->question.key;
  }
  Steps steps;
  const PasswdEntry* account = it.account();
  const std::string name = key == nullptr || account == nullptr ? "" : principal_of(*key, account->name);
  if (!name.empty()) {
    steps =
        is_principals_file(it) ? append_lines(it.input.facts, it.at.path, {name}) : with_principal(it, name);
  }
  if (steps.empty()) {
    add_advice(finding, "reissue",
               say("Have a certificate issued with the right principal.",
                   "正しいプリンシパルの証明書を発行します。"),
               {"ssh-keygen -s CA -I ID -n " + shell_word(it.user()) + " KEY.pub"});
  } else {
    add_remedy(finding, "allow-principal", Risk::choice,
               say("Add the principal {} to {}.", "{1} にプリンシパル {0} を追加します。", shown(name, 0),
                   it.where()),
               std::move(steps), {});
  }
}

}  // namespace

constinit const Check kAuthCertPrincipal = {
    .cause = Cause::auth_cert_principal,
    .severity = Severity::blocker,
    .title = {"The certificate does not name this account", "証明書にこのアカウントの名前がありません"},
    .why = {"A certificate lists principals, the names that it may be used for. Without "
            "AuthorizedPrincipalsFile or -Command the account's own name must be among them; with the file, "
            "one of its lines must be. The log says `Certificate does not contain an authorized principal`.",
            "証明書にはプリンシパル（使用できる名前）の一覧があります。AuthorizedPrincipalsFile や "
            "AuthorizedPrincipalsCommand "
            "がなければアカウント名そのものが、ファイルがあればその行のいずれかが含まれている必要があります。"
            "ログには `Certificate does not contain an authorized principal` と記録されます。"},
    .remedy = {"Have a certificate issued for the account, or allow one of its principals.",
               "アカウント名の入った証明書を発行するか、証明書のプリンシパルを許可します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kAuthCertPrincipal, tell); },
};

}  // namespace reentry
