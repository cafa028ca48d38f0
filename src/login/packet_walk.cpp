#include "login/packet_walk.hpp"

#include <algorithm>

namespace reentry {
namespace {

using StatementKind = PacketStatement::Kind;

// The kernel allows 16 jumps within jumps (NFT_JUMP_STACK_SIZE); iptables as many as there are chains.
constexpr int kDeepest = 64;
constexpr std::size_t kMostSteps = 2'000'000;
constexpr std::size_t kMostReasons = 8;

Tristate at_once(Tristate a, Tristate b) {
  if (a == Tristate::no || b == Tristate::no) return Tristate::no;
  return a == Tristate::unknown || b == Tristate::unknown ? Tristate::unknown : Tristate::yes;
}

}  // namespace

void PacketWalk::unsure(std::string why) {
  std::vector<std::string>& reasons = traces_.unknown;
  if (reasons.size() < kMostReasons && std::find(reasons.begin(), reasons.end(), why) == reasons.end())
    reasons.push_back(std::move(why));
}

PacketWalk::Step PacketWalk::narrow(Tristate match, Tristate& condition, std::string_view why) {
  if (match == Tristate::no) return Step::next_rule;
  if (match == Tristate::unknown) unsure(std::string(why));
  condition = at_once(condition, match);
  return Step::next_statement;
}

PacketWalk::Step PacketWalk::take_end(const Place& place, const PacketRule& rule, FilterVerdict verdict,
                                      const std::string& reject, Tristate condition) {
  traces_.ends.push_back({verdict, reject, &rule.place, &place.table, &place.chain});
  return condition == Tristate::yes ? Step::end_chain : Step::next_rule;
}

PacketWalk::Step PacketWalk::take_verdict(const Place& place, const PacketRule& rule, PacketVerdict verdict,
                                          const std::string& chain, Tristate condition, Ending& ending) {
  const bool certain = condition == Tristate::yes;
  switch (verdict) {
    case PacketVerdict::none: return Step::next_statement;
    case PacketVerdict::drop: return take_end(place, rule, FilterVerdict::drop, {}, condition);
    case PacketVerdict::accept:
      ending.accepts = true;
      traces_.accepted = &rule.place;
      return certain ? Step::end_chain : Step::next_rule;
    case PacketVerdict::return_: ending.falls = true; return certain ? Step::end_chain : Step::next_rule;
    case PacketVerdict::jump:
    case PacketVerdict::go_to: break;
  }
  const PacketChain* target = index_.chain(place.table, chain);
  if (target == nullptr || place.depth >= kDeepest) {
    unsure(chain);
    traces_.ends.push_back({FilterVerdict::unknown, {}, &rule.place, &place.table, &place.chain});
    ending.accepts = true;
    return Step::next_rule;
  }
  const Ending inner = run_chain({place.table, *target, place.depth + 1, place.certain && certain});
  ending.accepts = ending.accepts || inner.accepts;
  if (verdict == PacketVerdict::go_to) {
    ending.falls = ending.falls || inner.falls;
    return certain ? Step::end_chain : Step::next_rule;
  }
  return certain && !inner.falls ? Step::end_chain : Step::next_rule;
}

PacketWalk::Step PacketWalk::take_map(const Place& place, const PacketRule& rule,
                                      const PacketStatement& statement, Tristate& condition, Ending& ending) {
  const PacketSet* set = statement.set.empty() ? nullptr : index_.set(place.table, statement.set);
  if (!statement.set.empty() && (set == nullptr || set->opaque)) {
    unsure("@" + statement.set);
    traces_.ends.push_back({FilterVerdict::unknown, {}, &rule.place, &place.table, &place.chain});
    ending.accepts = true;
    return Step::next_rule;
  }
  const std::vector<FieldValue> values = values_of(statement.key);
  for (const FieldValue& value : values) {
    if (value.state == FieldValue::State::absent) return Step::next_rule;
  }
  const SetElement* rest = nullptr;
  bool maybe = false;
  for (const SetElement& element : set != nullptr ? set->elements : statement.elements) {
    if (element.rest) rest = &element;
    if (element.rest) continue;
    const Tristate match = key_match(element, values);
    if (match == Tristate::no) continue;
    if (match == Tristate::unknown) unsure("vmap");
    maybe = maybe || match == Tristate::unknown;
    const Tristate here = at_once(condition, match);
    const Step step = take_verdict(place, rule, element.verdict, element.chain, here, ending);
    if (match == Tristate::yes) return step;
  }
  if (rest != nullptr) {
    const Tristate here = at_once(condition, maybe ? Tristate::unknown : Tristate::yes);
    return take_verdict(place, rule, rest->verdict, rest->chain, here, ending);
  }
  return Step::next_rule;
}

PacketWalk::Step PacketWalk::take_redirect(const PacketRule& rule, const PacketStatement& statement,
                                           bool certain, Ending& ending) {
  const FieldValue& destination =
      packet_[statement.elements.empty() ||
                      packet_[PacketField::destination4].state == FieldValue::State::absent
                  ? PacketField::destination6
                  : PacketField::destination4];
  PacketTraces::Redirect redirect;
  redirect.place = &rule.place;
  redirect.certain = certain && statement.text.empty();
  redirect.port = statement.value.low;
  redirect.port_known = redirect.port != 0;
  if (statement.away && !statement.elements.empty()) {
    const BitsRange& to = statement.elements.front().key.front();
    redirect.away = true;
    if (destination.state == FieldValue::State::known && destination.range == to) redirect.away = false;
    // Without the host's own addresses nobody knows whether it is one of them.
    if (destination.state == FieldValue::State::unknown) redirect.certain = false;
  }
  if (!redirect.certain) unsure("dnat");
  if (!traces_.redirect || !traces_.redirect->certain) traces_.redirect = redirect;
  ending.accepts = true;
  return certain ? Step::end_chain : Step::next_rule;
}

void PacketWalk::mark(const PacketStatement& statement, bool certain) {
  const bool connection =
      statement.kind == StatementKind::set_ct_mark || statement.kind == StatementKind::copy_mark;
  FieldValue& target = packet_[connection ? PacketField::ct_mark : PacketField::mark];
  const bool copies =
      statement.kind == StatementKind::copy_mark || statement.kind == StatementKind::restore_mark;
  const FieldValue source = copies ? packet_[connection ? PacketField::mark : PacketField::ct_mark] : target;
  const bool known = certain && statement.text.empty() && source.state == FieldValue::State::known;
  if (copies) {
    target = known ? source : FieldValue{};
  } else if (certain && statement.text.empty() && (statement.mask.low & 0xffffffffU) == 0xffffffffU) {
    target = FieldValue::of(point(statement.value));
  } else if (known) {
    target = FieldValue::of(point((source.range.first & ~statement.mask) ^ statement.value));
  } else {
    target = {};
  }
}

PacketWalk::Step PacketWalk::take(const Place& place, const PacketRule& rule,
                                  const PacketStatement& statement, Tristate& condition, Ending& ending) {
  const bool certain = place.certain && condition == Tristate::yes;
  switch (statement.kind) {
    case StatementKind::match:
    case StatementKind::any_flag:
    case StatementKind::ipset:
      return narrow(matches(place.table, statement), condition,
                    rule.place.text.empty() ? "a match" : rule.place.text);
    case StatementKind::limit: return narrow(limit(statement), condition, statement.text);
    case StatementKind::unmodelled: return narrow(Tristate::unknown, condition, statement.text);
    case StatementKind::verdict_map: return take_map(place, rule, statement, condition, ending);
    case StatementKind::verdict:
      // `ct count 0` and its kind: no packet gets beyond it.
      if (statement.verdict == PacketVerdict::none) return Step::next_rule;
      return take_verdict(place, rule, statement.verdict, statement.text, condition, ending);
    case StatementKind::reject:
      return take_end(place, rule, FilterVerdict::reject, statement.text, condition);
    case StatementKind::redirect:
      if (statement.family != 0 && packet_[PacketField::family].range !=
                                       point(statement.family == 4 ? std::uint64_t{2} : std::uint64_t{10})) {
        return Step::next_rule;
      }
      return take_redirect(rule, statement, certain, ending);
    case StatementKind::nat_done:
      ending.accepts = true;
      traces_.source_rewritten = true;
      return condition == Tristate::yes ? Step::end_chain : Step::next_rule;
    case StatementKind::elsewhere:
      unsure(statement.text);
      ending.accepts = true;
      return take_end(place, rule, FilterVerdict::unknown, {}, condition);
    case StatementKind::notrack:
      // One that is known by now stays so (xt_CT.c:xt_ct_target, nft_ct.c:nft_notrack_eval).
      if (!known_)
        traces_.untracked = traces_.untracked == Tristate::yes || certain ? Tristate::yes : Tristate::unknown;
      break;
    case StatementKind::add_to_set: touched_.insert(statement.set); break;
    case StatementKind::set_mark:
    case StatementKind::set_ct_mark:
    case StatementKind::copy_mark:
    case StatementKind::restore_mark: mark(statement, certain); break;
  }
  return Step::next_statement;
}

PacketWalk::Ending PacketWalk::run_chain(const Place& place) {
  Ending ending;
  for (const PacketRule& rule : place.chain.rules) {
    if (++steps_ > kMostSteps) {
      unsure("too many rules");
      traces_.ends.push_back({FilterVerdict::unknown, {}, &rule.place, &place.table, &place.chain});
      return {true, true};
    }
    Tristate condition = Tristate::yes;
    Step step = Step::next_statement;
    for (const PacketStatement& statement : rule.statements) {
      step = take(place, rule, statement, condition, ending);
      if (step != Step::next_statement) break;
    }
    if (step == Step::end_chain) return ending;
  }
  ending.falls = true;
  return ending;
}

bool PacketWalk::run(const PacketFilter::Index::Base& base) {
  const std::size_t before = traces_.ends.size();
  const Ending ending = run_chain({*base.table, *base.chain, 0, true});
  const bool policy_drops = ending.falls && base.chain->drops;
  if (policy_drops) traces_.ends.push_back({FilterVerdict::drop, {}, nullptr, base.table, base.chain});
  for (std::size_t i = before; i < traces_.ends.size(); ++i) traces_.ends[i].base = base.chain;
  return ending.accepts || (ending.falls && !base.chain->drops);
}

}  // namespace reentry
