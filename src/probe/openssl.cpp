#include "probe/openssl.hpp"

#include <openssl/rand.h>

#include <climits>

namespace reentry::probe {

bool ready_openssl() {
  // Errors are told by return values; the texts of libcrypto are never shown.
  return OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_ATEXIT, nullptr) == 1;
}

FillRandom openssl_random() {
  return [](unsigned char* out, std::size_t size) {
    return size <= INT_MAX && RAND_bytes(out, static_cast<int>(size)) == 1;
  };
}

std::string digest_of(const char* name, std::string_view bytes) {
  std::string out(EVP_MAX_MD_SIZE, '\0');
  std::size_t size = 0;
  if (EVP_Q_digest(nullptr, name, nullptr, bytes.data(), bytes.size(), bytes_of(out), &size) != 1) return {};
  out.resize(size);
  return out;
}

}  // namespace reentry::probe
