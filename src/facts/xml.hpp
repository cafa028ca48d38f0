// XML as Expat takes it, which is also what firewalld's own reader stands on.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/known.hpp"

namespace reentry {

struct XmlElement {
  std::string name;
  std::map<std::string, std::string, std::less<>> attributes;
  std::string text;  // all that stands directly in it
  std::size_t line = 0;
  std::vector<XmlElement> children;
  // The attribute, or nothing.
  [[nodiscard]] std::string get(std::string_view attribute) const;
  [[nodiscard]] bool has(std::string_view attribute) const {
    return attributes.find(attribute) != attributes.end();
  }
};

// The root element. Malformed, with Expat's words and the line, where it does not parse, declares entities,
// is larger than 1 MiB, or has more than 64 levels or 50,000 elements.
[[nodiscard]] Known<XmlElement> parse_xml(std::string_view bytes, const std::string& where);

}  // namespace reentry
