#include "base/digest.hpp"

#include <fmt/format.h>
#include <md5.h>
#include <sha1.h>
#include <sha2.h>

#include <array>
#include <cstdint>
#include <iterator>

namespace reentry {
namespace {

constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

const std::uint8_t* data_of(std::string_view bytes) {
  return reinterpret_cast<const std::uint8_t*>(bytes.data());
}

constexpr std::array<std::int8_t, 256> kValues = [] {
  std::array<std::int8_t, 256> values{};
  for (std::int8_t& value : values) value = -1;
  for (std::size_t i = 0; i < kAlphabet.size(); ++i) {
    values[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::int8_t>(i);
  }
  return values;
}();

int value_of(char c) {
  return kValues[static_cast<unsigned char>(c)];
}

bool is_space(char c) {
  return c == ' ' || (c >= '\t' && c <= '\r');
}

// What may follow the first `=`: the second one where two are due, and white space.
bool padding_is_right(std::string_view rest, int sextets) {
  int due = sextets == 2 ? 1 : 0;
  for (const char c : rest) {
    if (is_space(c)) continue;
    if (c != '=' || due == 0) return false;
    --due;
  }
  return due == 0;
}

}  // namespace

std::string sha256(std::string_view bytes) {
  std::array<std::uint8_t, SHA256_DIGEST_LENGTH> out{};
  SHA2_CTX context;
  SHA256Init(&context);
  SHA256Update(&context, data_of(bytes), bytes.size());
  SHA256Final(out.data(), &context);
  return {out.begin(), out.end()};
}

std::string sha1(std::string_view bytes) {
  std::array<std::uint8_t, SHA1_DIGEST_LENGTH> out{};
  SHA1_CTX context;
  SHA1Init(&context);
  SHA1Update(&context, data_of(bytes), bytes.size());
  SHA1Final(out.data(), &context);
  return {out.begin(), out.end()};
}

std::string hmac_sha1(std::string_view key, std::string_view bytes) {
  std::string block = key.size() > SHA1_BLOCK_LENGTH ? sha1(key) : std::string(key);
  block.resize(SHA1_BLOCK_LENGTH, '\0');
  const auto padded = [&block](std::uint8_t pad, std::string_view rest) {
    std::string out;
    out.reserve(block.size() + rest.size());
    for (const char byte : block) out += static_cast<char>(static_cast<std::uint8_t>(byte) ^ pad);
    out += rest;
    return sha1(out);
  };
  return padded(0x5CU, padded(0x36U, bytes));
}

std::string md5(std::string_view bytes) {
  std::array<std::uint8_t, MD5_DIGEST_LENGTH> out{};
  MD5_CTX context;
  MD5Init(&context);
  MD5Update(&context, data_of(bytes), bytes.size());
  MD5Final(out.data(), &context);
  return {out.begin(), out.end()};
}

std::string hex(std::string_view bytes) {
  std::string out;
  for (const char byte : bytes) {
    fmt::format_to(std::back_inserter(out), "{:02x}", static_cast<unsigned char>(byte));
  }
  return out;
}

std::string base64(std::string_view bytes) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t n = bytes.size() - i < 3 ? bytes.size() - i : 3;
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      group = (group << 8U) | (k < n ? static_cast<std::uint8_t>(bytes[i + k]) : 0U);
    }
    for (std::size_t k = 0; k < 4; ++k) {
      out += k <= n ? kAlphabet[(group >> (18U - 6U * static_cast<unsigned>(k))) & 63U] : '=';
    }
  }
  return out;
}

std::optional<std::string> from_base64(std::string_view text) {
  std::string out;
  out.reserve(text.size() / 4 * 3);
  std::uint32_t group = 0;
  int sextets = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const int value = value_of(c);
    if (value < 0 && is_space(c)) continue;
    if (c == '=') {
      if (sextets < 2 || !padding_is_right(text.substr(i + 1), sextets)) return std::nullopt;
      // Bits that padding cuts off must be zero, as b64_pton asks.
      const std::uint32_t slop = sextets == 2 ? group & 0xFU : group & 0x3U;
      if (slop != 0) return std::nullopt;
      if (sextets == 2) {
        out += static_cast<char>(group >> 4U);
      } else {
        out += static_cast<char>((group >> 10U) & 0xFFU);
        out += static_cast<char>((group >> 2U) & 0xFFU);
      }
      return out;
    }
    if (value < 0) return std::nullopt;
    group = (group << 6U) | static_cast<std::uint32_t>(value);
    if (++sextets == 4) {
      out += static_cast<char>((group >> 16U) & 0xFFU);
      out += static_cast<char>((group >> 8U) & 0xFFU);
      out += static_cast<char>(group & 0xFFU);
      group = 0;
      sextets = 0;
    }
  }
  if (sextets != 0) return std::nullopt;
  return out;
}

}  // namespace reentry
