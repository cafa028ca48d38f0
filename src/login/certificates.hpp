// Certificates: trusted by a cert-authority line of the user's files or by TrustedUserCAKeys, and allowed by
// their principals, options and validity (auth2-pubkey.c:user_cert_trusted_ca, auth2-pubkeyfile.c, sshkey.c:
// sshkey_cert_check_authority, auth-options.c:sshauthopt_from_cert).
#pragma once

#include "login/key_context.hpp"
#include "login/keys_files.hpp"

namespace reentry {

// By a cert-authority line; `line` names the CA of `key`.
[[nodiscard]] KeyOutcome judge_certificate_line(const KeyContext& context, const KeysFile& file,
                                                const AuthorizedLine& line, const PublicKey& key);

// By TrustedUserCAKeys. Without any obstacle, gap or way in when the keyword is not set.
[[nodiscard]] KeyOutcome judge_trusted_ca(const KeyContext& context, const PublicKey& key);

}  // namespace reentry
