#include "base/shown.hpp"

#include <fmt/format.h>
#include <unistr.h>
#include <uniwidth.h>

#include <algorithm>
#include <cstdint>
#include <iterator>

namespace reentry {
namespace {

bool invisible(ucs4_t c) {
  return c == 0xA0 || c == 0xAD || c == 0x3000 || c == 0xFEFF || (c >= 0x200B && c <= 0x200F) ||
         (c >= 0x2028 && c <= 0x202F) || (c >= 0x2060 && c <= 0x206F) || (c >= 0xE0000 && c <= 0xE0FFF);
}

const std::uint8_t* as_u8(std::string_view text) {
  return reinterpret_cast<const std::uint8_t*>(text.data());
}

bool is_plain(std::string_view bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](char byte) { return byte >= 0x20 && byte < 0x7F; });
}

}  // namespace

std::string shown(std::string_view bytes, std::size_t limit) {
  if ((limit == 0 || bytes.size() <= limit) && is_plain(bytes)) return std::string(bytes);
  std::string out;
  while (!bytes.empty()) {
    ucs4_t c = 0;
    const int length = u8_mbtoucr(&c, as_u8(bytes), bytes.size());
    const std::size_t taken = length > 0 ? static_cast<std::size_t>(length) : 1;
    const std::size_t before = out.size();
    if (length <= 0 || c < 0x20 || (c >= 0x7F && c < 0xA0)) {
      for (const char byte : bytes.substr(0, taken)) {
        fmt::format_to(std::back_inserter(out), "\\{:03o}", static_cast<unsigned char>(byte));
      }
    } else if (invisible(c)) {
      fmt::format_to(std::back_inserter(out), "\\u{{{:04X}}}", static_cast<std::uint32_t>(c));
    } else {
      out += bytes.substr(0, taken);
    }
    if (limit != 0 && out.size() > limit) {
      out.erase(before);
      return out + "…";
    }
    bytes.remove_prefix(taken);
  }
  return out;
}

std::size_t columns(std::string_view utf8) {
  const int width = u8_width(as_u8(utf8), utf8.size(), "UTF-8");
  return width > 0 ? static_cast<std::size_t>(width) : 0;
}

}  // namespace reentry
