// One packet through the base chains of one hook.
#pragma once

#include <array>
#include <set>
#include <string>
#include <vector>

#include "facts/sshd_config.hpp"
#include "login/packet_index.hpp"

namespace reentry {

// What a packet holds in one of its fields.
struct FieldValue {
  enum class State { absent, known, unknown };
  State state = State::unknown;
  BitsRange range;        // known: one value, or any of these
  Bits known = kAllBits;  // of flags, the bits that are known
  static FieldValue of(std::uint64_t value) { return {State::known, point(value), kAllBits}; }
  static FieldValue of(BitsRange range) { return {State::known, range, kAllBits}; }
  static FieldValue none() { return {State::absent, {}, {}}; }
};

struct Packet {
  std::array<FieldValue, static_cast<std::size_t>(PacketField::other) + 1> fields;
  [[nodiscard]] FieldValue& operator[](PacketField field) { return fields[static_cast<std::size_t>(field)]; }
  [[nodiscard]] const FieldValue& operator[](PacketField field) const {
    return fields[static_cast<std::size_t>(field)];
  }
};

// One way in which the packet may end.
struct PacketEnd {
  FilterVerdict verdict = FilterVerdict::drop;
  std::string reject;
  const RulePlace* place = nullptr;  // nullptr: the policy of `chain`
  const PacketTable* table = nullptr;
  const PacketChain* chain = nullptr;
  const PacketChain* base = nullptr;  // the base chain whose verdict it is
};

// What the packet's way changes besides its fields.
struct PacketTraces {
  std::vector<PacketEnd> ends;  // refusals that are possible, in the order in which they were met
  const RulePlace* accepted = nullptr;
  std::vector<std::string> unknown;  // what was not known, and might decide
  Tristate untracked = Tristate::no;
  struct Redirect {
    bool certain = false;
    bool away = false;
    bool port_known = false;
    std::uint64_t port = 0;
    const RulePlace* place = nullptr;
  };
  std::optional<Redirect> redirect;
  bool source_rewritten = false;
};

// Whether an entry of a set holds for these values, part by part.
[[nodiscard]] Tristate key_match(const SetElement& element, const std::vector<FieldValue>& values);

class PacketWalk {
 public:
  // `used_up`: rate limits have no room left. `limits`: they can be told at all (of a first packet).
  PacketWalk(const PacketFilter::Index& index, Packet& packet, bool limits, bool used_up)
      : index_(index), packet_(packet), limits_(limits), used_up_(used_up) {}

  // Through one base chain. False when the packet does not go on to the next one.
  [[nodiscard]] bool run(const PacketFilter::Index::Base& base);
  [[nodiscard]] PacketTraces& traces() { return traces_; }
  // From now on the connection of the packet is known to the kernel, which notrack changes no more.
  void set_known() { known_ = true; }

 private:
  struct Ending {
    bool falls = false;    // past the last rule, or returned
    bool accepts = false;  // for this base chain
  };
  enum class Step { next_statement, next_rule, end_chain };
  // Where a chain is run from.
  struct Place {
    const PacketTable& table;
    const PacketChain& chain;
    int depth = 0;
    bool certain = true;
  };

  Ending run_chain(const Place& place);
  Step take(const Place& place, const PacketRule& rule, const PacketStatement& statement, Tristate& condition,
            Ending& ending);
  Step take_verdict(const Place& place, const PacketRule& rule, PacketVerdict verdict,
                    const std::string& chain, Tristate condition, Ending& ending);
  Step take_map(const Place& place, const PacketRule& rule, const PacketStatement& statement,
                Tristate& condition, Ending& ending);
  Step take_end(const Place& place, const PacketRule& rule, FilterVerdict verdict, const std::string& reject,
                Tristate condition);
  Step take_redirect(const PacketRule& rule, const PacketStatement& statement, bool certain, Ending& ending);
  Step narrow(Tristate match, Tristate& condition, std::string_view why);
  void mark(const PacketStatement& statement, bool certain);

  [[nodiscard]] Tristate limit(const PacketStatement& statement) const;
  [[nodiscard]] Tristate matches(const PacketTable& table, const PacketStatement& statement) const;
  [[nodiscard]] Tristate flags_match(const PacketStatement& statement) const;
  [[nodiscard]] Tristate ipset_match(const PacketStatement& statement) const;
  [[nodiscard]] Tristate among(const std::vector<SetElement>& elements,
                               const std::vector<FieldValue>& values) const;
  [[nodiscard]] std::vector<FieldValue> values_of(const std::vector<PacketKey>& keys) const;
  void unsure(std::string why);

  const PacketFilter::Index& index_;
  Packet& packet_;
  bool limits_;
  bool used_up_;
  PacketTraces traces_;
  bool known_ = false;
  std::set<std::string> touched_;  // sets that this packet may have changed
  std::size_t steps_ = 0;
};

}  // namespace reentry
