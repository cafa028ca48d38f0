#include "probe/packets.hpp"

#include <algorithm>

#include "facts/wire.hpp"

namespace reentry::probe {
namespace {

constexpr std::size_t kLeastPadding = 4;
// Read bytes are forgotten in lots of this size.
constexpr std::size_t kForget = 16 * 1024;

}  // namespace

bool PacketReader::length_is_possible(std::uint32_t length) const {
  const std::size_t counted = length + (guard_->length_in_block() ? kLengthField : 0);
  return length >= 1 + kLeastPadding && length <= kLongestPacket && counted % guard_->block() == 0 &&
         length + kLengthField >= guard_->head();
}

void PacketReader::drop(std::size_t count) {
  from_ += count;
  if (from_ == held_.size() || from_ >= kForget) {
    held_.erase(0, from_);
    from_ = 0;
  }
}

PacketRead PacketReader::next(std::string& payload) {
  const std::string_view there = std::string_view(held_).substr(from_);
  if (!length_) {
    if (there.size() < guard_->head()) return PacketRead::need_more;
    length_ = guard_->length(sequence_, there.substr(0, guard_->head()));
    if (!length_ || !length_is_possible(*length_)) return PacketRead::bad_length;
  }
  const std::size_t whole = kLengthField + *length_ + guard_->tag();
  if (there.size() < whole) return PacketRead::need_more;
  std::string plain;
  if (!guard_->open(sequence_, there.substr(0, whole), plain)) return PacketRead::bad_mac;
  const std::size_t padding = static_cast<unsigned char>(plain[kLengthField]);
  if (padding < kLeastPadding || padding + 1 > *length_) return PacketRead::bad_padding;
  payload.assign(plain, kLengthField + 1, *length_ - 1 - padding);
  ++sequence_;
  length_.reset();
  drop(whole);
  return PacketRead::packet;
}

std::string_view PacketReader::partial_payload() const {
  const std::string_view there = std::string_view(held_).substr(from_);
  return there.size() <= kLengthField + 1 ? std::string_view() : there.substr(kLengthField + 1);
}

bool PacketWriter::put(std::string_view payload, std::string& out) {
  const std::size_t block = std::max<std::size_t>(guard_->block(), 8);
  const std::size_t counted = payload.size() + 1 + (guard_->length_in_block() ? kLengthField : 0);
  std::size_t padding = block - counted % block;
  if (padding < kLeastPadding) padding += block;
  std::string packet;
  put_u32(packet, static_cast<std::uint32_t>(1 + payload.size() + padding));
  packet += static_cast<char>(padding);
  packet += payload;
  packet.append(padding, '\0');
  if (!random_(bytes_of(packet) + packet.size() - padding, padding) || !guard_->seal(sequence_, packet))
    return false;
  ++sequence_;
  out += packet;
  return true;
}

}  // namespace reentry::probe
