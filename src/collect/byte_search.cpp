#include "collect/byte_search.hpp"

namespace reentry {

bool contains_bytes(ByteSource& source, std::string_view needle) {
  return search_windows(source, 0, source.size(), [needle](std::string_view window, bool) {
    return window.find(needle) != std::string_view::npos;
  });
}

}  // namespace reentry
