#include "diagnosis/diagnosis.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "diagnosis/doors.hpp"
#include "login/replay.hpp"

namespace reentry {
namespace {

// Gates by id in the order in which a login meets them. Not every login has every gate (root has one more),
// so that the furthest place that a gate has in any login is its place.
std::unordered_map<std::string_view, std::size_t> gate_places(const std::vector<LoginTrace>& traces) {
  std::unordered_map<std::string_view, std::size_t> places;
  for (const LoginTrace& trace : traces) {
    for (std::size_t i = 0; i < trace.gates.size(); ++i) {
      std::size_t& place = places[trace.gates[i].id];
      place = std::max(place, i);
    }
  }
  return places;
}

using Place = std::pair<std::size_t, std::size_t>;  // of the gate, of the obstacle in it
using Locus = std::tuple<Cause, std::string_view, std::size_t>;

Locus locus_of(Cause cause, const Exhibit& at) {
  return {cause, at.path, at.line};
}

// What a finding has to do with the logins: where they meet it and what lies behind it.
struct Standpoint {
  Place place{};
  std::set<Cause> hides;
  bool blocks_open_login = false;  // a login that nobody closed on purpose meets it
};
using Standpoints = std::map<Locus, Standpoint>;

struct Met {
  Standpoint* standpoint;
  Cause cause;
  std::string_view gate;
  std::size_t gate_place;
};

// Key and password are two ways in: neither stands behind the other.
bool stands_behind(const Met& later, const Met& earlier) {
  if (later.gate_place <= earlier.gate_place || later.cause == earlier.cause) return false;
  return !(earlier.gate == "auth/publickey" && later.gate == "auth/password");
}

Standpoints standpoints_of(const Facts& facts, const std::vector<LoginTrace>& traces, bool every_door_shut) {
  Standpoints standpoints;
  const auto places = gate_places(traces);
  for (const LoginTrace& trace : traces) {
    const bool closed = !every_door_shut && is_closed_on_purpose(facts, trace);
    std::vector<Met> met;
    for (const Gate& gate : trace.gates) {
      if (gate.result != GateResult::refuse) continue;
      const std::size_t gate_place = places.at(gate.id);
      for (std::size_t i = 0; i < gate.obstacles.size(); ++i) {
        const Obstacle& obstacle = gate.obstacles[i];
        const auto entry = standpoints.try_emplace(locus_of(obstacle.cause, obstacle.at));
        Standpoint& standpoint = entry.first->second;
        const Place place{gate_place, i};
        standpoint.place = entry.second ? place : std::min(standpoint.place, place);
        standpoint.blocks_open_login = standpoint.blocks_open_login || !closed;
        met.push_back({&standpoint, obstacle.cause, gate.id, gate_place});
      }
    }
    for (const Met& earlier : met) {
      for (const Met& later : met) {
        if (stands_behind(later, earlier)) earlier.standpoint->hides.insert(later.cause);
      }
    }
  }
  return standpoints;
}

void gather_unseen(const std::vector<LoginTrace>& traces, std::vector<Missing>& unseen) {
  std::set<std::pair<std::string_view, Why>> known;
  for (const LoginTrace& trace : traces) {
    for (const Gate& gate : trace.gates) {
      if (gate.result != GateResult::unknown) continue;
      for (const Missing& missing : gate.unknown) {
        if (known.insert({missing.where, missing.why}).second) unseen.push_back(missing);
      }
    }
  }
}

Standing standing_of(const Diagnosis& diagnosis) {
  bool unknown = diagnosis.logins.empty();
  for (const LoginTrace& trace : diagnosis.logins) {
    const auto& closed = diagnosis.closed_on_purpose;
    if (trace.outcome == Outcome::refused &&
        std::find(closed.begin(), closed.end(), trace.question.user) == closed.end())
      return Standing::blocked;
    unknown = unknown || trace.outcome == Outcome::unknown;
  }
  if (unknown) return Standing::unknown;
  const bool trouble =
      std::any_of(diagnosis.findings.begin(), diagnosis.findings.end(),
                  [](const Finding& finding) { return finding.severity != Severity::notice; });
  return trouble ? Standing::degraded : Standing::open;
}

// A finding and where it stands among the others.
struct Ranked {
  Severity severity;
  Place place;
  std::size_t index;
};

std::vector<Finding> in_mending_order(std::vector<Finding> findings, const Standpoints& standpoints) {
  constexpr std::size_t kBehindAll = static_cast<std::size_t>(-1);
  std::vector<Ranked> order;
  order.reserve(findings.size());
  for (std::size_t i = 0; i < findings.size(); ++i) {
    Finding& finding = findings[i];
    const auto found = standpoints.find(locus_of(finding.cause, finding.locus));
    Place place{kBehindAll, 0};
    if (found != standpoints.end()) {
      place = found->second.place;
      if (!found->second.blocks_open_login && finding.severity == Severity::blocker)
        finding.severity = Severity::notice;
      if (finding.severity == Severity::blocker)
        finding.hides.assign(found->second.hides.begin(), found->second.hides.end());
    }
    order.push_back({finding.severity, place, i});
  }
  std::stable_sort(order.begin(), order.end(), [](const Ranked& a, const Ranked& b) {
    return std::tie(a.severity, a.place) < std::tie(b.severity, b.place);
  });
  std::vector<Finding> sorted;
  sorted.reserve(findings.size());
  for (const Ranked& ranked : order) sorted.push_back(std::move(findings[ranked.index]));
  return sorted;
}

// What the checks say of the logins at one moment.
struct Judged {
  std::vector<LoginTrace> logins;
  std::vector<Finding> findings;
  std::vector<Missing> unseen;
  bool every_door_shut = false;
};

Judged judge(const Facts& facts, const std::vector<LoginQuestion>& questions,
             std::span<const Check* const> checks, When when) {
  Judged out;
  out.logins = replay(facts, questions, when);
  out.every_door_shut = no_way_in_left(facts, out.logins, when);
  const CheckInput input(facts, out.logins, out.every_door_shut, when);
  gather_unseen(out.logins, out.unseen);
  std::vector<Finding> findings;
  for (const Check* check : checks) {
    Verdict verdict = check->evaluate(input);
    if (auto* found = std::get_if<std::vector<Finding>>(&verdict)) {
      std::move(found->begin(), found->end(), std::back_inserter(findings));
    } else if (auto* cannot = std::get_if<CannotTell>(&verdict)) {
      std::move(cannot->missing.begin(), cannot->missing.end(), std::back_inserter(out.unseen));
    }
  }
  out.findings =
      in_mending_order(std::move(findings), standpoints_of(facts, out.logins, out.every_door_shut));
  return out;
}

// What refuses a login only then is a risk now. It says more than a notice of the same place.
void add_risks(std::vector<Finding>& findings, std::vector<Finding> later) {
  std::vector<Finding> risks;
  for (Finding& finding : later) {
    if (finding.severity == Severity::notice) continue;
    const Locus locus = locus_of(finding.cause, finding.locus);
    const auto same = [&locus](const Finding& one) { return locus_of(one.cause, one.locus) == locus; };
    const auto known = std::find_if(findings.begin(), findings.end(), same);
    if (known != findings.end() && known->severity != Severity::notice) continue;
    if (known != findings.end()) findings.erase(known);
    finding.severity = Severity::risk;
    finding.at_next_start = true;
    risks.push_back(std::move(finding));
  }
  const auto notices = std::find_if(findings.begin(), findings.end(), [](const Finding& finding) {
    return finding.severity == Severity::notice;
  });
  findings.insert(notices, std::make_move_iterator(risks.begin()), std::make_move_iterator(risks.end()));
}

}  // namespace

std::string_view name_of(Standing standing) {
  switch (standing) {
    case Standing::open: return "open";
    case Standing::blocked: return "blocked";
    case Standing::degraded: return "degraded";
    case Standing::unknown: return "unknown";
  }
  return "unknown";
}

Diagnosis diagnose(const Facts& facts, const std::vector<LoginQuestion>& questions,
                   std::span<const Check* const> checks, When when) {
  Diagnosis diagnosis;
  diagnosis.target = facts.target;
  diagnosis.openssh = facts.ssh.version_known ? facts.ssh.text : std::string();
  Judged judged = judge(facts, questions, checks, when);
  diagnosis.logins = std::move(judged.logins);
  diagnosis.findings = std::move(judged.findings);
  diagnosis.unseen = std::move(judged.unseen);
  diagnosis.every_door_shut = judged.every_door_shut;
  for (const LoginTrace& trace : diagnosis.logins) {
    if (!diagnosis.every_door_shut && is_closed_on_purpose(facts, trace))
      diagnosis.closed_on_purpose.push_back(trace.question.user);
  }
  if (when == When::now)
    add_risks(diagnosis.findings, judge(facts, questions, checks, When::next_start).findings);
  diagnosis.verdict = standing_of(diagnosis);
  return diagnosis;
}

Diagnosis diagnose(const Facts& facts, const std::vector<LoginQuestion>& questions,
                   std::span<const Check* const> checks) {
  return diagnose(facts, questions, checks, natural_time(facts.target.kind));
}

}  // namespace reentry
