// What one connection of the probe saw of a server, stage by stage, as it came: judged by nobody yet. Every
// part has the moment at which it was known; a part that was not reached is not there.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/known.hpp"
#include "facts/kex_init.hpp"

namespace reentry {

// `microseconds` since the connection was begun; `round_trips`: how many of our flights the server had
// answered by then, the TCP connection being the first.
struct ProbeMoment {
  std::int64_t microseconds = 0;
  int round_trips = 0;
  bool operator==(const ProbeMoment&) const = default;
};

enum class ProbeStage { network, banner, kex, hostkey, auth, session };

// How the connection ended.
enum class ProbeEnd {
  unfinished,           // it has not
  done,                 // all that was asked for is known; we hung up
  not_connected,        // see ProbeReply::connect_error
  closed,               // the server hung up (FIN)
  reset,                // RST, or a write that failed so
  io_error,             // the socket failed in another way: see ProbeReply::connect_error
  timed_out,            // the time of the stage was up: see ProbeReply::stage
  disconnected,         // SSH_MSG_DISCONNECT: see ProbeReply::disconnect
  not_ssh,              // what it said is no identification: see BannerReply::kind
  endless_banner,       // more before the identification than ssh itself would read
  protocol_1,           // it speaks only SSH 1
  no_common_algorithm,  // it and this probe: KexReply::ours; what the user's ssh can is another question
  malformed,            // it sent what the protocol forbids: see ProbeReply::fault
  bad_packet_length,   // a length beyond all bounds, or not whole blocks: damage on the way, or no ssh at all
  bad_mac,             // damage on the way
  bad_host_signature,  // it does not hold the host key that it shows
  unproved_host_key,   // of a type that this probe can't verify
  host_key_declined,   // ProbePlan::may_go_on said no
  stopped,             // the caller gave up
};

struct Disconnect {
  std::uint32_t code = 0;  // RFC 4253 11.1
  std::string text;        // the first KiB
  bool operator==(const Disconnect&) const = default;
};

// What the first bytes are.
enum class BannerKind {
  nothing,          // not one byte came
  unfinished,       // some, and no whole line
  ssh2,             // `SSH-2.0-` or `SSH-1.99-`
  ssh1,             // an older protocol alone
  max_startups,     // `Exceeded MaxStartups` (OpenSSH 8.2 to 9.7)
  not_allowed_now,  // `Not allowed at this time` (9.8 and later: penalties or MaxStartups)
  http,             // a web server
  tls,              // a TLS record, an alert mostly
  other,            // lines, and no identification among them
};

struct BannerReply {
  BannerKind kind = BannerKind::nothing;
  std::optional<std::string> identification;  // without CR LF, RFC 4253 4.2
  std::vector<std::string> lines_before;      // at most kept; 255 bytes each
  std::uint32_t line_count = 0;               // of all lines before it
  std::string first_bytes;                    // the first 512 bytes as they came
  std::uint64_t bytes = 0;                    // up to the identification's end
  std::uint32_t arrivals = 0;                 // in how many pieces
  std::optional<ProbeMoment> we_spoke;        // our identification was on its way
  std::optional<ProbeMoment> first_byte;
  std::optional<ProbeMoment> last_byte;
  // True where bytes came one by one, a second or so between them.
  [[nodiscard]] bool dribbled() const {
    if (!first_byte || !last_byte || arrivals < 3) return false;
    const std::int64_t pause = (last_byte->microseconds - first_byte->microseconds) / (arrivals - 1);
    return pause >= 200'000 && bytes <= std::uint64_t{arrivals} * 16;
  }
  bool operator==(const BannerReply&) const = default;
};

struct KexReply {
  std::optional<ProbeMoment> offered;  // the server's KEXINIT was read whole
  KexInit server;                      // only with `offered`
  Agreement ours;                      // what this probe and the server agree on
  std::optional<Agreement> users;      // what the user's ssh would; with ProbePlan::users_offer
  bool began_early = false;            // our half was sent before their offer was complete
  bool strict = false;                 // kex-strict-s-v00@openssh.com
  std::optional<std::vector<std::string>> signature_algorithms;  // server-sig-algs, RFC 8308
  std::optional<ProbeMoment> finished;                           // both sides have the new keys
  bool operator==(const KexReply&) const = default;
};

enum class HostKeyProof {
  none,        // not reached
  good,        // the server signed this exchange with it
  wrong,       // the signature is false
  unverified,  // a type or signature this probe can't verify
};

struct HostKeyReply {
  std::string algorithm;  // agreed on, `rsa-sha2-512`, `ssh-ed25519-cert-v01@openssh.com` …
  std::string blob;       // key_from_blob() reads it; a certificate is whole
  HostKeyProof proof = HostKeyProof::none;
  std::optional<ProbeMoment> seen;
  bool operator==(const HostKeyReply&) const = default;
};

enum class KeyAnswer {
  not_asked,  // see KeyReply::why
  waiting,    // asked, and no answer came before the end
  accepted,   // SSH_MSG_USERAUTH_PK_OK
  refused,    // SSH_MSG_USERAUTH_FAILURE, or the disconnect for too many of them
};

enum class NotAsked {
  none,
  not_reached,         // the connection ended before
  budget,              // ProbePlan::most_refusals were refused
  no_algorithm,        // none of the key's algorithms is in the server's server-sig-algs
  method_not_offered,  // the server does not take public keys for this user
  already_in,          // `none` or another step let the user in
};

struct KeyReply {
  KeyAnswer answer = KeyAnswer::not_asked;
  NotAsked why = NotAsked::not_reached;
  std::string algorithm;  // asked with
  std::optional<ProbeMoment> when;
  bool by_disconnect = false;  // `Too many authentication failures` came instead of the answer
  bool operator==(const KeyReply&) const = default;
};

enum class LoginAnswer { not_tried, waiting, accepted, partial, refused, signer_refused };

struct AuthReply {
  std::optional<ProbeMoment> service_accepted;
  std::optional<ProbeMoment> methods_known;
  std::vector<std::string> methods;  // of the answer to `none`, at most 64
  bool none_accepted = false;        // no proof wanted: everybody is let in
  bool partial = false;              // `none` was a step of several
  std::string banner;                // SSH_MSG_USERAUTH_BANNER, the first 8 KiB of all
  bool banner_cut = false;
  std::vector<KeyReply> keys;  // in the order of ProbePlan::keys
  int refusals = 0;            // that count towards MaxAuthTries
  LoginAnswer login = LoginAnswer::not_tried;
  std::optional<std::size_t> login_key;    // of ProbePlan::keys
  std::vector<std::string> login_methods;  // after `partial` or `refused`
  std::optional<ProbeMoment> login_known;
  bool operator==(const AuthReply&) const = default;
};

enum class ChannelPurpose { command, shell, sftp };
enum class ChannelState {
  not_tried,
  opening,
  open_failed,     // SSH_MSG_CHANNEL_OPEN_FAILURE: `failure_code`, `failure_text`
  asked,           // exec, shell or subsystem requested
  request_failed,  // SSH_MSG_CHANNEL_FAILURE to that
  running,         // granted; of a shell at the end: it was still there
  ended,           // closed by the server
};

struct ChannelReply {
  ChannelPurpose purpose = ChannelPurpose::command;
  ChannelState state = ChannelState::not_tried;
  std::uint32_t failure_code = 0;  // RFC 4254 5.1
  std::string failure_text;
  std::optional<bool> terminal;  // pty-req granted; shell only
  std::optional<std::uint32_t> exit_status;
  std::string exit_signal;  // `KILL`
  std::string exit_text;
  std::string out;  // the first 4 KiB of standard output
  std::string err;  // and of standard error
  std::uint64_t out_bytes = 0;
  std::uint64_t err_bytes = 0;
  std::optional<std::uint32_t> sftp_version;  // SSH_FXP_VERSION came
  std::optional<std::uint32_t> sftp_length;   // what came instead: its first four bytes as ssh reads them
  std::optional<ProbeMoment> granted;
  std::optional<ProbeMoment> ended;
  bool operator==(const ChannelReply&) const = default;
};

struct SessionReply {
  std::vector<ChannelReply> channels;
  std::vector<std::string> host_keys;  // blobs of hostkeys-00@openssh.com, at most 16
  bool operator==(const SessionReply&) const = default;
};

struct ProbeReply {
  ProbeStage stage = ProbeStage::network;  // the furthest that was begun
  ProbeEnd end = ProbeEnd::unfinished;
  ProbeMoment ended;
  int connect_error = 0;  // errno of connect(2), or of the read or write that failed
  std::string fault;      // English, one line, with the RFC's words for the message; for `malformed`
  std::optional<Disconnect> disconnect;
  std::optional<ProbeMoment> connected;
  BannerReply banner;
  KexReply kex;
  HostKeyReply host_key;
  AuthReply auth;
  SessionReply session;
  std::uint64_t bytes_in = 0;
  std::uint64_t bytes_out = 0;
  // It fell silent or hung up, without a word, while several requests were under way: an answer in lock step
  // may be another one.
  bool choked_on_pipelining = false;
  bool operator==(const ProbeReply&) const = default;
};

}  // namespace reentry
