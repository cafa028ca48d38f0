#include "facts/owner_names.hpp"

#include <fmt/format.h>

#include "base/shown.hpp"

namespace reentry {

std::string OwnerNames::owner(std::uint32_t uid, std::uint32_t gid) const {
  std::string numbers = fmt::format("{}:{}", uid, gid);
  if (accounts_ == nullptr) return numbers;
  const std::string names =
      fmt::format("{}:{}", shown(accounts_->user_name(uid)), shown(accounts_->group_name(gid)));
  return names == numbers ? numbers : fmt::format("{} ({})", names, numbers);
}

}  // namespace reentry
