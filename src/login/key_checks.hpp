// What sshd asks of a key before it looks into any file: auth2-pubkey.c:userauth_pubkey,
// auth.c:auth_key_is_revoked.
#pragma once

#include "login/key_context.hpp"

namespace reentry {

// PubkeyAuthentication.
[[nodiscard]] KeyOutcome check_method(const KeyContext& context);
// The signature algorithm, the CA's, the length of an RSA key.
[[nodiscard]] KeyOutcome check_algorithm(const KeyContext& context, const PublicKey& key);
// RevokedKeys: a list that sshd can't read refuses every key.
[[nodiscard]] KeyOutcome check_revoked(const KeyContext& context, const PublicKey& key);

// True for a setting that a Match block which can't be decided may change; it is then noted as unknown.
bool note_uncertain(const KeyContext& context, std::string_view keyword, KeyOutcome& out);

}  // namespace reentry
