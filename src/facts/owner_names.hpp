// Owners in words: the target's own names with the numbers in brackets.
#pragma once

#include <cstdint>
#include <string>

#include "facts/accounts.hpp"

namespace reentry {

class OwnerNames {
 public:
  // Numbers only.
  OwnerNames() = default;
  // `accounts` must outlive this.
  explicit OwnerNames(const AccountFacts& accounts) : accounts_(&accounts) {}

  // `alice:staff (1000:50)`; `1000:50` where neither has a name; `alice:50 (1000:50)`. Made safe to show.
  [[nodiscard]] std::string owner(std::uint32_t uid, std::uint32_t gid) const;

 private:
  const AccountFacts* accounts_ = nullptr;
};

}  // namespace reentry
