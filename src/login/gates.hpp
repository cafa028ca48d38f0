// The gates of a login, in sshd's own order, one function a group. Each judges only its own decision over the
// facts, as if everything before it had let the login through. Ids are public (the report's `gate`).
#pragma once

#include <memory>
#include <vector>

#include "facts/facts.hpp"
#include "facts/sshd_config.hpp"
#include "login/question.hpp"
#include "login/trace.hpp"

namespace reentry {

struct KeyVerdict;

// What every gate of one login may look at.
struct GateInput {
  const Facts& facts;
  const LoginQuestion& question;
  const EffectiveConfig& startup;     // what sshd has when it starts
  const EffectiveConfig& connection;  // with Match evaluated for this login
  When when = When::next_start;
  const Gates* service = nullptr;  // what service_gates() said, where it was asked
  // What key_verdict() said, once it was asked: several gates of a login lean on it.
  mutable std::shared_ptr<const KeyVerdict> keys = nullptr;
};

// login/system_gates.cpp: system/boot: whether the next start comes as far as sshd (systemd's
// fstab-generator, local-fs.target, default.target, the kernel's command line), for When::next_start alone;
// system/packages and cloud/init, which pass always and tell why something else refuses. Judged once for all,
// before the service.
[[nodiscard]] std::vector<Gate> system_gates(const Facts& facts, When when);
// login/service_gates.cpp: service/binary, service/config, service/privsep, service/host-keys (sshd.c:main in
// its order). They don't depend on the login and are judged once for all. While an sshd listens and greets,
// they pass: what they hold is then met at its next start.
[[nodiscard]] std::vector<Gate> service_gates(const Facts& facts, const EffectiveConfig& startup, When when);
// login/banner_gates.cpp: service/running and service/loaded-config of a target that runs; service/listen,
// which depends on where the login comes from, then banner/hosts-access (libwrap), banner/startups,
// kex/algorithms.
[[nodiscard]] std::vector<Gate> banner_gates(const GateInput& input);
// login/user_gates.cpp: auth/user, auth/refuse-connection, auth/account-state (UsePAM no), auth/shell,
// auth/allow-deny (auth.c:getpwnamallow, allowed_user).
[[nodiscard]] std::vector<Gate> user_gates(const GateInput& input);
// login/method_gates.cpp: auth/methods, then auth/publickey or auth/password for the credential asked about;
// for `any` the one that lets in, or all that refuse (auth2.c, auth2-pubkey.c, auth2-passwd.c).
[[nodiscard]] std::vector<Gate> method_gates(const GateInput& input);
// login/publickey.cpp: auth/publickey for one key (C6-C12 of auth2-pubkey.c, auth2-pubkeyfile.c,
// misc.c:safe_path). For every key of an account see login/key_verdict.hpp.
[[nodiscard]] Gate publickey_gate(const GateInput& input, const PublicKey& key);
// login/password.cpp: auth/password: the right password through PAM's auth stack or crypt(3).
[[nodiscard]] Gate password_gate(const GateInput& input);
// login/password.cpp: whether the method `none`, which clients try first, lets the user in: the password is
// empty and PermitEmptyPasswords takes it (auth2-none.c:userauth_none, auth-passwd.c:auth_password).
[[nodiscard]] bool needs_no_credential(const GateInput& input);
// login/root_gate.cpp: auth/root-login (auth.c:auth_root_allowed). `method` is publickey or password.
[[nodiscard]] Gate root_gate(const GateInput& input, bool by_key);
// login/account_gates.cpp: account/pam (auth-pam.c:do_pam_account).
[[nodiscard]] std::vector<Gate> account_gates(const GateInput& input);
// login/session_gates.cpp: session/pam, session/nologin, session/chroot, session/command, session/shell
// (session.c). The session asked about is `ssh HOST true`.
[[nodiscard]] std::vector<Gate> session_gates(const GateInput& input);

}  // namespace reentry
