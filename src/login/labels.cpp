// security/selinux/hooks.c: which permission is asked for which use; facts/labels.hpp has the answers.
#include "login/labels.hpp"

#include "login/exhibits.hpp"

namespace reentry {
namespace {

LabelVerdict unknown(const LabelFact* fact, Missing missing) {
  return {LabelVerdict::State::unknown, fact, std::move(missing)};
}

bool relabelled(const Facts& facts, When when) {
  return when == When::next_start && facts.labels.relabels_at_start;
}

// Without the policy's word: what has the label that it should have is taken to be fine.
LabelVerdict by_expectation(const Facts& facts, When when, const LabelFact& fact) {
  const LabelFacts& labels = facts.labels;
  if (!fact.label) return unknown(&fact, fact.label.missing());
  if (!fact.expected)
    return unknown(&fact, labels.contexts ? fact.expected.missing() : labels.contexts.missing());
  if (!fact.differs() || relabelled(facts, when)) return {LabelVerdict::State::allowed, &fact, {}};
  return unknown(&fact, labels.policy ? Missing{Why::not_asked, fact.question.path.str(), "the policy's word"}
                                      : labels.policy.missing());
}

}  // namespace

Known<SelinuxMode> selinux_mode(const Facts& facts, When when) {
  if (!facts.labels.present) return SelinuxMode::off;
  return when == When::now ? facts.labels.now : facts.labels.next_start;
}

LabelVerdict label_verdict(const Facts& facts, When when, const HostPath& physical, LabelUse use,
                           LabelActor actor) {
  const Known<SelinuxMode> mode = selinux_mode(facts, when);
  if (mode && *mode == SelinuxMode::off) return {};
  const LabelFact* fact = facts.labels.find(physical, use, actor);
  if (fact == nullptr) {
    if (mode && *mode == SelinuxMode::permissive) return {};
    return unknown(nullptr, {Why::not_asked, physical.str(), "its SELinux label"});
  }
  if (mode && *mode == SelinuxMode::permissive) {
    const bool fits = !fact->differs() || relabelled(facts, when);
    return {fits ? LabelVerdict::State::allowed : LabelVerdict::State::would_refuse, fact, {}};
  }
  if (!fact->refused) return by_expectation(facts, when, *fact);
  const auto& refused =
      relabelled(facts, when) && fact->refused_when_mended ? fact->refused_when_mended : fact->refused;
  if (refused->empty()) return {LabelVerdict::State::allowed, fact, {}};
  if (!mode) return unknown(fact, mode.missing());
  return {LabelVerdict::State::refused, fact, {}};
}

Obstacle label_obstacle(Cause cause, const LabelFact& fact) {
  Obstacle obstacle;
  obstacle.cause = cause;
  obstacle.at.path = fact.question.path.str();
  obstacle.at.text = fact.label ? (fact.label->empty() ? "no SELinux label" : *fact.label) : std::string();
  const bool mends = fact.refused_when_mended && fact.refused_when_mended->empty() && fact.label &&
                     fact.mended != *fact.label;
  obstacle.details = {{"path", fact.question.path.str()},
                      {"label", fact.label ? *fact.label : std::string()},
                      {"expected", fact.expected ? *fact.expected : std::string()},
                      {"mended", fact.mended},
                      {"mends", mends ? "yes" : "no"},
                      {"domain", fact.domain},
                      {"permissions", fact.refused ? joined(*fact.refused) : std::string()},
                      {"symlink", fact.question.type == FileType::symlink ? "yes" : ""},
                      {"boolean", fact.boolean},
                      {"value", fact.boolean_value == 0 ? "off" : "on"}};
  return obstacle;
}

LabelWay label_way(const Facts& facts, When when, const PathFact& path, LabelUse use, LabelActor actor,
                   bool strict) {
  LabelWay way;
  const Known<SelinuxMode> mode = selinux_mode(facts, when);
  if (mode && *mode == SelinuxMode::off) return way;
  for (const PathNode& node : path.visited) {
    LabelUse asked = use;
    const bool last = &node == &path.visited.back() && path.found();
    if (!last && node.stat.type == FileType::symlink) asked = LabelUse::follow;
    if (!last && node.stat.type == FileType::directory) asked = strict ? LabelUse::judge : LabelUse::search;
    if (!last && asked == use) continue;
    const LabelVerdict verdict = label_verdict(facts, when, node.path, asked, actor);
    switch (verdict.state) {
      case LabelVerdict::State::allowed: break;
      case LabelVerdict::State::refused: way.refused.push_back(verdict.fact); break;
      case LabelVerdict::State::would_refuse: way.logged.push_back(verdict.fact); break;
      case LabelVerdict::State::unknown: way.unknown.push_back(verdict.missing); break;
    }
  }
  return way;
}

}  // namespace reentry
