#include "collect/time_zone.hpp"

#include <optional>
#include <string_view>

namespace reentry {
namespace {

constexpr std::size_t kHeader = 44;

std::uint64_t big_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (const char c : bytes) value = value << 8U | static_cast<unsigned char>(c);
  return value;
}

// RFC 8536, section 3.1: six counts of 32 bits behind 20 bytes.
struct Counts {
  std::uint64_t ut = 0;
  std::uint64_t standard = 0;
  std::uint64_t leaps = 0;
  std::uint64_t transitions = 0;
  std::uint64_t types = 0;
  std::uint64_t characters = 0;

  [[nodiscard]] std::uint64_t size(std::uint64_t time_bytes) const {
    return transitions * (time_bytes + 1) + types * 6 + characters + leaps * (time_bytes + 4) + standard + ut;
  }
};

std::optional<Counts> counts_at(std::string_view bytes) {
  if (bytes.size() < kHeader || bytes.substr(0, 4) != "TZif") return std::nullopt;
  const auto count = [&bytes](std::size_t i) { return big_endian(bytes.substr(20 + i * 4, 4)); };
  return Counts{count(0), count(1), count(2), count(3), count(4), count(5)};
}

std::optional<std::int64_t> offset_of_type(std::string_view types, std::uint64_t index, std::uint64_t count) {
  if (index >= count) return std::nullopt;
  return static_cast<std::int32_t>(big_endian(types.substr(index * 6, 4)));
}

// One data block with times of `width` bytes; `footer` is what stands behind it.
std::optional<std::int64_t> offset_in_block(std::string_view block, const Counts& counts, std::size_t width,
                                            std::int64_t now, std::string_view footer) {
  const std::string_view types = block.substr(counts.transitions * (width + 1), counts.types * 6);
  std::uint64_t passed = 0;
  for (; passed < counts.transitions; ++passed) {
    const std::uint64_t raw = big_endian(block.substr(passed * width, width));
    const std::int64_t time = width == 8 ? static_cast<std::int64_t>(raw) : static_cast<std::int32_t>(raw);
    if (time > now) break;
  }
  // Behind the last transition the footer's rule holds; with a comma it changes over the year.
  if (passed == counts.transitions && footer.find(',') != std::string_view::npos) return std::nullopt;
  if (passed == 0) return offset_of_type(types, 0, counts.types);
  const auto index = static_cast<unsigned char>(block[counts.transitions * width + passed - 1]);
  return offset_of_type(types, index, counts.types);
}

std::optional<std::int64_t> offset_in(std::string_view bytes, std::int64_t now) {
  const std::optional<Counts> first = counts_at(bytes);
  if (!first || first->size(4) > bytes.size() - kHeader) return std::nullopt;
  if (bytes[4] == '\0') return offset_in_block(bytes.substr(kHeader), *first, 4, now, {});
  const std::string_view second_part = bytes.substr(kHeader + first->size(4));
  const std::optional<Counts> second = counts_at(second_part);
  if (!second || second->size(8) > second_part.size() - kHeader) return std::nullopt;
  const std::string_view block = second_part.substr(kHeader);
  return offset_in_block(block, *second, 8, now, block.substr(second->size(8)));
}

}  // namespace

Known<std::int64_t> collect_utc_offset(FileTree& tree, std::int64_t now) {
  const HostPath path("/etc/localtime");
  const FileFact file = tree.read(path, 1U << 20U);
  if (file.bytes.is_absent()) return 0;
  if (!file.bytes) return file.bytes.missing();
  const std::optional<std::int64_t> offset = offset_in(*file.bytes, now);
  if (!offset) return Missing{Why::malformed, path.str(), "time zone"};
  return *offset;
}

}  // namespace reentry
