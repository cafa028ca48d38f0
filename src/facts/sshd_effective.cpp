// What is in effect: the start-up pass over the lines, and the pass for one connection over the matching
// blocks. Sources: OpenSSH servconf.c (parse_server_config_depth, parse_server_match_config,
// copy_set_server_options, fill_default_server_options, process_queued_listen_addrs).
#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

#include "facts/sshd_config.hpp"
#include "facts/sshd_keywords.hpp"
#include "facts/sshd_listen.hpp"
#include "facts/sshd_match.hpp"
#include "facts/sshd_values.hpp"

namespace reentry {

namespace {

using D = Directive;
constexpr std::size_t kDirectiveCount = static_cast<std::size_t>(D::none);

// Settings while the lines are being gone through.
struct Draft {
  bool set = false;
  Setting setting;
  // RekeyLimit's second part and PerSourcePenalties' parts are set on their own.
  bool interval_set = false;
  // What undecided blocks would set.
  std::vector<std::vector<std::string>> maybe;
};
using Drafts = std::array<Draft, kDirectiveCount>;

Draft& draft_of(Drafts& drafts, D directive) {
  return drafts[static_cast<std::size_t>(directive)];
}

std::string_view penalty_part(std::string_view word) {
  return word.substr(0, word.find(':'));
}

void merge_penalties(Draft& draft, std::vector<std::string> values, const ConfigOrigin& at) {
  for (std::string& value : values) {
    const bool switches = value == "yes" || value == "no";
    bool taken = false;
    for (const std::string& have : draft.setting.values) {
      const bool have_switch = have == "yes" || have == "no";
      taken = taken || (switches ? have_switch : penalty_part(have) == penalty_part(value));
    }
    // A part that is set turns the penalties on, whatever was said before.
    if (!taken && !switches) {
      for (std::string& have : draft.setting.values) {
        if (have == "no") have = "yes";
      }
    }
    if (!taken) draft.setting.values.push_back(std::move(value));
  }
  if (!draft.set) draft.setting.at = at;
  draft.set = true;
}

void merge_rekey(Draft& draft, const std::vector<std::string>& values, const ConfigOrigin& at) {
  if (!draft.set) {
    draft.setting.values = {values.front(), "0"};
    draft.setting.at = at;
    draft.set = true;
  } else {
    draft.setting.lost.push_back(at);
  }
  if (values.size() > 1 && !draft.interval_set) {
    draft.setting.values[1] = values[1];
    draft.interval_set = true;
  }
}

void append(Draft& draft, std::vector<std::string> values, const ConfigOrigin& at) {
  if (!draft.set) draft.setting.at = at;
  draft.set = true;
  for (std::string& value : values) {
    draft.setting.values.push_back(std::move(value));
    draft.setting.all.push_back(at);
  }
}

// Later definitions of a subsystem's name count for nothing.
void merge_subsystem(Draft& draft, std::vector<std::string> values, const ConfigOrigin& at) {
  const std::string name = values.front().substr(0, values.front().find(' ') + 1);
  for (const std::string& have : draft.setting.values) {
    if (have.starts_with(name)) {
      draft.setting.lost.push_back(at);
      return;
    }
  }
  append(draft, std::move(values), at);
}

void put(Draft& draft, std::vector<std::string> values, const ConfigOrigin& at) {
  if (draft.set) draft.setting.lost.push_back(draft.setting.at);
  draft.set = true;
  draft.setting.values = std::move(values);
  draft.setting.at = at;
}

// One active line.
void apply(Drafts& drafts, D directive, const ConfigLine& line, const SshBuild& build) {
  Draft& draft = draft_of(drafts, directive);
  MergeRule rule = merge_rule(directive, build);
  if (directive == D::authorized_principals_command && build.at_least(8, 7) && !build.at_least(9, 4)) {
    // sshd looked at the wrong option before it took the value.
    if (draft_of(drafts, D::authorized_keys_command).set) {
      draft.setting.lost.push_back(line.at);
      return;
    }
    rule = MergeRule::last;
  }
  if (rule == MergeRule::first && draft.set) {
    const bool none_wins = directive == D::unused_connection_timeout && line.values.front().size() == 4 &&
                           setting_values(directive, line.values, build).front() == "none" &&
                           time_in_seconds(line.values.front(), build) == std::nullopt;
    if (!none_wins) {
      draft.setting.lost.push_back(line.at);
      return;
    }
  }
  std::vector<std::string> values = setting_values(directive, line.values, build);
  if (values.empty() && directive_info(directive).kind == ValueKind::words) return;
  if (directive == D::rekey_limit) return merge_rekey(draft, values, line.at);
  if (directive == D::per_source_penalties) return merge_penalties(draft, std::move(values), line.at);
  if (directive == D::subsystem) return merge_subsystem(draft, std::move(values), line.at);
  if (rule == MergeRule::accumulate) return append(draft, std::move(values), line.at);
  put(draft, std::move(values), line.at);
  draft.setting.may_be_empty =
      directive_info(directive).kind == ValueKind::algorithms && line.values.front().starts_with('-');
}

}  // namespace

class SettingsBuilder {
 public:
  SettingsBuilder(const SshdConfig& config, const SshBuild& build) : config_(config), build_(build) {}

  EffectiveConfig startup() {
    Drafts drafts;
    std::vector<char> holds(config_.blocks.size() + 1, 'y');
    for (std::size_t i = 0; i < config_.blocks.size(); ++i) {
      const bool own = holds_at_startup(config_.blocks[i], build_);
      holds[i + 1] = own && holds[parent_of(i)] == 'y' ? 'y' : 'n';
    }
    for (const ConfigLine& line : config_.lines) {
      const D directive = directive_of(line);
      if (directive == D::none || holds[line.match] != 'y') continue;
      apply(drafts, directive, line, build_);
    }
    auto settings = std::make_shared<EffectiveConfig::Settings>();
    for (const D directive : directives_of(build_)) {
      if (directive == D::match) continue;
      Draft& draft = draft_of(drafts, directive);
      if (!draft.set) draft.setting.values = default_values(directive, build_);
      if (directive == D::per_source_penalties) fill_penalties(draft);
      settings->insert_or_assign(canonical_keyword(directive), std::move(draft.setting));
    }
    finish(*settings);
    EffectiveConfig out;
    out.startup_ = std::move(settings);
    return out;
  }

  // One character a block: y, n or u; the parents are counted in.
  std::string decide(const MatchContext& context, bool use_dns) const {
    std::string out(config_.blocks.size(), 'n');
    for (std::size_t i = 0; i < config_.blocks.size(); ++i) {
      const MatchBlock& block = config_.blocks[i];
      const std::size_t parent = parent_of(i);
      const char outer = parent == 0 ? 'y' : out[parent - 1];
      if (outer == 'n') continue;
      const Tristate own = holds(block, context, use_dns, build_);
      if (own == Tristate::no) continue;
      out[i] = own == Tristate::unknown || outer == 'u' ? 'u' : 'y';
    }
    return out;
  }

  EffectiveConfig connection(const EffectiveConfig& startup, const std::string& decisions) {
    Drafts drafts;
    std::optional<ConfigProblem> fatal;
    for (const ConfigLine& line : config_.lines) {
      if (line.match == 0) continue;
      const D directive = directive_of(line);
      if (directive == D::none || decisions[line.match - 1] == 'n') continue;
      if (decisions[line.match - 1] == 'y') {
        if (std::string message = trap_of(drafts, directive, line); !message.empty()) {
          if (!fatal) fatal = trap(directive, line, std::move(message));
          continue;
        }
        apply(drafts, directive, line, build_);
      } else {
        consider(draft_of(drafts, directive), directive, line);
      }
    }
    EffectiveConfig out = startup;
    out.fatal = std::move(fatal);
    for (std::size_t i = 0; i < decisions.size(); ++i) {
      if (decisions[i] == 'u') out.undecided.push_back(config_.blocks[i].at);
    }
    for (std::size_t i = 0; i < kDirectiveCount; ++i) {
      Draft& draft = drafts[i];
      const auto directive = static_cast<D>(i);
      if (!draft.set && draft.maybe.empty()) continue;
      if (!copied_from_match(directive, build_) || !is_matchable(directive)) continue;
      if (crashes_on(out, directive, draft)) out.fatal = crash(draft.setting.at);
      overlay(out, directive, draft);
    }
    return out;
  }

 private:
  // Directive::none for a line that sets nothing. Lines may come from a file of saved facts: nothing about
  // them is taken for granted.
  [[nodiscard]] D directive_of(const ConfigLine& line) const {
    if (line.dead || line.match > config_.blocks.size()) return D::none;
    const D directive = directive_named(line.keyword);
    return line.values.empty() && directive != D::pubkey_auth_options ? D::none : directive;
  }

  // The block that the block at `index` stands in: the index + 1, 0 if there is none.
  [[nodiscard]] std::size_t parent_of(std::size_t index) const {
    const std::size_t parent = config_.blocks[index].parent;
    return parent <= index ? parent : 0;
  }

  [[nodiscard]] bool is_matchable(D directive) const {
    if (directive == D::include || directive == D::match) return false;
    return keyword_meaning(canonical_keyword(directive), build_).in_match ||
           // Their names of today came later than the option.
           directive == D::pubkey_accepted_algorithms || directive == D::hostbased_accepted_algorithms;
  }

  // From 9.5 to 10.0 a block's subsystems are copied over the global ones as arrays of the same length: where
  // there are none, sshd reads through a null pointer (servconf.h: COPY_MATCH_STRING_OPTS).
  [[nodiscard]] bool replaces_subsystems() const { return !build_.at_least(10, 1); }

  [[nodiscard]] bool crashes_on(const EffectiveConfig& out, D directive, const Draft& draft) const {
    return directive == D::subsystem && draft.set && replaces_subsystems() && out["subsystem"].values.empty();
  }

  static ConfigProblem crash(const ConfigOrigin& at) {
    ConfigProblem out;
    out.severity = ConfigSeverity::fatal;
    out.at = at;
    out.message = "Segmentation fault";
    out.keyword = "Subsystem";
    out.exit_status = 139;
    out.bare = true;
    return out;
  }

  // What sshd finds wrong with a line only when its block matches; empty if nothing.
  [[nodiscard]] std::string trap_of(Drafts& drafts, D directive, const ConfigLine& line) const {
    // From 8.7 to 9.6 `any` in a second matching block is held against the first one's value.
    const bool second_any = directive == D::authentication_methods && build_.at_least(8, 7) &&
                            !build_.at_least(9, 7) && draft_of(drafts, directive).set &&
                            line.values.front() == "any";
    if (second_any) return "\"any\" must appear alone in AuthenticationMethods";
    const bool no_command = directive == D::subsystem && (line.values.size() < 2 || line.values[1].empty());
    return no_command ? "Missing subsystem command." : "";
  }

  static ConfigProblem trap(D directive, const ConfigLine& line, std::string message) {
    ConfigProblem out;
    out.severity = ConfigSeverity::fatal;
    out.at = line.at;
    out.message = std::move(message);
    out.keyword = std::string(directive_info(directive).word);
    return out;
  }

  void consider(Draft& draft, D directive, const ConfigLine& line) const {
    if (draft.set && merge_rule(directive, build_) == MergeRule::first) return;
    draft.maybe.push_back(setting_values(directive, line.values, build_));
  }

  void overlay(EffectiveConfig& out, D directive, Draft& draft) const {
    const std::string& name = canonical_keyword(directive);
    const Setting& before = out[name];
    Setting setting = before;
    if (draft.set) {
      if (directive == D::subsystem && !replaces_subsystems()) {
        merge_over(setting, draft.setting);
      } else if (directive == D::rekey_limit) {
        setting.values[0] = draft.setting.values[0];
        if (draft.interval_set) setting.values[1] = draft.setting.values[1];
        setting.at = draft.setting.at;
      } else {
        setting = std::move(draft.setting);
        if (!before.at.is_default()) setting.lost.push_back(before.at);
      }
    }
    for (const std::vector<std::string>& values : draft.maybe) {
      if (values != setting.values) setting.uncertain = true;
    }
    out.set(name, std::move(setting));
  }

  // servconf.c:servconf_merge_subsystems.
  static void merge_over(Setting& setting, const Setting& more) {
    for (std::size_t i = 0; i < more.values.size(); ++i) {
      const std::string name = more.values[i].substr(0, more.values[i].find(' ') + 1);
      std::size_t at = 0;
      while (at < setting.values.size() && !setting.values[at].starts_with(name)) ++at;
      if (at == setting.values.size()) {
        setting.values.emplace_back();
        setting.all.emplace_back();
      }
      setting.values[at] = more.values[i];
      setting.all[at] = more.all[i];
    }
    setting.at = more.at;
  }

  void fill_penalties(Draft& draft) const {
    std::vector<std::string>& values = draft.setting.values;
    if (!draft.set) return;
    if (std::find(values.begin(), values.end(), "no") != values.end()) {
      values = {"no"};
      return;
    }
    std::vector<std::string> all = default_values(D::per_source_penalties, build_);
    std::string overflow;
    bool own_overflow6 = false;
    for (std::string& part : all) {
      for (const std::string& have : values) {
        if (penalty_part(have) == penalty_part(part)) part = have;
      }
      if (penalty_part(part) == "overflow") overflow = part.substr(part.find(':'));
    }
    for (const std::string& have : values) own_overflow6 = own_overflow6 || penalty_part(have) == "overflow6";
    if (!own_overflow6) all.back() = "overflow6" + overflow;
    values = std::move(all);
  }

  void finish(EffectiveConfig::Settings& settings) const {
    Setting& ports = settings["port"];
    if (!config_.argument_ports.empty()) {
      ports = Setting{};
      ports.values = config_.argument_ports;
      ports.at = ConfigOrigin{"command-line", 0};
      ports.all.assign(ports.values.size(), ports.at);
    }
    if (!build_.at_least(8, 7) && settings["challengeresponseauthentication"].first() == "yes") {
      Setting& keyboard = settings["kbdinteractiveauthentication"];
      if (!keyboard.at.is_default()) keyboard.lost.push_back(keyboard.at);
      keyboard.at = settings["challengeresponseauthentication"].at;
      keyboard.values = {"yes"};
    }
    listen_addresses(config_.listen_streams, settings["addressfamily"].first(), ports,
                     settings["listenaddress"]);
  }

  const SshdConfig& config_;
  const SshBuild& build_;
};

EffectiveConfig effective_config(const SshdConfig& config, const SshBuild& build,
                                 const MatchContext& context) {
  SettingsBuilder builder(config, build);
  EffectiveConfig startup = builder.startup();
  if (!context.connection) return startup;
  return builder.connection(startup, builder.decide(context, startup.yes("usedns")));
}

ConfigEvaluator::ConfigEvaluator(const SshdConfig& config, const SshBuild& build)
    : config_(config), build_(build), startup_(SettingsBuilder(config, build).startup()) {}

const EffectiveConfig& ConfigEvaluator::at(const MatchContext& context) {
  if (!context.connection) return startup_;
  SettingsBuilder builder(config_, build_);
  std::string decisions = builder.decide(context, startup_.yes("usedns"));
  if (decisions.find_first_not_of('n') == std::string::npos) return startup_;
  const auto known = by_decisions_.find(decisions);
  if (known != by_decisions_.end()) return known->second;
  EffectiveConfig built = builder.connection(startup_, decisions);
  return by_decisions_.emplace(std::move(decisions), std::move(built)).first->second;
}

}  // namespace reentry
