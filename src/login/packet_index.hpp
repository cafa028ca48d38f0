// Chains by hook and by name, and large sets in an order in which they can be searched.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "login/packet_filter.hpp"

namespace reentry {

class PacketFilter::Index {
 public:
  explicit Index(const PacketRules& rules);

  struct Base {
    const PacketTable* table = nullptr;
    const PacketChain* chain = nullptr;
    int priority = 0;  // of the kernel's own hook, where nat chains hang below it
  };
  // The base chains that a packet of the family meets there, in their order.
  [[nodiscard]] std::vector<Base> base_chains(PacketHook hook, int family) const;
  [[nodiscard]] const PacketChain* chain(const PacketTable& table, const std::string& name) const;
  [[nodiscard]] const PacketSet* set(const PacketTable& table, const std::string& name) const;
  [[nodiscard]] const PacketSet* ipset(const std::string& name) const;

  [[nodiscard]] bool has_limits() const { return has_limits_; }

  // The ranges of a set whose key is one part, sorted and joined; nullptr where the set is small or has
  // exceptions.
  [[nodiscard]] const std::vector<BitsRange>* ranges(const std::vector<SetElement>& elements) const;

 private:
  void order(const std::vector<SetElement>& elements);

  const PacketRules& rules_;
  bool has_limits_ = false;
  std::unordered_map<const PacketTable*, std::unordered_map<std::string, const PacketChain*>> chains_;
  std::unordered_map<std::string, const PacketSet*> sets_;
  std::unordered_map<const void*, std::vector<BitsRange>> ranges_;
};

}  // namespace reentry
