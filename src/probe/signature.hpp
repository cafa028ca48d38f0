// Signatures of host keys (RFC 4253 6.6, RFC 5656 3.1.2, RFC 8332, RFC 8709, PROTOCOL.u2f).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "facts/probe_reply.hpp"

namespace reentry::probe {

// Whether `signature` over `message` was made with the key of `blob` (of a certificate: with the key in it),
// under the name that `algorithm`, as agreed in KEXINIT, stands for. `unverified`: a key type or signature
// that this program has no code for.
[[nodiscard]] HostKeyProof verify_signature(std::string_view algorithm, std::string_view blob,
                                            std::string_view signature, std::string_view message);

// The name inside a signature made under this algorithm: `rsa-sha2-512` for
// `rsa-sha2-512-cert-v01@openssh.com`.
[[nodiscard]] std::string signature_name(std::string_view algorithm);

// What a probe asks for where the caller has no order of their own: every algorithm that can be verified,
// OpenSSH's order, certificates and security keys behind the plain ones, SHA-1 and DSA last.
[[nodiscard]] std::vector<std::string> verified_algorithms();

}  // namespace reentry::probe
