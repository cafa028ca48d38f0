#include "login/packet_filter.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "login/packet_walk.hpp"

namespace reentry {
namespace {

using FieldState = FieldValue::State;

// Where the kernel looks the connection up, and where it translates addresses (linux/netfilter_ipv4.h).
constexpr int kConntrack = -200;
constexpr int kTranslateDestination = -100;
constexpr int kTranslateSource = 100;

constexpr std::uint64_t kInvalid = 1;
constexpr std::uint64_t kEstablished = 2;
constexpr std::uint64_t kNew = 8;
constexpr std::uint64_t kUntracked = 64;
constexpr std::uint64_t kStatusDnat = 32;
constexpr Bits kKnownStatus{~std::uint64_t{0}, 1 + 16 + 32};

// The packets that every login needs, in their order. Those without data are needed in the long run only.
struct PacketKind {
  bool inbound = true;
  std::uint64_t flags = 0;
  bool first = false;
  bool needed = true;
};
constexpr std::array<PacketKind, 6> kPackets = {{
    {true, 0x02, true, true},
    {false, 0x12, false, true},
    {true, 0x18, false, true},
    {false, 0x18, false, true},
    {true, 0x10, false, false},
    {false, 0x10, false, false},
}};

class Conversation {
 public:
  Conversation(const PacketFilter::Index& index, const TcpConnection& connection, bool used_up)
      : index_(index), asked_(connection), used_up_(used_up) {
    ct_mark_ = FieldValue::of(0);
  }

  FilterAnswer judge() {
    const bool refused =
        std::any_of(kPackets.begin(), kPackets.end(), [this](const PacketKind& kind) { return send(kind); });
    answer_.arrives_at = asked_.port;
    if (redirect_ && redirect_->port_known) answer_.arrives_at = static_cast<std::uint16_t>(redirect_->port);
    if (refused || reasons_.empty()) return answer_;
    answer_.verdict = FilterVerdict::unknown;
    for (const std::string& reason : reasons_)
      answer_.unknown.push_back({Why::not_asked, place_of(answer_.place), reason});
    return answer_;
  }

 private:
  static std::string place_of(const RulePlace& place) {
    if (place.chain.empty()) return "packet filter";
    return place.family + " " + place.table + " " + place.chain;
  }

  // True when the answer is there: the packet gets nowhere.
  bool send(const PacketKind& kind) {
    Packet packet = packet_of(kind);
    PacketWalk walk(index_, packet, kind.first, used_up_);
    const bool arrives = pass_hooks(kind, packet, walk);
    const PacketTraces& traces = walk.traces();
    if (packet[PacketField::ct_mark].state != FieldState::absent) ct_mark_ = packet[PacketField::ct_mark];
    if (kind.first) redirect_ = traces.redirect;
    (kind.inbound ? inbound_untracked_ : outbound_untracked_) = traces.untracked;
    if (kind.first && traces.accepted != nullptr) answer_.place = *traces.accepted;
    if (redirect_ && redirect_->away && redirect_->certain) {
      answer_.verdict = FilterVerdict::away;
      answer_.place = *redirect_->place;
      return true;
    }
    const bool refused = !arrives && kind.needed;
    if (refused) return refuse(kind, traces);
    const bool redirect_unsure = kind.first && redirect_ && !redirect_->certain;
    if (!traces.ends.empty() || redirect_unsure) doubt(kind, traces);
    return false;
  }

  bool refuse(const PacketKind& kind, const PacketTraces& traces) {
    auto end = std::find_if(traces.ends.begin(), traces.ends.end(),
                            [](const PacketEnd& one) { return one.verdict != FilterVerdict::unknown; });
    if (end == traces.ends.end()) end = traces.ends.begin();
    answer_.verdict = end->verdict;
    answer_.reject = end->reject;
    answer_.place = place(*end);
    answer_.base_chain = end->base != nullptr ? end->base->name : answer_.place.chain;
    answer_.phase = kind.first           ? FilterPhase::first
                    : kind.inbound       ? FilterPhase::later
                    : kind.flags == 0x12 ? FilterPhase::reply
                                         : FilterPhase::later;
    return true;
  }

  void doubt(const PacketKind& kind, const PacketTraces& traces) {
    if (reasons_.empty() && !traces.ends.empty()) {
      answer_.place = place(traces.ends.front());
      answer_.phase = kind.first ? FilterPhase::first : FilterPhase::later;
    }
    const std::vector<std::string> without_data = {"what becomes of packets without data"};
    for (const std::string& reason : traces.unknown.empty() ? without_data : traces.unknown) {
      if (std::find(reasons_.begin(), reasons_.end(), reason) == reasons_.end()) reasons_.push_back(reason);
    }
  }

  static RulePlace place(const PacketEnd& end) {
    if (end.place != nullptr) return *end.place;
    RulePlace out;
    out.tool = end.table->tool;
    out.family = end.table->family;
    out.table = end.table->name;
    out.chain = end.chain->name;
    return out;
  }

  Packet packet_of(const PacketKind& kind) const {
    Packet packet;
    const bool v4 = asked_.family == 4;
    packet[PacketField::family] = FieldValue::of(v4 ? 2U : 10U);
    packet[PacketField::protocol] = FieldValue::of(6);
    for (const PacketField field : {PacketField::source4, PacketField::source6, PacketField::destination4,
                                    PacketField::destination6, PacketField::absent}) {
      packet[field] = FieldValue::none();
    }
    const FieldValue client = FieldValue::of(asked_.source);
    const FieldValue server = asked_.destination ? FieldValue::of(*asked_.destination) : FieldValue{};
    packet[v4 ? PacketField::source4 : PacketField::source6] = kind.inbound ? client : server;
    packet[v4 ? PacketField::destination4 : PacketField::destination6] = kind.inbound ? server : client;
    packet[kind.inbound ? PacketField::source_port : PacketField::destination_port] =
        FieldValue::of(asked_.source_port);
    packet[PacketField::tcp_flags] = FieldValue::of(kind.flags);
    packet[PacketField::mark] = FieldValue::of(0);
    packet[PacketField::ct_mark] = ct_mark_;
    if (kind.inbound) packet[PacketField::packet_type] = FieldValue::of(0);
    const std::uint64_t local = 2;
    const std::uint64_t unicast = 1;
    packet[PacketField::destination_type] = FieldValue::of(kind.inbound || asked_.loopback ? local : unicast);
    packet[PacketField::source_type] = FieldValue::of(!kind.inbound || asked_.loopback ? local : unicast);
    packet[PacketField::no_way_back] = FieldValue::of(0);
    return packet;
  }

  bool pass_hooks(const PacketKind& kind, Packet& packet, PacketWalk& walk) {
    if (!kind.inbound || asked_.loopback) {
      packet[PacketField::in_interface] = FieldValue::of(0);
      packet[PacketField::out_interface] = interface();
      for (const PacketHook hook : {PacketHook::output, PacketHook::postrouting}) {
        if (!pass_hook(kind, hook, packet, walk)) return false;
      }
      if (!asked_.loopback) return true;
      if (walk.traces().source_rewritten) {
        packet[asked_.family == 4 ? PacketField::source4 : PacketField::source6] = {};
      }
    }
    if (asked_.loopback) walk.set_known();
    packet[PacketField::in_interface] = interface();
    packet[PacketField::out_interface] = FieldValue::of(0);
    const std::array<PacketHook, 3> hooks = {PacketHook::ingress, PacketHook::prerouting, PacketHook::input};
    return std::all_of(hooks.begin(), hooks.end(),
                       [&](PacketHook hook) { return pass_hook(kind, hook, packet, walk); });
  }

  [[nodiscard]] FieldValue interface() const {
    if (asked_.loopback) return FieldValue::of(point(name_bits("lo")));
    if (asked_.interface.empty()) return {};
    return FieldValue::of(point(name_bits(asked_.interface)));
  }

  bool pass_hook(const PacketKind& kind, PacketHook hook, Packet& packet, PacketWalk& walk) {
    bool translated = false;  // a nat chain was asked here
    for (const PacketFilter::Index::Base& base : index_.base_chains(hook, asked_.family)) {
      if (!is_asked(kind, hook, base, translated, walk)) continue;
      if (hook == PacketHook::ingress && base.chain->device != device() && !device().empty() &&
          !base.chain->device.empty()) {
        continue;
      }
      place_packet(kind, hook, base.priority, packet, walk.traces());
      const bool sure = hook != PacketHook::ingress || (!base.chain->device.empty() && !device().empty());
      const bool goes_on = walk.run(base);
      translated = translated || base.chain->nat;
      if (!goes_on && sure) return false;
      if (walk.traces().redirect && walk.traces().redirect->certain && walk.traces().redirect->away)
        return true;
    }
    const bool destination_hook = hook == PacketHook::prerouting || hook == PacketHook::output;
    destination_done_ = destination_done_ || (kind.first && translated && destination_hook);
    return true;
  }

  // nat chains speak of the first packet of a connection, and until one of them has found something to do.
  bool is_asked(const PacketKind& kind, PacketHook hook, const PacketFilter::Index::Base& base,
                bool translated, PacketWalk& walk) const {
    if (!base.chain->nat) return true;
    // A packet of our own is known for good when it has left: what it meets on its way in changes it no more
    // (nf_nat_core.c:nf_nat_setup_info).
    if (asked_.loopback && (hook == PacketHook::prerouting || hook == PacketHook::input)) return false;
    if (!kind.first || walk.traces().untracked == Tristate::yes) return false;
    const bool destination_hook = hook == PacketHook::prerouting || hook == PacketHook::output;
    if (destination_hook && destination_done_) return false;
    if (!translated) return true;
    if (destination_hook) return !walk.traces().redirect.has_value();
    return !walk.traces().source_rewritten;
  }

  [[nodiscard]] std::string device() const { return asked_.loopback ? "lo" : asked_.interface; }

  // What the packet looks like to a chain of this priority.
  void place_packet(const PacketKind& kind, PacketHook hook, int priority, Packet& packet,
                    const PacketTraces& traces) const {
    const auto& redirect = kind.first ? traces.redirect : redirect_;
    const bool late = hook == PacketHook::input || (hook == PacketHook::prerouting && asked_.loopback) ||
                      (hook == PacketHook::postrouting) || priority > kTranslateDestination;
    FieldValue port = FieldValue::of(asked_.port);
    const bool back = !kind.inbound && ((hook == PacketHook::postrouting && priority >= kTranslateSource) ||
                                        hook == PacketHook::prerouting || hook == PacketHook::input);
    const bool translated = kind.inbound ? (kind.first || late) : !back;
    if (redirect && translated && hook != PacketHook::ingress) {
      if (redirect->port_known && redirect->certain) port = FieldValue::of(redirect->port);
      if (!redirect->certain) port = {};
    }
    packet[kind.inbound ? PacketField::destination_port : PacketField::source_port] = port;
    packet[PacketField::ct_state] = ct_state(kind, hook, priority, traces);
    const bool changed =
        redirect && redirect->certain && redirect->port_known && redirect->port != asked_.port;
    packet[PacketField::ct_status] = {FieldState::known, point(changed ? kStatusDnat : 0), kKnownStatus};
    if (redirect && !redirect->certain) packet[PacketField::ct_status] = {};
    // Without a connection there is none of this (nft_ct.c, xt_conntrack.c).
    if (is_early(hook, priority) || traces.untracked == Tristate::yes) {
      for (const PacketField field :
           {PacketField::ct_status, PacketField::ct_direction, PacketField::ct_mark})
        packet[field] = FieldValue::none();
    } else {
      packet[PacketField::ct_direction] = FieldValue::of(kind.inbound ? 0U : 1U);
      if (packet[PacketField::ct_mark].state == FieldState::absent) packet[PacketField::ct_mark] = ct_mark_;
    }
  }

  [[nodiscard]] bool is_early(PacketHook hook, int priority) const {
    const bool looks_up = hook == PacketHook::output || (hook == PacketHook::prerouting && !asked_.loopback);
    return hook == PacketHook::ingress || (looks_up && priority < kConntrack);
  }

  [[nodiscard]] FieldValue ct_state(const PacketKind& kind, PacketHook hook, int priority,
                                    const PacketTraces& traces) const {
    if (traces.untracked == Tristate::unknown) return {};
    if (traces.untracked == Tristate::yes) return FieldValue::of(kUntracked);
    if (is_early(hook, priority)) return FieldValue::of(kInvalid);
    if (kind.first) return FieldValue::of(kNew);
    if (inbound_untracked_ == Tristate::unknown || outbound_untracked_ == Tristate::unknown) return {};
    if (inbound_untracked_ == Tristate::yes) {
      // The answer to a connection that nobody knows; what follows may be picked up in the middle.
      if (!kind.inbound && kind.flags == 0x12) return FieldValue::of(kInvalid);
      return {};
    }
    if (outbound_untracked_ == Tristate::yes && kind.inbound) return FieldValue::of(kInvalid);
    return outbound_untracked_ == Tristate::yes ? FieldValue{} : FieldValue::of(kEstablished);
  }

  const PacketFilter::Index& index_;
  const TcpConnection& asked_;
  bool used_up_;
  FilterAnswer answer_;
  std::vector<std::string> reasons_;
  FieldValue ct_mark_;
  std::optional<PacketTraces::Redirect> redirect_;
  Tristate inbound_untracked_ = Tristate::no;
  Tristate outbound_untracked_ = Tristate::no;
  bool destination_done_ = false;
};

}  // namespace

std::string_view name_of(FilterVerdict verdict) {
  switch (verdict) {
    case FilterVerdict::pass: return "pass";
    case FilterVerdict::drop: return "drop";
    case FilterVerdict::reject: return "reject";
    case FilterVerdict::away: return "away";
    case FilterVerdict::unknown: return "unknown";
  }
  return "unknown";
}

PacketFilter::PacketFilter(const PacketRules& rules)
    : rules_(rules), index_(std::make_unique<Index>(rules)) {}
PacketFilter::~PacketFilter() = default;

FilterAnswer PacketFilter::judge(const TcpConnection& connection) const {
  FilterAnswer answer = Conversation(*index_, connection, false).judge();
  if (answer.verdict != FilterVerdict::pass || !index_->has_limits()) return answer;
  const FilterAnswer busy = Conversation(*index_, connection, true).judge();
  if (busy.verdict == FilterVerdict::drop || busy.verdict == FilterVerdict::reject)
    answer.limited = busy.place;
  return answer;
}

}  // namespace reentry
