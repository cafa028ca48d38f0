#include "base/host_path.hpp"

namespace reentry {
namespace {

// Calls `take` with each component that is neither empty nor `.`.
template <typename Take>
void for_each_component(std::string_view text, Take take) {
  while (!text.empty()) {
    const std::size_t slash = text.find('/');
    const std::string_view part = text.substr(0, slash);
    if (!part.empty() && part != ".") take(part);
    if (slash == std::string_view::npos) break;
    text.remove_prefix(slash + 1);
  }
}

}  // namespace

HostPath::HostPath(std::string_view text) {
  text_.clear();
  for_each_component(text, [this](std::string_view part) {
    text_ += '/';
    text_ += part;
  });
  if (text_.empty()) text_ = "/";
}

std::string_view HostPath::name() const {
  return std::string_view(text_).substr(text_.rfind('/') + 1);
}

HostPath HostPath::parent() const {
  HostPath result;
  const std::size_t slash = text_.rfind('/');
  if (slash != 0) result.text_ = text_.substr(0, slash);
  return result;
}

HostPath HostPath::operator/(std::string_view more) const {
  if (!more.empty() && more.front() == '/') return HostPath(more);
  HostPath result = *this;
  if (result.is_root()) result.text_.clear();
  for_each_component(more, [&result](std::string_view part) {
    result.text_ += '/';
    result.text_ += part;
  });
  if (result.text_.empty()) result.text_ = "/";
  return result;
}

bool HostPath::is_within(const HostPath& ancestor) const {
  if (ancestor.is_root() || text_ == ancestor.text_) return true;
  return text_.size() > ancestor.text_.size() && text_.starts_with(ancestor.text_) &&
         text_[ancestor.text_.size()] == '/';
}

std::vector<std::string_view> HostPath::components() const {
  std::vector<std::string_view> parts;
  for_each_component(text_, [&parts](std::string_view part) { parts.push_back(part); });
  return parts;
}

}  // namespace reentry
