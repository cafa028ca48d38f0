#include "probe/file_signer.hpp"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>

#include <array>

#include "base/digest.hpp"
#include "facts/wire.hpp"
#include "probe/openssl.hpp"
#include "probe/signature.hpp"

namespace reentry::probe {
namespace {

constexpr std::string_view kBegin = "-----BEGIN OPENSSH PRIVATE KEY-----";
constexpr std::string_view kEnd = "-----END OPENSSH PRIVATE KEY-----";
constexpr std::string_view kMagic("openssh-key-v1\0", 15);
constexpr std::size_t kSeed = 32;

using BuilderPtr = std::unique_ptr<OSSL_PARAM_BLD, FreeWith<OSSL_PARAM_BLD_free>>;
using ParamsPtr = std::unique_ptr<OSSL_PARAM, FreeWith<OSSL_PARAM_free>>;
using BioPtr = std::unique_ptr<BIO, FreeWith<BIO_free_all>>;
using EcdsaPtr = std::unique_ptr<ECDSA_SIG, FreeWith<ECDSA_SIG_free>>;

// The type as ssh names it, and libcrypto's key.
struct Signer {
  std::string type;
  PkeyPtr key;
};

BnPtr number(std::string_view magnitude) {
  return BnPtr(BN_bin2bn(bytes_of(magnitude), static_cast<int>(magnitude.size()), nullptr));
}

PkeyPtr pair_from(const char* type, OSSL_PARAM_BLD* builder) {
  const ParamsPtr params(OSSL_PARAM_BLD_to_param(builder));
  const PkeyContextPtr context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* key = nullptr;
  if (params == nullptr || context == nullptr || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_KEYPAIR, params.get()) != 1)
    return nullptr;
  return PkeyPtr(key);
}

PkeyPtr private_rsa(WireReader& reader) {
  const BnPtr n = number(reader.magnitude());
  const BnPtr e = number(reader.magnitude());
  const BnPtr d = number(reader.magnitude());
  const BuilderPtr builder(OSSL_PARAM_BLD_new());
  if (!reader.ok() || builder == nullptr ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_D, d.get()) != 1)
    return nullptr;
  return pair_from("RSA", builder.get());
}

PkeyPtr private_curve(WireReader& reader) {
  const std::string_view curve = reader.string();
  const std::string_view point = reader.string();
  const BnPtr secret = number(reader.magnitude());
  const char* group = curve == "nistp256" ? "P-256" : curve == "nistp384" ? "P-384" : "P-521";
  const BuilderPtr builder(OSSL_PARAM_BLD_new());
  if (!reader.ok() || builder == nullptr ||
      OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, group, 0) != 1 ||
      OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) !=
          1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_PRIV_KEY, secret.get()) != 1)
    return nullptr;
  return pair_from("EC", builder.get());
}

Signer from_private_part(std::string_view part) {
  WireReader reader(part);
  if (reader.u32() != reader.u32()) return {};
  Signer out;
  out.type = reader.string();
  if (out.type == "ssh-rsa") {
    out.key = private_rsa(reader);
  } else if (out.type == "ssh-ed25519") {
    reader.string();
    const std::string_view secret = reader.string();
    if (secret.size() >= kSeed)
      out.key.reset(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, bytes_of(secret), kSeed));
  } else if (out.type.compare(0, 11, "ecdsa-sha2-") == 0) {
    out.key = private_curve(reader);
  }
  return out;
}

Signer from_openssh(std::string_view file) {
  const std::size_t begin = file.find(kBegin);
  const std::size_t end = file.find(kEnd);
  if (begin == std::string_view::npos || end == std::string_view::npos || end < begin) return {};
  auto bytes = from_base64(file.substr(begin + kBegin.size(), end - begin - kBegin.size()));
  if (!bytes) return {};
  Signer out;
  WireReader reader(*bytes);
  if (reader.take(kMagic.size()) == kMagic && reader.string() == "none") {
    reader.string();
    reader.string();
    if (reader.u32() == 1) {
      reader.string();
      out = from_private_part(reader.string());
    }
  }
  OPENSSL_cleanse(bytes->data(), bytes->size());
  return out;
}

Signer from_pem(std::string_view file) {
  const BioPtr bio(BIO_new_mem_buf(file.data(), static_cast<int>(file.size())));
  if (bio == nullptr) return {};
  // No terminal is asked: an encrypted file has no passphrase here.
  const auto no_passphrase = [](char*, int, int, void*) { return -1; };
  Signer out;
  out.key.reset(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr));
  if (out.key == nullptr) return {};
  if (EVP_PKEY_is_a(out.key.get(), "RSA") == 1) out.type = "ssh-rsa";
  if (EVP_PKEY_is_a(out.key.get(), "ED25519") == 1) out.type = "ssh-ed25519";
  if (EVP_PKEY_is_a(out.key.get(), "EC") == 1)
    out.type = "ecdsa-sha2-nistp" + std::to_string(EVP_PKEY_get_bits(out.key.get()));
  return out;
}

std::optional<std::string> raw_signature(EVP_PKEY* key, const char* digest, std::string_view message) {
  const MdContextPtr context(EVP_MD_CTX_new());
  std::size_t size = 0;
  if (context == nullptr ||
      EVP_DigestSignInit_ex(context.get(), nullptr, digest, nullptr, nullptr, key, nullptr) != 1 ||
      EVP_DigestSign(context.get(), nullptr, &size, bytes_of(message), message.size()) != 1)
    return std::nullopt;
  std::string out(size, '\0');
  if (EVP_DigestSign(context.get(), bytes_of(out), &size, bytes_of(message), message.size()) != 1)
    return std::nullopt;
  out.resize(size);
  return out;
}

std::string pair_of(const std::string& der) {
  const unsigned char* at = bytes_of(std::string_view(der));
  const EcdsaPtr pair(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())));
  std::string out;
  if (pair == nullptr) return out;
  for (const BIGNUM* value : {ECDSA_SIG_get0_r(pair.get()), ECDSA_SIG_get0_s(pair.get())}) {
    std::string magnitude(static_cast<std::size_t>(BN_num_bytes(value)), '\0');
    BN_bn2bin(value, bytes_of(magnitude));
    put_mpint(out, magnitude);
  }
  return out;
}

const char* digest_for(std::string_view name) {
  if (name == "rsa-sha2-512" || name == "ecdsa-sha2-nistp521") return "SHA512";
  if (name == "ecdsa-sha2-nistp384") return "SHA384";
  if (name == "ssh-rsa") return "SHA1";
  return name == "ssh-ed25519" ? nullptr : "SHA256";
}

}  // namespace

std::optional<std::string> sign_with_file(std::string_view file, std::string_view algorithm,
                                          std::string_view message) {
  if (!ready_openssl()) return std::nullopt;
  Signer signer = from_openssh(file);
  if (signer.key == nullptr) signer = from_pem(file);
  const std::string name = signature_name(algorithm);
  const bool fits = signer.type == "ssh-rsa"
                        ? name == "ssh-rsa" || name == "rsa-sha2-256" || name == "rsa-sha2-512"
                        : name == signer.type;
  if (signer.key == nullptr || !fits) return std::nullopt;
  auto raw = raw_signature(signer.key.get(), digest_for(name), message);
  if (!raw) return std::nullopt;
  if (signer.type.compare(0, 6, "ecdsa-") == 0) raw = pair_of(*raw);
  std::string out;
  put_string(out, name);
  put_string(out, *raw);
  return out;
}

}  // namespace reentry::probe
