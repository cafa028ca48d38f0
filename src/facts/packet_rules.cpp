#include "facts/packet_rules.hpp"

#include <iterator>
#include <utility>

namespace reentry {

const PacketChain* PacketTable::chain(std::string_view chain_name) const {
  for (const PacketChain& entry : chains) {
    if (entry.name == chain_name) return &entry;
  }
  return nullptr;
}

const PacketSet* PacketRules::set(std::string_view family, std::string_view table,
                                  std::string_view name) const {
  for (const PacketSet& entry : sets) {
    if (entry.name == name && entry.family == family && entry.table == table) return &entry;
  }
  return nullptr;
}

void PacketRules::append(PacketRules more) {
  tables.insert(tables.end(), std::make_move_iterator(more.tables.begin()),
                std::make_move_iterator(more.tables.end()));
  sets.insert(sets.end(), std::make_move_iterator(more.sets.begin()),
              std::make_move_iterator(more.sets.end()));
}

}  // namespace reentry
