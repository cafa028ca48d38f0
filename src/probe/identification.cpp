#include "probe/identification.hpp"

#include "base/ascii_case.hpp"

namespace reentry::probe {
namespace {

constexpr std::size_t kFirstBytes = 512;
constexpr std::size_t kLineKept = 255;

bool is_tls(std::string_view bytes) {
  // RFC 8446 5.1: content type alert or handshake, then the version 3.x.
  return bytes.size() >= 3 && (bytes[0] == 0x15 || bytes[0] == 0x16) && bytes[1] == 3 && bytes[2] <= 4 &&
         bytes[2] >= 0;
}

bool is_http(std::string_view bytes) {
  return bytes.substr(0, 5) == "HTTP/" || starts_with_ignoring_case(bytes, "<!doctype html") ||
         starts_with_ignoring_case(bytes, "<html");
}

}  // namespace

BannerKind kind_of_first_bytes(std::string_view bytes) {
  if (bytes.empty()) return BannerKind::nothing;
  if (is_tls(bytes)) return BannerKind::tls;
  if (is_http(bytes)) return BannerKind::http;
  return bytes.find('\n') == std::string_view::npos ? BannerKind::unfinished : BannerKind::other;
}

BannerRead IdentificationReader::take(std::string_view bytes, ProbeMoment now, BannerReply& reply) {
  if (bytes.empty()) return BannerRead::need_more;
  ++reply.arrivals;
  if (!reply.first_byte) reply.first_byte = now;
  reply.last_byte = now;
  if (reply.first_bytes.size() < kFirstBytes)
    reply.first_bytes += bytes.substr(0, kFirstBytes - reply.first_bytes.size());
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    ++reply.bytes;
    if (bytes[at] != '\n') {
      line_ += bytes[at];
      if (line_.size() <= kLongestLine) continue;
      reply.kind = kind_of_first_bytes(reply.first_bytes);
      return reply.kind == BannerKind::tls ? BannerRead::not_ssh : BannerRead::endless;
    }
    const BannerRead read = take_line(reply);
    if (read == BannerRead::need_more) continue;
    rest_ = bytes.substr(at + 1);
    return read;
  }
  if (reply.kind != BannerKind::max_startups && reply.kind != BannerKind::not_allowed_now)
    reply.kind = kind_of_first_bytes(reply.first_bytes);
  // A TLS record has no lines to wait for, and a web server's answer no identification behind it.
  if (reply.kind == BannerKind::tls) return BannerRead::not_ssh;
  return reply.kind == BannerKind::http && reply.line_count > 0 ? BannerRead::not_ssh : BannerRead::need_more;
}

BannerRead IdentificationReader::take_line(BannerReply& reply) {
  if (!line_.empty() && line_.back() == '\r') line_.pop_back();
  const std::string line = std::exchange(line_, {});
  if (line.substr(0, 4) == "SSH-") {
    reply.identification = line;
    const bool second = line.substr(4, 2) == "2." || line.substr(4, 5) == "1.99-";
    reply.kind = second ? BannerKind::ssh2 : BannerKind::ssh1;
    return second ? BannerRead::identified : BannerRead::protocol_1;
  }
  ++reply.line_count;
  if (line == "Exceeded MaxStartups") reply.kind = BannerKind::max_startups;
  if (line == "Not allowed at this time") reply.kind = BannerKind::not_allowed_now;
  if (reply.lines_before.size() < kLinesKept) reply.lines_before.push_back(line.substr(0, kLineKept));
  if (reply.line_count < kMostLinesBefore) return BannerRead::need_more;
  return BannerRead::endless;
}

}  // namespace reentry::probe
