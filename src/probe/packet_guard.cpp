#include "probe/packet_guard.hpp"

#include <openssl/core_names.h>
#include <openssl/params.h>

#include <algorithm>
#include <array>

namespace reentry::probe {
namespace {

constexpr std::size_t kGcmTag = 16;
constexpr std::size_t kPolyTag = 16;
constexpr std::size_t kPolyKey = 32;

enum class Kind { chacha, gcm, counter, chained };

struct CipherRow {
  std::string_view name;
  const char* openssl;
  Kind kind;
  GuardNeeds needs;
  std::size_t block;
};
// In the order of the offer.
constexpr std::array<CipherRow, 10> kCiphers{{
    {"chacha20-poly1305@openssh.com", "ChaCha20", Kind::chacha, {64, 0, 0}, 8},
    {"aes128-gcm@openssh.com", "AES-128-GCM", Kind::gcm, {16, 12, 0}, 16},
    {"aes256-gcm@openssh.com", "AES-256-GCM", Kind::gcm, {32, 12, 0}, 16},
    {"aes128-ctr", "AES-128-CTR", Kind::counter, {16, 16, 0}, 16},
    {"aes192-ctr", "AES-192-CTR", Kind::counter, {24, 16, 0}, 16},
    {"aes256-ctr", "AES-256-CTR", Kind::counter, {32, 16, 0}, 16},
    {"aes256-cbc", "AES-256-CBC", Kind::chained, {32, 16, 0}, 16},
    {"aes192-cbc", "AES-192-CBC", Kind::chained, {24, 16, 0}, 16},
    {"aes128-cbc", "AES-128-CBC", Kind::chained, {16, 16, 0}, 16},
    {"3des-cbc", "DES-EDE3-CBC", Kind::chained, {24, 8, 0}, 8},
}};

struct MacRow {
  std::string_view name;
  const char* digest;
  std::size_t size;  // of the key
  std::size_t tag;
  bool after;  // encrypt, then MAC
};
constexpr std::array<MacRow, 8> kMacs{{
    {"hmac-sha2-256-etm@openssh.com", "SHA256", 32, 32, true},
    {"hmac-sha2-512-etm@openssh.com", "SHA512", 64, 64, true},
    {"hmac-sha1-etm@openssh.com", "SHA1", 20, 20, true},
    {"hmac-sha2-256", "SHA256", 32, 32, false},
    {"hmac-sha2-512", "SHA512", 64, 64, false},
    {"hmac-sha1", "SHA1", 20, 20, false},
    {"hmac-sha1-96", "SHA1", 20, 12, false},
    {"hmac-md5", "MD5", 16, 16, false},
}};

template <typename Rows>
auto row_of(const Rows& rows, std::string_view name) -> const typename Rows::value_type* {
  const auto found =
      std::find_if(rows.begin(), rows.end(), [&](const auto& row) { return row.name == name; });
  return found == rows.end() ? nullptr : &*found;
}

std::uint32_t read_length(const unsigned char* bytes) {
  return (std::uint32_t{bytes[0]} << 24U) | (std::uint32_t{bytes[1]} << 16U) |
         (std::uint32_t{bytes[2]} << 8U) | bytes[3];
}

// A keyed MAC over some pieces. Keeps its key inside libcrypto's object.
class KeyedMac {
 public:
  [[nodiscard]] bool start(const char* name, const char* digest) {
    EVP_MAC* mac = EVP_MAC_fetch(nullptr, name, nullptr);
    if (mac == nullptr) return false;
    context_.reset(EVP_MAC_CTX_new(mac));
    EVP_MAC_free(mac);
    digest_ = digest;
    return context_ != nullptr;
  }
  [[nodiscard]] bool key(const unsigned char* key, std::size_t size) {
    std::array<OSSL_PARAM, 2> parameters{};
    if (digest_ != nullptr)
      parameters[0] = OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, const_cast<char*>(digest_), 0);
    return EVP_MAC_init(context_.get(), key, size, digest_ != nullptr ? parameters.data() : nullptr) == 1;
  }
  // With the key of before.
  [[nodiscard]] bool again() { return EVP_MAC_init(context_.get(), nullptr, 0, nullptr) == 1; }
  [[nodiscard]] bool add(const unsigned char* bytes, std::size_t size) {
    return EVP_MAC_update(context_.get(), bytes, size) == 1;
  }
  [[nodiscard]] bool finish(std::array<unsigned char, 64>& out) {
    std::size_t size = 0;
    return EVP_MAC_final(context_.get(), out.data(), &size, out.size()) == 1;
  }

 private:
  MacContextPtr context_;
  const char* digest_ = nullptr;
};

CipherContextPtr make_cipher(const char* name, const unsigned char* key, const unsigned char* iv,
                             Direction direction) {
  EVP_CIPHER* cipher = EVP_CIPHER_fetch(nullptr, name, nullptr);
  if (cipher == nullptr) return nullptr;
  CipherContextPtr context(EVP_CIPHER_CTX_new());
  const bool good = context != nullptr &&
                    EVP_CipherInit_ex2(context.get(), cipher, key, iv, direction == Direction::seal ? 1 : 0,
                                       nullptr) == 1 &&
                    EVP_CIPHER_CTX_set_padding(context.get(), 0) == 1;
  EVP_CIPHER_free(cipher);
  return good ? std::move(context) : nullptr;
}

bool crypt(EVP_CIPHER_CTX* context, const unsigned char* from, unsigned char* to, std::size_t size) {
  int done = 0;
  return EVP_CipherUpdate(context, to, &done, from, static_cast<int>(size)) == 1 &&
         static_cast<std::size_t>(done) == size;
}

class OpenGuard final : public PacketGuard {
 public:
  [[nodiscard]] std::size_t block() const override { return 8; }
  [[nodiscard]] bool length_in_block() const override { return true; }
  [[nodiscard]] std::size_t head() const override { return kLengthField; }
  [[nodiscard]] std::size_t tag() const override { return 0; }
  bool seal(std::uint32_t, std::string&) override { return true; }
  std::optional<std::uint32_t> length(std::uint32_t, std::string_view head) override {
    return read_length(bytes_of(head));
  }
  bool open(std::uint32_t, std::string_view sealed, std::string& plain) override {
    plain = sealed;
    return true;
  }
};

// PROTOCOL.chacha20poly1305: the second half of the key is for the length, the sequence number is the nonce,
// block 0 of the first makes the key of Poly1305, the payload begins at block 1.
class ChaChaGuard final : public PacketGuard {
 public:
  [[nodiscard]] bool start(const GuardKeys& keys) {
    // ChaCha20 is its own inverse.
    main_ = make_cipher("ChaCha20", keys.key.data(), nullptr, Direction::seal);
    header_ = make_cipher("ChaCha20", keys.key.data() + 32, nullptr, Direction::seal);
    return main_ != nullptr && header_ != nullptr && poly_.start("POLY1305", nullptr);
  }
  [[nodiscard]] std::size_t block() const override { return 8; }
  [[nodiscard]] bool length_in_block() const override { return false; }
  [[nodiscard]] std::size_t head() const override { return kLengthField; }
  [[nodiscard]] std::size_t tag() const override { return kPolyTag; }

  bool seal(std::uint32_t sequence, std::string& packet) override {
    std::array<unsigned char, 64> mac{};
    unsigned char* bytes = bytes_of(packet);
    if (!key_poly(sequence) || !at(header_, sequence, 0) ||
        !crypt(header_.get(), bytes, bytes, kLengthField) || !at(main_, sequence, 1) ||
        !crypt(main_.get(), bytes + kLengthField, bytes + kLengthField, packet.size() - kLengthField) ||
        !poly_.add(bytes, packet.size()) || !poly_.finish(mac))
      return false;
    packet.append(reinterpret_cast<const char*>(mac.data()), kPolyTag);
    return true;
  }
  std::optional<std::uint32_t> length(std::uint32_t sequence, std::string_view head) override {
    std::array<unsigned char, kLengthField> clear{};
    if (!at(header_, sequence, 0) || !crypt(header_.get(), bytes_of(head), clear.data(), clear.size()))
      return std::nullopt;
    return read_length(clear.data());
  }
  bool open(std::uint32_t sequence, std::string_view sealed, std::string& plain) override {
    std::array<unsigned char, 64> mac{};
    const std::size_t size = sealed.size() - kPolyTag;
    if (!key_poly(sequence) || !poly_.add(bytes_of(sealed), size) || !poly_.finish(mac) ||
        CRYPTO_memcmp(mac.data(), bytes_of(sealed) + size, kPolyTag) != 0)
      return false;
    plain = sealed.substr(0, size);
    unsigned char* bytes = bytes_of(plain);
    return at(header_, sequence, 0) && crypt(header_.get(), bytes, bytes, kLengthField) &&
           at(main_, sequence, 1) &&
           crypt(main_.get(), bytes + kLengthField, bytes + kLengthField, size - kLengthField);
  }

 private:
  static bool at(const CipherContextPtr& context, std::uint32_t sequence, unsigned char block) {
    std::array<unsigned char, 16> iv{};
    iv[0] = block;
    for (std::size_t i = 0; i < 4; ++i) iv[15 - i] = static_cast<unsigned char>(sequence >> (8 * i));
    return EVP_CipherInit_ex2(context.get(), nullptr, nullptr, iv.data(), 1, nullptr) == 1;
  }
  bool key_poly(std::uint32_t sequence) {
    std::array<unsigned char, kPolyKey> key{};
    const bool good = at(main_, sequence, 0) && crypt(main_.get(), key.data(), key.data(), key.size()) &&
                      poly_.key(key.data(), key.size());
    OPENSSL_cleanse(key.data(), key.size());
    return good;
  }

  CipherContextPtr main_;
  CipherContextPtr header_;
  KeyedMac poly_;
};

// RFC 5647 7: the length is in clear and authenticated; the last eight bytes of the nonce count packets.
class GcmGuard final : public PacketGuard {
 public:
  [[nodiscard]] bool start(const char* name, const GuardKeys& keys, Direction direction) {
    std::copy_n(keys.iv.data(), iv_.size(), iv_.begin());
    sealing_ = direction == Direction::seal ? 1 : 0;
    context_ = make_cipher(name, keys.key.data(), nullptr, direction);
    return context_ != nullptr;
  }
  [[nodiscard]] std::size_t block() const override { return 16; }
  [[nodiscard]] bool length_in_block() const override { return false; }
  [[nodiscard]] std::size_t head() const override { return kLengthField; }
  [[nodiscard]] std::size_t tag() const override { return kGcmTag; }

  bool seal(std::uint32_t, std::string& packet) override {
    std::array<unsigned char, kGcmTag> mac{};
    unsigned char* bytes = bytes_of(packet);
    int done = 0;
    if (!next(bytes) ||
        !crypt(context_.get(), bytes + kLengthField, bytes + kLengthField, packet.size() - kLengthField) ||
        EVP_CipherFinal_ex(context_.get(), mac.data(), &done) != 1 ||
        EVP_CIPHER_CTX_ctrl(context_.get(), EVP_CTRL_AEAD_GET_TAG, kGcmTag, mac.data()) != 1)
      return false;
    packet.append(reinterpret_cast<const char*>(mac.data()), kGcmTag);
    return true;
  }
  std::optional<std::uint32_t> length(std::uint32_t, std::string_view head) override {
    return read_length(bytes_of(head));
  }
  bool open(std::uint32_t, std::string_view sealed, std::string& plain) override {
    std::array<unsigned char, kGcmTag> mac{};
    const std::size_t size = sealed.size() - kGcmTag;
    std::copy_n(bytes_of(sealed) + size, kGcmTag, mac.begin());
    plain = sealed.substr(0, size);
    unsigned char* bytes = bytes_of(plain);
    std::array<unsigned char, kGcmTag> rest{};
    int done = 0;
    return next(bytes) &&
           EVP_CIPHER_CTX_ctrl(context_.get(), EVP_CTRL_AEAD_SET_TAG, kGcmTag, mac.data()) == 1 &&
           crypt(context_.get(), bytes + kLengthField, bytes + kLengthField, size - kLengthField) &&
           EVP_CipherFinal_ex(context_.get(), rest.data(), &done) == 1;
  }

 private:
  // Sets the nonce of the next packet and authenticates its length.
  bool next(const unsigned char* length_field) {
    int done = 0;
    if (EVP_CipherInit_ex2(context_.get(), nullptr, nullptr, iv_.data(), sealing_, nullptr) != 1 ||
        EVP_CipherUpdate(context_.get(), nullptr, &done, length_field, kLengthField) != 1)
      return false;
    for (std::size_t i = iv_.size(); i-- > 4;) {
      if (++iv_[i] != 0) break;
    }
    return true;
  }

  CipherContextPtr context_;
  std::array<unsigned char, 12> iv_{};
  int sealing_ = 0;
};

// A counter or chaining mode and an HMAC, over the clear packet or over the encrypted one.
class MacGuard final : public PacketGuard {
 public:
  MacGuard(const CipherRow& cipher, const MacRow& mac) : cipher_(cipher), mac_(mac) {}
  [[nodiscard]] bool start(const GuardKeys& keys, Direction direction) {
    context_ = make_cipher(cipher_.openssl, keys.key.data(), keys.iv.data(), direction);
    return context_ != nullptr && hmac_.start("HMAC", mac_.digest) &&
           hmac_.key(keys.mac_key.data(), keys.mac_key.size());
  }
  [[nodiscard]] std::size_t block() const override { return cipher_.block; }
  [[nodiscard]] bool length_in_block() const override { return !mac_.after; }
  [[nodiscard]] std::size_t head() const override { return mac_.after ? kLengthField : cipher_.block; }
  [[nodiscard]] std::size_t tag() const override { return mac_.tag; }

  bool seal(std::uint32_t sequence, std::string& packet) override {
    std::array<unsigned char, 64> mac{};
    const std::size_t clear = mac_.after ? kLengthField : 0;
    if (!mac_.after && !tag_of(sequence, packet, mac)) return false;
    unsigned char* bytes = bytes_of(packet);
    if (!crypt(context_.get(), bytes + clear, bytes + clear, packet.size() - clear)) return false;
    if (mac_.after && !tag_of(sequence, packet, mac)) return false;
    packet.append(reinterpret_cast<const char*>(mac.data()), mac_.tag);
    return true;
  }
  std::optional<std::uint32_t> length(std::uint32_t, std::string_view head) override {
    if (mac_.after) return read_length(bytes_of(head));
    first_.assign(head.size(), '\0');
    if (!crypt(context_.get(), bytes_of(head), bytes_of(first_), head.size())) return std::nullopt;
    return read_length(bytes_of(first_));
  }
  bool open(std::uint32_t sequence, std::string_view sealed, std::string& plain) override {
    std::array<unsigned char, 64> mac{};
    const std::size_t size = sealed.size() - mac_.tag;
    const unsigned char* sent = bytes_of(sealed) + size;
    if (mac_.after) {
      if (!tag_of(sequence, sealed.substr(0, size), mac) || CRYPTO_memcmp(mac.data(), sent, mac_.tag) != 0)
        return false;
      plain = sealed.substr(0, size);
      return crypt(context_.get(), bytes_of(plain) + kLengthField, bytes_of(plain) + kLengthField,
                   size - kLengthField);
    }
    plain = first_;
    plain += sealed.substr(first_.size(), size - first_.size());
    unsigned char* bytes = bytes_of(plain);
    return crypt(context_.get(), bytes + first_.size(), bytes + first_.size(), size - first_.size()) &&
           tag_of(sequence, plain, mac) && CRYPTO_memcmp(mac.data(), sent, mac_.tag) == 0;
  }

 private:
  bool tag_of(std::uint32_t sequence, std::string_view packet, std::array<unsigned char, 64>& out) {
    const std::array<unsigned char, 4> number = {
        static_cast<unsigned char>(sequence >> 24U), static_cast<unsigned char>(sequence >> 16U),
        static_cast<unsigned char>(sequence >> 8U), static_cast<unsigned char>(sequence)};
    return hmac_.again() && hmac_.add(number.data(), number.size()) &&
           hmac_.add(bytes_of(packet), packet.size()) && hmac_.finish(out);
  }

  const CipherRow& cipher_;
  const MacRow& mac_;
  CipherContextPtr context_;
  KeyedMac hmac_;
  std::string first_;  // the first block of the packet at hand, in clear
};

}  // namespace

std::optional<GuardNeeds> guard_needs(std::string_view cipher, std::string_view mac) {
  const CipherRow* row = row_of(kCiphers, cipher);
  if (row == nullptr) return std::nullopt;
  GuardNeeds needs = row->needs;
  if (row->kind == Kind::chacha || row->kind == Kind::gcm) return needs;
  const MacRow* mac_row = row_of(kMacs, mac);
  if (mac_row == nullptr) return std::nullopt;
  needs.mac_key = mac_row->size;
  return needs;
}

std::unique_ptr<PacketGuard> make_guard(std::string_view cipher, std::string_view mac, const GuardKeys& keys,
                                        Direction direction) {
  const auto needs = guard_needs(cipher, mac);
  if (!needs || keys.key.size() != needs->key || keys.iv.size() != needs->iv ||
      keys.mac_key.size() != needs->mac_key)
    return nullptr;
  const CipherRow& row = *row_of(kCiphers, cipher);
  if (row.kind == Kind::chacha) {
    auto guard = std::make_unique<ChaChaGuard>();
    return guard->start(keys) ? std::move(guard) : nullptr;
  }
  if (row.kind == Kind::gcm) {
    auto guard = std::make_unique<GcmGuard>();
    return guard->start(row.openssl, keys, direction) ? std::move(guard) : nullptr;
  }
  auto guard = std::make_unique<MacGuard>(row, *row_of(kMacs, mac));
  return guard->start(keys, direction) ? std::move(guard) : nullptr;
}

std::unique_ptr<PacketGuard> make_open_guard() {
  return std::make_unique<OpenGuard>();
}

std::vector<std::string> spoken_ciphers() {
  std::vector<std::string> names;
  names.reserve(kCiphers.size());
  for (const CipherRow& row : kCiphers) names.emplace_back(row.name);
  return names;
}

std::vector<std::string> spoken_macs() {
  std::vector<std::string> names;
  names.reserve(kMacs.size());
  for (const MacRow& row : kMacs) names.emplace_back(row.name);
  return names;
}

}  // namespace reentry::probe
