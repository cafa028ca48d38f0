#include "probe/key_exchange.hpp"

#include <openssl/ec.h>

#include <algorithm>
#include <array>

#include "facts/wire.hpp"

namespace reentry::probe {
namespace {

constexpr char kEcdhInit = 30;
constexpr char kEcdhReply = 31;
constexpr char kGexGroup = 31;
constexpr char kGexInit = 32;
constexpr char kGexReply = 33;
constexpr char kGexRequest = 34;
// RFC 4419 as RFC 8270 has it; OpenSSH refuses groups outside of 2048 to 8192 bits, older servers have 1024.
constexpr std::uint32_t kGexLeast = 1024;
constexpr std::uint32_t kGexWanted = 2048;
constexpr std::uint32_t kGexMost = 8192;
// Twice the strength of the longest key that is derived.
constexpr int kExponentBits = 512;
constexpr std::size_t kX25519 = 32;

// H over the transcript, the host key and what the method puts between them and the secret.
bool finish(const KexTranscript& said, std::string_view own_part, std::string_view magnitude_of_secret,
            KexOutcome& outcome) {
  std::string hashed;
  hashed.reserve(1024 + said.client_init.size() + said.server_init.size() + outcome.host_key.size());
  put_string(hashed, said.client_identification);
  put_string(hashed, said.server_identification);
  put_string(hashed, said.client_init);
  put_string(hashed, said.server_init);
  put_string(hashed, outcome.host_key);
  hashed += own_part;
  std::string secret;
  secret.reserve(magnitude_of_secret.size() + 8);
  put_mpint(secret, magnitude_of_secret);
  outcome.secret = Secret(secret);
  MdContextPtr digest(EVP_MD_CTX_new());
  const EVP_MD* kind = EVP_get_digestbyname(outcome.digest);
  outcome.hash.assign(EVP_MAX_MD_SIZE, '\0');
  unsigned size = 0;
  const bool good = digest != nullptr && kind != nullptr &&
                    EVP_DigestInit_ex(digest.get(), kind, nullptr) == 1 &&
                    EVP_DigestUpdate(digest.get(), hashed.data(), hashed.size()) == 1 &&
                    EVP_DigestUpdate(digest.get(), secret.data(), secret.size()) == 1 &&
                    EVP_DigestFinal_ex(digest.get(), bytes_of(outcome.hash), &size) == 1;
  outcome.hash.resize(size);
  OPENSSL_cleanse(secret.data(), secret.size());
  return good;
}

PkeyPtr peer_key(EVP_PKEY* own, std::string_view point) {
  PkeyPtr peer(EVP_PKEY_new());
  if (peer == nullptr || EVP_PKEY_copy_parameters(peer.get(), own) != 1 ||
      EVP_PKEY_set1_encoded_public_key(peer.get(), bytes_of(point), point.size()) != 1)
    return nullptr;
  return peer;
}

// X25519 and the NIST curves: both are ECDH with other encodings of a point.
class EcExchange final : public KeyExchange {
 public:
  EcExchange(const char* curve, const char* digest, FillRandom random)
      : curve_(curve), digest_(digest), random_(std::move(random)) {}

  std::string begin() override {
    unsigned char* point = nullptr;
    if (curve_ == nullptr) {
      Secret secret(kX25519);
      if (!random_(secret.data(), kX25519)) return {};
      own_.reset(EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, nullptr, secret.data(), kX25519));
    } else {
      own_.reset(EVP_EC_gen(curve_));
    }
    if (own_ == nullptr) return {};
    const std::size_t size = EVP_PKEY_get1_encoded_public_key(own_.get(), &point);
    if (size == 0) return {};
    own_point_.assign(reinterpret_cast<const char*>(point), size);
    OPENSSL_free(point);
    std::string message(1, kEcdhInit);
    put_string(message, own_point_);
    return message;
  }

  KexStep take(std::string_view payload, const KexTranscript& said, std::string&,
               KexOutcome& outcome) override {
    WireReader reader(payload);
    if (reader.byte() != kEcdhReply || own_ == nullptr) return KexStep::malformed;
    outcome.host_key = reader.string();
    const std::string_view point = reader.string();
    outcome.signature = reader.string();
    if (!reader.ok() || (curve_ == nullptr && point.size() != kX25519)) return KexStep::malformed;
    const PkeyPtr peer =
        curve_ == nullptr
            ? PkeyPtr(EVP_PKEY_new_raw_public_key(EVP_PKEY_X25519, nullptr, bytes_of(point), point.size()))
            : peer_key(own_.get(), point);
    if (peer == nullptr) return KexStep::malformed;
    PkeyContextPtr context(EVP_PKEY_CTX_new(own_.get(), nullptr));
    std::size_t size = 0;
    // A point of small order gives no secret: derive fails (RFC 8731 3).
    if (context == nullptr || EVP_PKEY_derive_init(context.get()) != 1 ||
        EVP_PKEY_derive_set_peer(context.get(), peer.get()) != 1 ||
        EVP_PKEY_derive(context.get(), nullptr, &size) != 1)
      return KexStep::malformed;
    Secret secret(size);
    if (EVP_PKEY_derive(context.get(), secret.data(), &size) != 1) return KexStep::malformed;
    secret.shorten(size);
    std::string points;
    put_string(points, own_point_);
    put_string(points, point);
    outcome.digest = digest_;
    return finish(said, points, secret.view(), outcome) ? KexStep::finished : KexStep::failed;
  }

 private:
  const char* curve_;  // null: X25519
  const char* digest_;
  FillRandom random_;
  PkeyPtr own_;
  std::string own_point_;
};

// The client's side of Diffie-Hellman in a group of integers.
class DhSide {
 public:
  // Generates our half. False: libcrypto failed.
  bool start(BnPtr prime, BnPtr generator, const FillRandom& random) {
    prime_ = std::move(prime);
    generator_ = std::move(generator);
    context_.reset(BN_CTX_new());
    public_.reset(BN_new());
    if (prime_ == nullptr || generator_ == nullptr || context_ == nullptr || public_ == nullptr) return false;
    const int bits = std::min(kExponentBits, BN_num_bits(prime_.get()) - 2);
    Secret raw(static_cast<std::size_t>(bits) / 8);
    if (!random(raw.data(), raw.size())) return false;
    raw.data()[0] |= 0x40U;
    private_.reset(BN_bin2bn(raw.data(), static_cast<int>(raw.size()), nullptr));
    if (private_ == nullptr) return false;
    BN_set_flags(private_.get(), BN_FLG_CONSTTIME);
    return BN_mod_exp(public_.get(), generator_.get(), private_.get(), prime_.get(), context_.get()) == 1;
  }
  [[nodiscard]] std::string own() const { return magnitude(public_.get()); }
  [[nodiscard]] std::string prime() const { return magnitude(prime_.get()); }
  [[nodiscard]] std::string generator() const { return magnitude(generator_.get()); }

  // RFC 4253 8: a value outside of [1, p-1] is refused; 1 and p-1 are no secret either.
  bool secret(std::string_view theirs, Secret& out) {
    if (theirs.size() > static_cast<std::size_t>(BN_num_bytes(prime_.get()))) return false;
    const BnPtr peer(BN_bin2bn(bytes_of(theirs), static_cast<int>(theirs.size()), nullptr));
    const BnPtr last(BN_dup(prime_.get()));
    const BnPtr shared(BN_new());
    if (peer == nullptr || last == nullptr || shared == nullptr || BN_sub_word(last.get(), 1) != 1 ||
        BN_cmp(peer.get(), BN_value_one()) <= 0 || BN_cmp(peer.get(), last.get()) >= 0 ||
        BN_mod_exp(shared.get(), peer.get(), private_.get(), prime_.get(), context_.get()) != 1)
      return false;
    out = Secret(static_cast<std::size_t>(BN_num_bytes(shared.get())));
    BN_bn2bin(shared.get(), out.data());
    return !out.empty();
  }

 private:
  static std::string magnitude(const BIGNUM* number) {
    std::string out(static_cast<std::size_t>(BN_num_bytes(number)), '\0');
    BN_bn2bin(number, bytes_of(out));
    return out;
  }
  BnPtr prime_;
  BnPtr generator_;
  BnPtr private_;
  BnPtr public_;
  BnContextPtr context_;
};

BnPtr small_number(BN_ULONG value) {
  BnPtr out(BN_new());
  if (out != nullptr && BN_set_word(out.get(), value) != 1) out.reset();
  return out;
}

class GroupExchange final : public KeyExchange {
 public:
  using Prime = BIGNUM* (*)(BIGNUM*);
  GroupExchange(Prime prime, const char* digest, FillRandom random)
      : prime_(prime), digest_(digest), random_(std::move(random)) {}

  std::string begin() override {
    if (!side_.start(BnPtr(prime_(nullptr)), small_number(2), random_)) return {};
    started_ = true;
    std::string message(1, kEcdhInit);
    put_mpint(message, side_.own());
    return message;
  }
  KexStep take(std::string_view payload, const KexTranscript& said, std::string&,
               KexOutcome& outcome) override {
    WireReader reader(payload);
    if (reader.byte() != kEcdhReply || !started_) return KexStep::malformed;
    outcome.host_key = reader.string();
    const std::string_view theirs = reader.magnitude();
    outcome.signature = reader.string();
    Secret secret;
    if (!reader.ok() || !side_.secret(theirs, secret)) return KexStep::malformed;
    std::string values;
    put_mpint(values, side_.own());
    put_mpint(values, theirs);
    outcome.digest = digest_;
    return finish(said, values, secret.view(), outcome) ? KexStep::finished : KexStep::failed;
  }

 private:
  Prime prime_;
  const char* digest_;
  FillRandom random_;
  DhSide side_;
  bool started_ = false;
};

// RFC 4419: the server chooses the group.
class ChosenGroupExchange final : public KeyExchange {
 public:
  ChosenGroupExchange(const char* digest, FillRandom random) : digest_(digest), random_(std::move(random)) {}

  std::string begin() override {
    std::string message(1, kGexRequest);
    return message + sizes();
  }
  KexStep take(std::string_view payload, const KexTranscript& said, std::string& reply,
               KexOutcome& outcome) override {
    WireReader reader(payload);
    const char number = static_cast<char>(reader.byte());
    if (number == kGexGroup && !started_) return take_group(reader, reply);
    if (number != kGexReply || !started_) return KexStep::malformed;
    outcome.host_key = reader.string();
    const std::string_view theirs = reader.magnitude();
    outcome.signature = reader.string();
    Secret secret;
    if (!reader.ok() || !side_.secret(theirs, secret)) return KexStep::malformed;
    std::string values = sizes();
    put_mpint(values, side_.prime());
    put_mpint(values, side_.generator());
    put_mpint(values, side_.own());
    put_mpint(values, theirs);
    outcome.digest = digest_;
    return finish(said, values, secret.view(), outcome) ? KexStep::finished : KexStep::failed;
  }

 private:
  static std::string sizes() {
    std::string out;
    put_u32(out, kGexLeast);
    put_u32(out, kGexWanted);
    put_u32(out, kGexMost);
    return out;
  }
  KexStep take_group(WireReader& reader, std::string& reply) {
    const std::string_view prime = reader.magnitude();
    const std::string_view generator = reader.magnitude();
    if (!reader.ok() || prime.size() > kGexMost / 8 || prime.size() < kGexLeast / 8 ||
        generator.size() > prime.size() || (static_cast<unsigned char>(prime.back()) & 1U) == 0)
      return KexStep::malformed;
    BnPtr p(BN_bin2bn(bytes_of(prime), static_cast<int>(prime.size()), nullptr));
    BnPtr g(BN_bin2bn(bytes_of(generator), static_cast<int>(generator.size()), nullptr));
    if (p == nullptr || g == nullptr) return KexStep::failed;
    if (BN_cmp(g.get(), BN_value_one()) <= 0 || BN_cmp(g.get(), p.get()) >= 0) return KexStep::malformed;
    if (!side_.start(std::move(p), std::move(g), random_)) return KexStep::failed;
    started_ = true;
    reply.assign(1, kGexInit);
    put_mpint(reply, side_.own());
    return KexStep::more;
  }

  const char* digest_;
  FillRandom random_;
  DhSide side_;
  bool started_ = false;
};

struct MethodRow {
  std::string_view name;
  const char* curve;  // null with `prime` null: X25519, or a group of the server's
  GroupExchange::Prime prime;
  const char* digest;
  bool chosen_group;
};
constexpr std::array<MethodRow, 12> kMethods{{
    {"curve25519-sha256", nullptr, nullptr, "SHA256", false},
    {"curve25519-sha256@libssh.org", nullptr, nullptr, "SHA256", false},
    {"ecdh-sha2-nistp256", "P-256", nullptr, "SHA256", false},
    {"ecdh-sha2-nistp384", "P-384", nullptr, "SHA384", false},
    {"ecdh-sha2-nistp521", "P-521", nullptr, "SHA512", false},
    {"diffie-hellman-group14-sha256", nullptr, BN_get_rfc3526_prime_2048, "SHA256", false},
    {"diffie-hellman-group16-sha512", nullptr, BN_get_rfc3526_prime_4096, "SHA512", false},
    {"diffie-hellman-group18-sha512", nullptr, BN_get_rfc3526_prime_8192, "SHA512", false},
    {"diffie-hellman-group-exchange-sha256", nullptr, nullptr, "SHA256", true},
    {"diffie-hellman-group14-sha1", nullptr, BN_get_rfc3526_prime_2048, "SHA1", false},
    {"diffie-hellman-group-exchange-sha1", nullptr, nullptr, "SHA1", true},
    {"diffie-hellman-group1-sha1", nullptr, BN_get_rfc2409_prime_1024, "SHA1", false},
}};

}  // namespace

std::unique_ptr<KeyExchange> make_key_exchange(std::string_view method, FillRandom random) {
  const auto* row = std::find_if(kMethods.begin(), kMethods.end(),
                                 [&](const MethodRow& one) { return one.name == method; });
  if (row == kMethods.end()) return nullptr;
  if (row->chosen_group) return std::make_unique<ChosenGroupExchange>(row->digest, std::move(random));
  if (row->prime != nullptr)
    return std::make_unique<GroupExchange>(row->prime, row->digest, std::move(random));
  return std::make_unique<EcExchange>(row->curve, row->digest, std::move(random));
}

std::vector<std::string> spoken_kex_methods() {
  std::vector<std::string> names;
  names.reserve(kMethods.size());
  for (const MethodRow& row : kMethods) names.emplace_back(row.name);
  return names;
}

Secret derive_key(const KexOutcome& outcome, std::string_view session_id, char letter, std::size_t size) {
  const EVP_MD* kind = EVP_get_digestbyname(outcome.digest);
  const MdContextPtr digest(EVP_MD_CTX_new());
  if (kind == nullptr || digest == nullptr) return {};
  const auto step = static_cast<std::size_t>(EVP_MD_get_size(kind));
  Secret out((size + step - 1) / step * step);
  for (std::size_t at = 0; at < size; at += step) {
    bool good = EVP_DigestInit_ex(digest.get(), kind, nullptr) == 1 &&
                EVP_DigestUpdate(digest.get(), outcome.secret.data(), outcome.secret.size()) == 1 &&
                EVP_DigestUpdate(digest.get(), outcome.hash.data(), outcome.hash.size()) == 1;
    if (at == 0)
      good = good && EVP_DigestUpdate(digest.get(), &letter, 1) == 1 &&
             EVP_DigestUpdate(digest.get(), session_id.data(), session_id.size()) == 1;
    else
      good = good && EVP_DigestUpdate(digest.get(), out.data(), at) == 1;
    if (!good || EVP_DigestFinal_ex(digest.get(), out.data() + at, nullptr) != 1) return {};
  }
  out.shorten(size);
  return out;
}

}  // namespace reentry::probe
