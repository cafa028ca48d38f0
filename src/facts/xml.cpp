#include "facts/xml.hpp"

#include <expat.h>

#include <memory>
#include <type_traits>
#include <utility>

namespace reentry {
namespace {

constexpr std::size_t kMostXmlBytes = std::size_t{1} << 20U;
constexpr std::size_t kMostLevels = 64;
constexpr std::size_t kMostElements = 50'000;

struct XmlBuilder {
  XML_Parser parser = nullptr;
  XmlElement root;
  std::vector<XmlElement> open;
  std::size_t elements = 0;
  std::string refused;

  void stop(const char* why) {
    if (refused.empty()) refused = why;
    XML_StopParser(parser, XML_FALSE);
  }
};

XmlBuilder& builder_of(void* data) {
  return *static_cast<XmlBuilder*>(data);
}

void on_start(void* data, const char* name, const char** attributes) {
  XmlBuilder& builder = builder_of(data);
  if (builder.open.size() == kMostLevels || ++builder.elements > kMostElements) {
    builder.stop("too many elements");
    return;
  }
  XmlElement element;
  element.name = name;
  element.line = XML_GetCurrentLineNumber(builder.parser);
  for (; attributes[0] != nullptr; attributes += 2) element.attributes.emplace(attributes[0], attributes[1]);
  builder.open.push_back(std::move(element));
}

void on_end(void* data, const char* /*name*/) {
  XmlBuilder& builder = builder_of(data);
  if (builder.open.empty()) return;
  XmlElement done = std::move(builder.open.back());
  builder.open.pop_back();
  if (builder.open.empty()) {
    builder.root = std::move(done);
  } else {
    builder.open.back().children.push_back(std::move(done));
  }
}

void on_text(void* data, const char* text, int length) {
  XmlBuilder& builder = builder_of(data);
  if (!builder.open.empty()) builder.open.back().text.append(text, static_cast<std::size_t>(length));
}

void on_entity(void* data, const char* /*name*/, int /*parameter*/, const char* /*value*/, int /*length*/,
               const char* /*base*/, const char* /*system*/, const char* /*id*/, const char* /*notation*/) {
  builder_of(data).stop("it declares entities");
}

struct FreeParser {
  void operator()(XML_Parser parser) const { XML_ParserFree(parser); }
};

}  // namespace

std::string XmlElement::get(std::string_view attribute) const {
  const auto found = attributes.find(attribute);
  return found == attributes.end() ? std::string() : found->second;
}

Known<XmlElement> parse_xml(std::string_view bytes, const std::string& where) {
  if (bytes.size() > kMostXmlBytes) return Missing{Why::malformed, where, "larger than 1 MiB"};
  const std::unique_ptr<std::remove_pointer_t<XML_Parser>, FreeParser> parser(XML_ParserCreate(nullptr));
  if (!parser) return Missing{Why::unreadable, where, "out of memory"};
  XmlBuilder builder;
  builder.parser = parser.get();
  XML_SetUserData(parser.get(), &builder);
  XML_SetElementHandler(parser.get(), on_start, on_end);
  XML_SetCharacterDataHandler(parser.get(), on_text);
  XML_SetEntityDeclHandler(parser.get(), on_entity);
  if (XML_Parse(parser.get(), bytes.data(), static_cast<int>(bytes.size()), XML_TRUE) == XML_STATUS_OK)
    return std::move(builder.root);
  const std::string why =
      builder.refused.empty() ? XML_ErrorString(XML_GetErrorCode(parser.get())) : builder.refused;
  return Missing{Why::malformed, where,
                 why + ", line " + std::to_string(XML_GetCurrentLineNumber(parser.get()))};
}

}  // namespace reentry
