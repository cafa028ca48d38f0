#include "checks/service/include_loop.hpp"

#include <fnmatch.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

namespace reentry {
namespace {

// One Include line and the files of the configuration that it opens.
struct Edge {
  ConfigOrigin at;
  std::vector<std::string> files;
};

std::vector<Edge> edges_of(const SshdConfig& config, const std::string& directory) {
  std::vector<Edge> out;
  for (const ConfigLine& line : config.lines) {
    const auto known = [&line](const Edge& edge) { return edge.at == line.at; };
    if (line.keyword != "include" || std::any_of(out.begin(), out.end(), known)) continue;
    Edge edge{line.at, {}};
    for (const std::string& value : line.values) {
      const std::string pattern = value.starts_with('/') ? value : directory + "/" + value;
      for (const ConfigFile& file : config.files) {
        if (::fnmatch(pattern.c_str(), file.path.str().c_str(), FNM_PATHNAME | FNM_PERIOD) == 0)
          edge.files.push_back(file.path.str());
      }
    }
    out.push_back(std::move(edge));
  }
  return out;
}

class Walk {
 public:
  Walk(const std::vector<Edge>& edges, const Edge* without) : edges_(edges), without_(without) {}

  // The first line below `file` that leads back to a file on the way to it.
  const Edge* back_from(const std::string& file) {
    reached_.insert(file);
    way_.push_back(file);
    const Edge* found = nullptr;
    for (const Edge& edge : edges_) {
      if (edge.at.file != file || &edge == without_) continue;
      for (const std::string& next : edge.files) {
        const bool back = std::find(way_.begin(), way_.end(), next) != way_.end();
        if (found == nullptr && back) found = &edge;
        if (back || reached_.contains(next)) continue;
        const Edge* deeper = back_from(next);
        if (found == nullptr) found = deeper;
      }
    }
    way_.pop_back();
    return found;
  }
  [[nodiscard]] const std::set<std::string>& reached() const { return reached_; }

 private:
  const std::vector<Edge>& edges_;
  const Edge* without_;
  std::set<std::string> reached_;
  std::vector<std::string> way_;
};

}  // namespace

std::optional<IncludeLoop> include_loop(const SshdConfig& config, const std::string& directory) {
  const std::vector<Edge> edges = edges_of(config, directory);
  Walk whole(edges, nullptr);
  const Edge* loop = whole.back_from(config.main_file.str());
  if (loop == nullptr) return std::nullopt;
  Walk rest(edges, loop);
  static_cast<void>(rest.back_from(config.main_file.str()));
  return IncludeLoop{loop->at, rest.reached() == whole.reached()};
}

}  // namespace reentry
