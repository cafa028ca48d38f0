// libyaml's events, flattened.
#include <yaml.h>

#include <array>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "facts/cloud_init.hpp"

namespace reentry {
namespace {

constexpr std::size_t kYamlLimit = std::size_t{1} << 20U;
constexpr std::size_t kYamlDepth = 64;
constexpr std::size_t kYamlValues = 20'000;

// A collection that is open: in a mapping every other scalar is a name.
struct YamlLevel {
  std::string name;  // of the collection
  bool mapping = false;
  bool has_key = false;
  std::string key;
};

class YamlWalk {
 public:
  explicit YamlWalk(YamlFile& out) : out_(out) {}

  // False where the document is deeper or larger than is taken.
  bool take(const yaml_event_t& event) {
    switch (event.type) {
      case YAML_SCALAR_EVENT: return scalar(event);
      case YAML_ALIAS_EVENT: value_done(); return true;
      case YAML_MAPPING_START_EVENT:
      case YAML_SEQUENCE_START_EVENT: return open(event);
      case YAML_MAPPING_END_EVENT:
      case YAML_SEQUENCE_END_EVENT:
        if (!levels_.empty()) levels_.pop_back();
        value_done();
        return true;
      default: return true;
    }
  }

 private:
  [[nodiscard]] std::string here() const {
    if (levels_.empty()) return {};
    const YamlLevel& level = levels_.back();
    if (!level.mapping) return level.name;
    return level.name.empty() ? level.key : level.name + "." + level.key;
  }
  void value_done() {
    if (!levels_.empty()) levels_.back().has_key = false;
  }
  bool store(std::string text, const yaml_event_t& event) {
    out_.values.emplace(here(), YamlValue{std::move(text), event.start_mark.line + 1});
    return out_.values.size() < kYamlValues;
  }
  bool scalar(const yaml_event_t& event) {
    std::string text(reinterpret_cast<const char*>(event.data.scalar.value), event.data.scalar.length);
    if (!levels_.empty() && levels_.back().mapping && !levels_.back().has_key) {
      levels_.back().key = std::move(text);
      levels_.back().has_key = true;
      return true;
    }
    const bool room = store(std::move(text), event);
    value_done();
    return room;
  }
  bool open(const yaml_event_t& event) {
    if (levels_.size() == kYamlDepth) return false;
    // The collection itself is a value too, so that an empty one is seen.
    const std::string name = here();
    if (!levels_.empty() && !store({}, event)) return false;
    levels_.push_back({name, event.type == YAML_MAPPING_START_EVENT, false, {}});
    return true;
  }

  YamlFile& out_;
  std::vector<YamlLevel> levels_;
};

}  // namespace

const YamlValue* YamlFile::find(std::string_view name) const {
  const auto range = values.equal_range(name);
  return range.first == range.second ? nullptr : &std::prev(range.second)->second;
}

YamlFile parse_yaml(std::string_view bytes) {
  YamlFile out;
  if (bytes.size() > kYamlLimit) {
    out.error = "larger than 1 MiB";
    return out;
  }
  yaml_parser_t parser;
  if (yaml_parser_initialize(&parser) == 0) {
    out.error = "no memory";
    return out;
  }
  yaml_parser_set_input_string(&parser, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  YamlWalk walk(out);
  for (bool more = true; more;) {
    yaml_event_t event;
    if (yaml_parser_parse(&parser, &event) == 0) {
      out.error = parser.problem == nullptr ? "not YAML" : parser.problem;
      out.error_line = parser.problem_mark.line + 1;
      break;
    }
    more = event.type != YAML_STREAM_END_EVENT;
    if (more && !walk.take(event)) {
      out.error = "too large";
      out.error_line = event.start_mark.line + 1;
      more = false;
    }
    yaml_event_delete(&event);
  }
  yaml_parser_delete(&parser);
  return out;
}

}  // namespace reentry
