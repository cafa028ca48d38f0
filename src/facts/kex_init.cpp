#include "facts/kex_init.hpp"

#include <algorithm>
#include <array>

#include "facts/wire.hpp"

namespace reentry {
namespace {

constexpr char kKexInitNumber = 20;
constexpr std::size_t kCookie = 16;

constexpr std::array kLists = {
    &KexInit::kex,          &KexInit::host_key,   &KexInit::cipher_out,      &KexInit::cipher_in,
    &KexInit::mac_out,      &KexInit::mac_in,     &KexInit::compression_out, &KexInit::compression_in,
    &KexInit::language_out, &KexInit::language_in};

std::string first_common(const std::vector<std::string>& client, const std::vector<std::string>& server) {
  const auto found = std::find_first_of(client.begin(), client.end(), server.begin(), server.end());
  return found == client.end() ? std::string() : *found;
}

}  // namespace

std::vector<std::string> read_name_list(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const std::size_t comma = text.find(',');
    out.emplace_back(text.substr(0, comma));
    if (comma == std::string_view::npos) break;
    text.remove_prefix(comma + 1);
  }
  return out;
}

std::string write_name_list(const std::vector<std::string>& list) {
  std::string text;
  for (const std::string& name : list) text += (text.empty() ? "" : ",") + name;
  return text;
}

bool names(const std::vector<std::string>& list, std::string_view name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

std::optional<KexInit> read_kex_init(std::string_view payload) {
  WireReader reader(payload);
  if (reader.byte() != kKexInitNumber) return std::nullopt;
  reader.take(kCookie);
  KexInit offer;
  for (const auto list : kLists) {
    const std::string_view text = reader.string();
    if (std::count(text.begin(), text.end(), ',') >= static_cast<std::ptrdiff_t>(kMostAlgorithms))
      return std::nullopt;
    offer.*list = read_name_list(text);
  }
  offer.first_kex_follows = reader.byte() != 0;
  reader.u32();
  if (!reader.ok()) return std::nullopt;
  return offer;
}

std::optional<std::vector<std::string>> read_kex_methods(std::string_view partial_payload) {
  WireReader reader(partial_payload);
  if (reader.byte() != kKexInitNumber) return std::nullopt;
  reader.take(kCookie);
  const std::string_view text = reader.string();
  if (!reader.ok() ||
      std::count(text.begin(), text.end(), ',') >= static_cast<std::ptrdiff_t>(kMostAlgorithms))
    return std::nullopt;
  return read_name_list(text);
}

std::string write_kex_init(const KexInit& offer, std::string_view cookie) {
  std::string payload(1, kKexInitNumber);
  payload += cookie;
  for (const auto list : kLists) put_string(payload, write_name_list(offer.*list));
  payload += static_cast<char>(offer.first_kex_follows ? 1 : 0);
  put_u32(payload, 0);
  return payload;
}

const std::vector<std::string>& list_of(const KexInit& offer, AlgorithmClass which) {
  return offer.*kLists[static_cast<std::size_t>(which)];
}

bool cipher_authenticates(std::string_view cipher) {
  return cipher == "chacha20-poly1305@openssh.com" || cipher == "aes128-gcm@openssh.com" ||
         cipher == "aes256-gcm@openssh.com";
}

Agreement agree(const KexInit& client, const KexInit& server) {
  Agreement out;
  const auto choose = [&](AlgorithmClass which) {
    std::string name = first_common(list_of(client, which), list_of(server, which));
    if (name.empty()) out.nothing_for.push_back(which);
    return name;
  };
  out.kex = choose(AlgorithmClass::kex);
  out.host_key = choose(AlgorithmClass::host_key);
  out.cipher_out = choose(AlgorithmClass::cipher_out);
  if (!cipher_authenticates(out.cipher_out)) out.mac_out = choose(AlgorithmClass::mac_out);
  out.compression_out = choose(AlgorithmClass::compression_out);
  out.cipher_in = choose(AlgorithmClass::cipher_in);
  if (!cipher_authenticates(out.cipher_in)) out.mac_in = choose(AlgorithmClass::mac_in);
  out.compression_in = choose(AlgorithmClass::compression_in);
  return out;
}

}  // namespace reentry
