#include "probe/signature.hpp"

#include <openssl/core_names.h>
#include <openssl/dsa.h>
#include <openssl/ec.h>
#include <openssl/param_build.h>

#include <array>
#include <memory>
#include <optional>

#include "facts/public_key.hpp"
#include "facts/wire.hpp"
#include "probe/openssl.hpp"

namespace reentry::probe {
namespace {

constexpr std::string_view kCertificate = "-cert-v01@openssh.com";
constexpr std::size_t kEd25519 = 32;
// OpenSSH refuses longer moduli (SSHBUF_MAX_BIGNUM).
constexpr std::size_t kLongestNumber = 16384 / 8;

using BuilderPtr = std::unique_ptr<OSSL_PARAM_BLD, FreeWith<OSSL_PARAM_BLD_free>>;
using ParamsPtr = std::unique_ptr<OSSL_PARAM, FreeWith<OSSL_PARAM_free>>;
using EcdsaPtr = std::unique_ptr<ECDSA_SIG, FreeWith<ECDSA_SIG_free>>;
using DsaPtr = std::unique_ptr<DSA_SIG, FreeWith<DSA_SIG_free>>;

BnPtr number_of(std::string_view magnitude) {
  if (magnitude.size() > kLongestNumber) return nullptr;
  return BnPtr(BN_bin2bn(bytes_of(magnitude), static_cast<int>(magnitude.size()), nullptr));
}

PkeyPtr from_params(const char* type, OSSL_PARAM_BLD* builder) {
  const ParamsPtr params(OSSL_PARAM_BLD_to_param(builder));
  const PkeyContextPtr context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* key = nullptr;
  if (params == nullptr || context == nullptr || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params.get()) != 1)
    return nullptr;
  return PkeyPtr(key);
}

struct Number {
  const char* name;
  BnPtr value;
};

template <std::size_t kCount>
PkeyPtr from_numbers(const char* type, const std::array<Number, kCount>& numbers) {
  const BuilderPtr builder(OSSL_PARAM_BLD_new());
  if (builder == nullptr) return nullptr;
  for (const Number& number : numbers) {
    if (number.value == nullptr ||
        OSSL_PARAM_BLD_push_BN(builder.get(), number.name, number.value.get()) != 1)
      return nullptr;
  }
  return from_params(type, builder.get());
}

PkeyPtr rsa_key(WireReader& reader) {
  std::array<Number, 2> numbers{{{OSSL_PKEY_PARAM_RSA_E, number_of(reader.magnitude())},
                                 {OSSL_PKEY_PARAM_RSA_N, number_of(reader.magnitude())}}};
  return reader.ok() ? from_numbers("RSA", numbers) : nullptr;
}

PkeyPtr dsa_key(WireReader& reader) {
  std::array<Number, 4> numbers{{{OSSL_PKEY_PARAM_FFC_P, number_of(reader.magnitude())},
                                 {OSSL_PKEY_PARAM_FFC_Q, number_of(reader.magnitude())},
                                 {OSSL_PKEY_PARAM_FFC_G, number_of(reader.magnitude())},
                                 {OSSL_PKEY_PARAM_PUB_KEY, number_of(reader.magnitude())}}};
  return reader.ok() ? from_numbers("DSA", numbers) : nullptr;
}

PkeyPtr curve_key(WireReader& reader, const char* group) {
  reader.string();  // the curve's name once more
  const std::string_view point = reader.string();
  const BuilderPtr builder(OSSL_PARAM_BLD_new());
  if (!reader.ok() || builder == nullptr ||
      OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, group, 0) != 1 ||
      OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) !=
          1)
    return nullptr;
  return from_params("EC", builder.get());
}

PkeyPtr edwards_key(WireReader& reader) {
  const std::string_view point = reader.string();
  if (!reader.ok() || point.size() != kEd25519) return nullptr;
  return PkeyPtr(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes_of(point), point.size()));
}

template <typename Signature, auto kEncode>
std::string encoded(const Signature* signature) {
  unsigned char* der = nullptr;
  const int size = kEncode(signature, &der);
  if (size <= 0) return {};
  std::string out(reinterpret_cast<const char*>(der), static_cast<std::size_t>(size));
  OPENSSL_free(der);
  return out;
}

// r and s as libcrypto wants them; it takes both over.
template <typename Owner, auto kNew, auto kSet, auto kEncode>
std::string pair_as_der(BnPtr r, BnPtr s) {
  const Owner signature(kNew());
  if (signature == nullptr || r == nullptr || s == nullptr || kSet(signature.get(), r.get(), s.get()) != 1)
    return {};
  (void)r.release();
  (void)s.release();
  return encoded<typename Owner::element_type, kEncode>(signature.get());
}

HostKeyProof check(EVP_PKEY* key, const char* digest, std::string_view signature, std::string_view message) {
  const MdContextPtr context(EVP_MD_CTX_new());
  if (context == nullptr ||
      EVP_DigestVerifyInit_ex(context.get(), nullptr, digest, nullptr, nullptr, key, nullptr) != 1)
    return HostKeyProof::unverified;
  return EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(message),
                          message.size()) == 1
             ? HostKeyProof::good
             : HostKeyProof::wrong;
}

HostKeyProof check_rsa(EVP_PKEY* key, std::string_view name, std::string_view raw, std::string_view message) {
  const char* digest = name == "rsa-sha2-512" ? "SHA512" : name == "rsa-sha2-256" ? "SHA256" : "SHA1";
  const auto size = static_cast<std::size_t>(EVP_PKEY_get_size(key));
  if (raw.size() > size) return HostKeyProof::wrong;
  // Leading zeros may have been left away (ssh-rsa.c:ssh_rsa_verify).
  return check(key, digest, std::string(size - raw.size(), '\0').append(raw), message);
}

HostKeyProof check_curve(EVP_PKEY* key, const char* digest, std::string_view raw, std::string_view message) {
  WireReader numbers(raw);
  BnPtr r = number_of(numbers.magnitude());
  BnPtr s = number_of(numbers.magnitude());
  if (!numbers.ok() || !numbers.at_end()) return HostKeyProof::wrong;
  const std::string der =
      pair_as_der<EcdsaPtr, ECDSA_SIG_new, ECDSA_SIG_set0, i2d_ECDSA_SIG>(std::move(r), std::move(s));
  return der.empty() ? HostKeyProof::wrong : check(key, digest, der, message);
}

HostKeyProof check_dsa(EVP_PKEY* key, std::string_view raw, std::string_view message) {
  constexpr std::size_t kHalf = 20;  // RFC 4253 6.6
  if (raw.size() != 2 * kHalf) return HostKeyProof::wrong;
  const std::string der = pair_as_der<DsaPtr, DSA_SIG_new, DSA_SIG_set0, i2d_DSA_SIG>(
      number_of(raw.substr(0, kHalf)), number_of(raw.substr(kHalf)));
  return der.empty() ? HostKeyProof::wrong : check(key, "SHA1", der, message);
}

// PROTOCOL.u2f: what a security key signs is made of two digests, its flags and its counter.
std::string security_key_message(std::string_view application, WireReader& signature,
                                 std::string_view message) {
  const std::string_view flags_and_counter = signature.take(5);
  return digest_of("SHA256", application) + std::string(flags_and_counter) + digest_of("SHA256", message);
}

struct CurveRow {
  std::string_view type;
  const char* group;
  const char* digest;
};
constexpr std::array<CurveRow, 4> kCurves{{
    {"ecdsa-sha2-nistp256", "P-256", "SHA256"},
    {"ecdsa-sha2-nistp384", "P-384", "SHA384"},
    {"ecdsa-sha2-nistp521", "P-521", "SHA512"},
    {"sk-ecdsa-sha2-nistp256@openssh.com", "P-256", "SHA256"},
}};

HostKeyProof check_by_type(std::string_view type, WireReader& key_fields, std::string_view name,
                           WireReader& signature, std::string_view message) {
  const std::string_view raw = signature.string();
  const bool security_key = type.substr(0, 3) == "sk-";
  PkeyPtr key;
  const CurveRow* curve = nullptr;
  for (const CurveRow& row : kCurves) {
    if (row.type == type) curve = &row;
  }
  if (type == "ssh-rsa") {
    key = rsa_key(key_fields);
  } else if (type == "ssh-dss") {
    key = dsa_key(key_fields);
  } else if (type == "ssh-ed25519" || type == "sk-ssh-ed25519@openssh.com") {
    key = edwards_key(key_fields);
  } else if (curve != nullptr) {
    key = curve_key(key_fields, curve->group);
  } else {
    return HostKeyProof::unverified;
  }
  if (key == nullptr) return HostKeyProof::unverified;
  std::string signed_message;
  if (security_key) {
    signed_message = security_key_message(key_fields.string(), signature, message);
    message = signed_message;
  }
  if (!signature.ok() || !signature.at_end() || !key_fields.ok()) return HostKeyProof::wrong;
  if (type == "ssh-rsa") return check_rsa(key.get(), name, raw, message);
  if (type == "ssh-dss") return check_dsa(key.get(), raw, message);
  return curve != nullptr ? check_curve(key.get(), curve->digest, raw, message)
                          : check(key.get(), nullptr, raw, message);
}

}  // namespace

std::string signature_name(std::string_view algorithm) {
  const std::size_t mark = algorithm.find(kCertificate);
  if (mark == std::string_view::npos) return std::string(algorithm);
  // `sk-ssh-ed25519-cert-v01@openssh.com` is a certificate of `sk-ssh-ed25519@openssh.com`.
  return std::string(algorithm.substr(0, mark)) + (algorithm.substr(0, 3) == "sk-" ? "@openssh.com" : "");
}

HostKeyProof verify_signature(std::string_view algorithm, std::string_view blob, std::string_view signature,
                              std::string_view message) {
  KeyProblem problem{};
  const auto parsed = key_from_blob(blob, problem);
  const std::string plain = parsed ? parsed->plain_blob : std::string(blob);
  WireReader key_fields(plain);
  const std::string_view type = key_fields.string();
  WireReader fields(signature);
  const std::string_view name = fields.string();
  const std::string expected = signature_name(algorithm);
  const bool rsa = expected == "rsa-sha2-256" || expected == "rsa-sha2-512";
  if (!fields.ok() || name != expected || type != (rsa ? "ssh-rsa" : expected)) return HostKeyProof::wrong;
  return check_by_type(type, key_fields, name, fields, message);
}

std::vector<std::string> verified_algorithms() {
  std::vector<std::string> names = {"ssh-ed25519",         "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384",
                                    "ecdsa-sha2-nistp521", "rsa-sha2-512",        "rsa-sha2-256"};
  for (const std::string_view plain : {"ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384",
                                       "ecdsa-sha2-nistp521", "rsa-sha2-512", "rsa-sha2-256"})
    names.push_back(std::string(plain).append(kCertificate));
  for (const char* late :
       {"sk-ssh-ed25519@openssh.com", "sk-ecdsa-sha2-nistp256@openssh.com",
        "sk-ssh-ed25519-cert-v01@openssh.com", "sk-ecdsa-sha2-nistp256-cert-v01@openssh.com", "ssh-rsa",
        "ssh-rsa-cert-v01@openssh.com", "ssh-dss", "ssh-dss-cert-v01@openssh.com"})
    names.emplace_back(late);
  return names;
}

}  // namespace reentry::probe
