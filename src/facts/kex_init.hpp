// What one side offers for a key exchange (SSH_MSG_KEXINIT, RFC 4253 7.1), and what two offers come to.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reentry {

// The ten name-lists, best first. `out` is from client to server, `in` from server to client.
struct KexInit {
  std::vector<std::string> kex;
  std::vector<std::string> host_key;
  std::vector<std::string> cipher_out;
  std::vector<std::string> cipher_in;
  std::vector<std::string> mac_out;
  std::vector<std::string> mac_in;
  std::vector<std::string> compression_out;
  std::vector<std::string> compression_in;
  std::vector<std::string> language_out;
  std::vector<std::string> language_in;
  bool first_kex_follows = false;  // a guessed first packet of the exchange comes behind it
  bool operator==(const KexInit&) const = default;
};

inline constexpr std::size_t kMostAlgorithms =
    512;  // names in one list; sshd itself has no bound but the packet's

// The payload of a KEXINIT, its first byte included. Nothing when a field is cut or missing, or a list has
// more than kMostAlgorithms names. Names are kept as they came, also such as RFC 4250 4.6.1 forbids.
[[nodiscard]] std::optional<KexInit> read_kex_init(std::string_view payload);

// The list of key exchange methods at the start of a payload that need not be complete yet. Nothing when the
// list itself is not.
[[nodiscard]] std::optional<std::vector<std::string>> read_kex_methods(std::string_view partial_payload);

// The payload; `cookie` has 16 bytes.
[[nodiscard]] std::string write_kex_init(const KexInit& offer, std::string_view cookie);

// `a,b,c` of RFC 4251 5; an empty text is an empty list.
[[nodiscard]] std::vector<std::string> read_name_list(std::string_view text);
[[nodiscard]] std::string write_name_list(const std::vector<std::string>& list);

// True if `list` has exactly this name.
[[nodiscard]] bool names(const std::vector<std::string>& list, std::string_view name);

enum class AlgorithmClass {
  kex,
  host_key,
  cipher_out,
  cipher_in,
  mac_out,
  mac_in,
  compression_out,
  compression_in,
};

[[nodiscard]] const std::vector<std::string>& list_of(const KexInit& offer, AlgorithmClass which);

// The algorithm of each class that both know (RFC 4253 7.1; OpenSSH kex.c:kex_choose_conf): the client's
// first that the server has. A cipher that authenticates needs no MAC: then that is empty. `nothing_for`
// names, in sshd's order, the classes without a common one.
struct Agreement {
  std::string kex;
  std::string host_key;
  std::string cipher_out;
  std::string cipher_in;
  std::string mac_out;
  std::string mac_in;
  std::string compression_out;
  std::string compression_in;
  std::vector<AlgorithmClass> nothing_for;
  bool operator==(const Agreement&) const = default;
};
[[nodiscard]] Agreement agree(const KexInit& client, const KexInit& server);

// chacha20-poly1305@openssh.com and the AES-GCM ciphers.
[[nodiscard]] bool cipher_authenticates(std::string_view cipher);

}  // namespace reentry
