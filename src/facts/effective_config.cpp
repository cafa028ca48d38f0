// How settings are looked up.
#include <algorithm>
#include <utility>

#include "facts/sshd_config.hpp"
#include "facts/sshd_values.hpp"

namespace reentry {

const std::string& Setting::first() const {
  static const std::string empty;
  return values.empty() ? empty : values.front();
}

const Setting& EffectiveConfig::operator[](std::string_view keyword) const {
  static const Setting unset;
  if (const auto found = own_.find(keyword); found != own_.end()) return found->second;
  if (startup_ == nullptr) return unset;
  const auto found = startup_->find(keyword);
  return found == startup_->end() ? unset : found->second;
}

long EffectiveConfig::number(std::string_view keyword) const {
  const std::string& text = (*this)[keyword].first();
  std::string_view why;
  return whole_number(text, why).value_or(-1);
}

std::vector<std::string> EffectiveConfig::keywords() const {
  std::vector<std::string> out;
  const auto collect = [&out](const Settings& settings) {
    for (const auto& [name, setting] : settings) {
      if (!setting.values.empty()) out.push_back(name);
    }
  };
  if (startup_ != nullptr) collect(*startup_);
  collect(own_);
  std::sort(out.begin(), out.end());
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

void EffectiveConfig::set(std::string keyword, Setting setting) {
  own_.insert_or_assign(std::move(keyword), std::move(setting));
}

}  // namespace reentry
