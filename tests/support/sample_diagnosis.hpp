// A diagnosis with one of everything that a renderer must show.
#pragma once

#include "diagnosis/diagnosis.hpp"
#include "support/one_obstacle.hpp"

namespace reentry::testing {

inline Finding sample_finding() {
  Finding finding;
  finding.cause = Cause::auth_home_writable;
  finding.locus = {"file", "/home/alice", 0, "0777 alice:alice"};
  finding.users = {"alice"};
  finding.title = say("The home directory can be written to by others",
                      "ホームディレクトリに他のユーザーの書き込み権があります");
  finding.explanation =
      say("/home/alice has mode 0777: everybody may write to it, so sshd trusts no key below it.",
          "/home/alice の権限は 0777 で、誰でも書き込めます。そのため sshd は鍵を信頼しません。");
  finding.evidence = {finding.locus};
  Remedy remedy;
  remedy.id = "auth/home-writable#drop-write-bits";
  remedy.risk = Risk::safe;
  remedy.text = say("Take the write bits of group and others from /home/alice.",
                    "/home/alice からグループとその他の書き込み権を外します。");
  remedy.steps = {SetMode{HostPath("/home/alice"), 0777, 0755},
                  EditFile{HostPath("/etc/x"), "a\nb\n", "a\nc\n"},
                  EditFile{HostPath("/etc/shadow"), "alice:$6$SECRET:1::::::\n", "alice:*:1::::::\n"}};
  remedy.commands = {"chmod go-w /home/alice"};
  finding.remedies = {remedy};
  finding.hides = {Cause::session_nologin_shell};
  return finding;
}

inline Diagnosis sample_diagnosis() {
  Diagnosis diagnosis;
  diagnosis.target.kind = TargetKind::root;
  diagnosis.target.name = "/mnt/recovery";
  diagnosis.target.os = "Debian GNU/Linux 12 (bookworm)";
  diagnosis.openssh = "9.2p1";
  diagnosis.verdict = Standing::blocked;
  Gate gate =
      refusing("auth/publickey", {Cause::auth_home_writable, {"file", "/home/alice", 0, "0777"}, {}, {}});
  gate.detail = say("/home/alice can be written to by everybody", "/home/alice に誰でも書き込めます");
  LoginTrace trace =
      login_of("alice", {passing("service/config", Stage::service), passing("auth/user", Stage::auth), gate,
                         passing("account/pam", Stage::account)});
  trace.question.from = "203.0.113.5";
  diagnosis.logins = {trace};
  diagnosis.findings = {sample_finding()};
  diagnosis.unseen = {{Why::denied, "/etc/krb5.keytab", "Permission denied"}};
  return diagnosis;
}

}  // namespace reentry::testing
