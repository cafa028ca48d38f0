// auth/cert-principal
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
  if (key != nullptr && key->certificate->principals.size() == 1 && is_principals_file(it) &&
      shell_word(key->certificate->principals.front()) == key->certificate->principals.front())
    steps = append_lines(it.input.facts, it.at.path, {key->certificate->principals.front()});
  if (steps.empty()) {
    add_advice(finding, "reissue",
               say("Have a certificate issued with the right principal.",
                   "正しいプリンシパルの証明書を発行します。"),
               {"ssh-keygen -s CA -I ID -n " + shell_word(it.user()) + " KEY.pub"});
  } else {
    add_remedy(finding, "allow-principal", Risk::choice,
               say("Add the principal to {}.", "{} にプリンシパルを追加します。", it.path()),
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
