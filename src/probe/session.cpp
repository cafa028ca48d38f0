#include "probe/session.hpp"

#include <algorithm>

#include "facts/wire.hpp"
#include "probe/messages.hpp"

namespace reentry::probe {
namespace {

constexpr std::uint32_t kLargestData = 32 * 1024;
constexpr std::size_t kTextKept = 1024;
constexpr std::uint32_t kStandardError = 1;                     // RFC 4254 5.2
constexpr std::uint32_t kProhibited = 1;                        // SSH_OPEN_ADMINISTRATIVELY_PROHIBITED
constexpr std::string_view kSftpInit("\0\0\0\5\1\0\0\0\3", 9);  // draft-ietf-secsh-filexfer-02 4: version 3
constexpr char kSftpVersion = 2;
constexpr std::uint32_t kLongestSftp = 256 * 1024;  // SFTP_MAX_MSG_LENGTH

std::string message(std::uint8_t number, std::uint32_t channel) {
  std::string payload(1, static_cast<char>(number));
  put_u32(payload, channel);
  return payload;
}

std::string channel_request(std::uint32_t peer, std::string_view type, bool want_reply) {
  std::string payload = message(kChannelRequest, peer);
  put_string(payload, type);
  payload += static_cast<char>(want_reply ? 1 : 0);
  return payload;
}

void keep(std::string& kept, std::uint64_t& count, std::string_view data) {
  count += data.size();
  if (kept.size() < kOutputKept) kept += data.substr(0, kOutputKept - kept.size());
}

}  // namespace

SessionStep Session::malformed(const char* what) {
  reply_.fault = what;
  return SessionStep::malformed;
}

SessionStep Session::start() {
  reply_.stage = ProbeStage::session;
  if (plan_.session.command) open(ChannelPurpose::command);
  if (plan_.session.shell) open(ChannelPurpose::shell);
  if (plan_.session.sftp) open(ChannelPurpose::sftp);
  return go_on();
}

SessionStep Session::go_on() const {
  return std::all_of(sides_.begin(), sides_.end(), [](const Side& side) { return side.gone; })
             ? SessionStep::finished
             : SessionStep::more;
}

void Session::open(ChannelPurpose purpose) {
  std::string payload(1, static_cast<char>(kChannelOpen));
  put_string(payload, "session");
  put_u32(payload, static_cast<std::uint32_t>(sides_.size()));
  put_u32(payload, kChannelWindow);
  put_u32(payload, kLargestData);
  outbox_.push_back(payload);
  ChannelReply channel;
  channel.purpose = purpose;
  channel.state = ChannelState::opening;
  reply_.session.channels.push_back(channel);
  sides_.emplace_back();
}

void Session::ask(std::size_t index) {
  ChannelReply& channel = reply_.session.channels[index];
  Side& side = sides_[index];
  channel.state = ChannelState::asked;
  if (channel.purpose == ChannelPurpose::shell) {
    std::string terminal = channel_request(side.peer, "pty-req", true);
    put_string(terminal, "dumb");
    for (const std::uint32_t size : {80U, 24U, 0U, 0U}) put_u32(terminal, size);
    put_string(terminal, std::string_view("\0", 1));  // RFC 4254 8: no modes
    outbox_.push_back(terminal);
    outbox_.push_back(channel_request(side.peer, "shell", true));
    side.answers = 2;
    return;
  }
  const bool command = channel.purpose == ChannelPurpose::command;
  std::string payload = channel_request(side.peer, command ? "exec" : "subsystem", true);
  put_string(payload, command ? std::string_view(*plan_.session.command) : "sftp");
  outbox_.push_back(payload);
  side.answers = 1;
  if (command) return;
  std::string hello = message(kChannelData, side.peer);
  put_string(hello, kSftpInit);
  outbox_.push_back(hello);
}

void Session::close(std::size_t index) {
  Side& side = sides_[index];
  if (std::exchange(side.closed_by_us, true)) return;
  side.settles_at.reset();
  outbox_.push_back(message(kChannelClose, side.peer));
}

SessionStep Session::take(std::string_view payload, ProbeMoment now) {
  const auto number = static_cast<std::uint8_t>(payload.front());
  const std::string_view body = payload.substr(1);
  if (number == kGlobalRequest) return take_global(body);
  if (number == kChannelOpen) return take_open(body);
  if (number >= kChannelOpenConfirmation && number <= kChannelFailure)
    return take_of_channel(number, body, now);
  // A late word of authentication (a banner of PAM's) or an answer to nothing: ssh lets it pass too.
  return SessionStep::more;
}

SessionStep Session::take_global(std::string_view body) {
  WireReader reader(body);
  const std::string_view name = reader.string();
  const bool want_reply = reader.byte() != 0;
  if (!reader.ok()) return malformed("SSH_MSG_GLOBAL_REQUEST");
  // PROTOCOL 2.5: all host keys of the server, told after the login.
  auto& keys = reply_.session.host_keys;
  while (name == "hostkeys-00@openssh.com" && !reader.at_end() && keys.size() < kMostHostKeys) {
    const std::string_view blob = reader.string();
    if (!reader.ok()) break;
    keys.emplace_back(blob);
  }
  if (want_reply) outbox_.emplace_back(1, static_cast<char>(kRequestFailure));
  return SessionStep::more;
}

// Nothing was forwarded: the server has no reason to open a channel.
SessionStep Session::take_open(std::string_view body) {
  WireReader reader(body);
  reader.string();
  const std::uint32_t peer = reader.u32();
  if (!reader.ok()) return malformed("SSH_MSG_CHANNEL_OPEN");
  std::string payload = message(kChannelOpenFailure, peer);
  put_u32(payload, kProhibited);
  put_string(payload, "");
  put_string(payload, "");
  outbox_.push_back(payload);
  return SessionStep::more;
}

SessionStep Session::take_of_channel(std::uint8_t number, std::string_view body, ProbeMoment now) {
  WireReader reader(body);
  const std::size_t index = reader.u32();
  if (!reader.ok() || index >= sides_.size() || sides_[index].gone)
    return malformed("a message of no channel");
  ChannelReply& channel = reply_.session.channels[index];
  const bool opening = channel.state == ChannelState::opening;
  if (opening != (number == kChannelOpenConfirmation || number == kChannelOpenFailure))
    return malformed("a message of a channel out of turn");
  switch (number) {
    case kChannelOpenConfirmation:
      sides_[index].peer = reader.u32();
      if (!reader.ok()) return malformed("SSH_MSG_CHANNEL_OPEN_CONFIRMATION");
      ask(index);
      break;
    case kChannelOpenFailure:
      channel.state = ChannelState::open_failed;
      channel.failure_code = reader.u32();
      channel.failure_text = reader.string().substr(0, kTextKept);
      channel.ended = now;
      sides_[index].gone = true;
      break;
    case kChannelData: take_data(index, false, reader.string()); break;
    case kChannelExtendedData: {
      const bool error = reader.u32() == kStandardError;
      take_data(index, error, reader.string());
      break;
    }
    case kChannelSuccess: take_answer(index, true, now); break;
    case kChannelFailure: take_answer(index, false, now); break;
    case kChannelRequest:
      if (!take_request(index, reader.rest())) return malformed("SSH_MSG_CHANNEL_REQUEST");
      break;
    case kChannelClose:
      if (!sides_[index].closed_by_us && channel.state != ChannelState::request_failed)
        channel.state = ChannelState::ended;
      close(index);
      channel.ended = now;
      sides_[index].gone = true;
      break;
    default: break;  // window adjust, EOF
  }
  return reader.ok() ? go_on() : malformed("a message of a channel");
}

void Session::take_answer(std::size_t index, bool granted, ProbeMoment now) {
  Side& side = sides_[index];
  ChannelReply& channel = reply_.session.channels[index];
  if (side.answers == 0) return;
  --side.answers;
  if (channel.purpose == ChannelPurpose::shell && !channel.terminal) {
    channel.terminal = granted;
    return;
  }
  if (!granted) {
    channel.state = ChannelState::request_failed;
    close(index);
    return;
  }
  channel.state = ChannelState::running;
  channel.granted = now;
  if (channel.purpose == ChannelPurpose::shell)
    side.settles_at = now.microseconds + plan_.session.shell_settles_in;
}

void Session::take_data(std::size_t index, bool error, std::string_view data) {
  ChannelReply& channel = reply_.session.channels[index];
  keep(error ? channel.err : channel.out, error ? channel.err_bytes : channel.out_bytes, data);
  if (channel.purpose != ChannelPurpose::sftp || error) return;
  take_sftp(channel);
  if (channel.sftp_version || channel.sftp_length) close(index);
}

// The first packet is SSH_FXP_VERSION, or what a profile or a forced command printed in its place
// (sftp-client.c:get_msg takes its first four bytes for a length).
void Session::take_sftp(ChannelReply& channel) {
  if (channel.sftp_version || channel.sftp_length || channel.out.size() < 4) return;
  WireReader reader(channel.out);
  const std::uint32_t length = reader.u32();
  if (length < 5 || length > kLongestSftp) {
    channel.sftp_length = length;
    return;
  }
  if (channel.out.size() < 9) return;
  if (static_cast<char>(reader.byte()) != kSftpVersion)
    channel.sftp_length = length;
  else
    channel.sftp_version = reader.u32();
}

bool Session::take_request(std::size_t index, std::string_view body) {
  ChannelReply& channel = reply_.session.channels[index];
  WireReader reader(body);
  const std::string_view type = reader.string();
  const bool want_reply = reader.byte() != 0;
  if (type == "exit-status") {
    channel.exit_status = reader.u32();
  } else if (type == "exit-signal") {
    channel.exit_signal = reader.string().substr(0, kTextKept);
    reader.byte();
    channel.exit_text = reader.string().substr(0, kTextKept);
  }
  // keepalive@openssh.com wants any answer.
  if (want_reply && reader.ok()) outbox_.push_back(message(kChannelFailure, sides_[index].peer));
  return reader.ok();
}

std::optional<std::int64_t> Session::wake() const {
  std::optional<std::int64_t> first;
  for (const Side& side : sides_) {
    if (side.settles_at && !side.gone && (!first || *side.settles_at < *first)) first = side.settles_at;
  }
  return first;
}

SessionStep Session::tick(ProbeMoment now) {
  for (std::size_t i = 0; i < sides_.size(); ++i) {
    if (sides_[i].settles_at && *sides_[i].settles_at <= now.microseconds) close(i);
  }
  return go_on();
}

}  // namespace reentry::probe
