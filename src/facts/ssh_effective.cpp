// Which line of ssh_config sets what: ssh's walk over the lines, a second time where it is asked for.
#include <algorithm>

#include "base/ascii_case.hpp"
#include "facts/pattern.hpp"
#include "facts/ssh_config.hpp"
#include "facts/ssh_keywords.hpp"
#include "facts/ssh_match.hpp"

namespace reentry {
namespace {

bool has_origin(const std::vector<ConfigOrigin>& origins, const ConfigOrigin& at) {
  return std::find(origins.begin(), origins.end(), at) != origins.end();
}

void add_once(std::vector<ConfigOrigin>& origins, const ConfigOrigin& at) {
  if (!has_origin(origins, at)) origins.push_back(at);
}

// misc.c:percent_expand with %h alone; nothing for another token, which ends ssh.
std::optional<std::string> with_host(std::string_view text, std::string_view host) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    const char token = i + 1 < text.size() ? text[++i] : '\0';
    if (token == '%') {
      out += '%';
    } else if (token == 'h') {
      out += host;
    } else {
      return std::nullopt;
    }
  }
  return out;
}

std::string joined_words(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : " ") + word;
  return out;
}

class SshWalk {
 public:
  SshWalk(const SshConfig& config, const SshTarget& target)
      : config_(config), target_(target), active_(config.blocks.size() + 1, Tristate::yes) {
    if (target.user) out_.settings["user"].values = {*target.user};
    newest_.version_known = false;
  }

  EffectiveSshConfig run() {
    subject_ = target_.host;
    walk();
    const bool canonical = canonicalizes();
    if (canonical || asks_for_final_pass()) {
      out_.final_pass = true;
      subject_ = canonical ? target_.canonical_host : host_name();
      if (subject_ && !canonical) subject_ = lowered(*subject_);
      walk();
    }
    for (const ConfigProblem& problem : config_.problems) {
      if (!has_origin(excused_, problem.at)) out_.problems.push_back(problem);
    }
    if (target_.user && out_.settings["user"].lost.empty() && out_.settings["user"].at.empty()) {
      out_.settings.erase("user");
    }
    return std::move(out_);
  }

 private:
  void walk() {
    for (const SshConfigLine& line : config_.lines) {
      // Options are read once, before the files.
      if (out_.final_pass && line.at.line == 0) continue;
      if (!line.known) {
        // A word that is not excused in the first pass ends ssh.
        if (!out_.final_pass && is_ignored(line)) add_once(excused_, line.at);
        continue;
      }
      if (line.keyword == "host" || line.keyword == "match") {
        if (line.block > 0 && config_.blocks[line.block - 1].at == line.at) enter(line.block);
        continue;
      }
      if (line.dead || line.values.empty()) continue;
      take(line, active_[line.block]);
    }
  }

  void enter(std::size_t index) {
    const SshBlock& block = config_.blocks[index - 1];
    Tristate state = active_[block.parent];
    if (state != Tristate::no) {
      SshMatchContext context;
      context.original_host = target_.host;
      context.local_user = target_.local_user;
      context.final_pass = out_.final_pass;
      if (!block.is_host) {
        context.host = out_.final_pass ? subject_ : host_name();
        context.user = user_name();
      }
      const Tristate own = ssh_block_holds(block, subject_, context);
      if (own == Tristate::no || state == Tristate::yes) state = own;
    }
    active_[index] = state;
    if (state == Tristate::yes) add_once(out_.applied, block.at);
    if (state == Tristate::unknown) add_once(out_.undecided, block.at);
  }

  // HostName as far as it is set, else what was typed.
  [[nodiscard]] std::optional<std::string> host_name() const {
    const SshSetting* setting = out_.find("hostname");
    if (setting == nullptr) return target_.host;
    if (!setting->maybe.empty()) return std::nullopt;
    return with_host(setting->values.front(), target_.host);
  }

  [[nodiscard]] std::optional<std::string> user_name() const {
    const SshSetting* setting = out_.find("user");
    if (setting == nullptr) return target_.local_user;
    if (!setting->maybe.empty()) return std::nullopt;
    return setting->values.front();
  }

  [[nodiscard]] bool canonicalizes() const {
    const SshSetting* setting = out_.find("canonicalizehostname");
    if (setting == nullptr || setting->values.empty()) return false;
    const std::string value = lowered(setting->values.front());
    return value == "yes" || value == "true" || value == "always";
  }

  [[nodiscard]] bool asks_for_final_pass() const {
    for (const SshBlock& block : config_.blocks) {
      for (const SshBlock::Criterion& criterion : block.criteria) {
        if (criterion.name == "final") return true;
      }
    }
    return false;
  }

  [[nodiscard]] bool is_ignored(const SshConfigLine& line) const {
    const SshSetting* setting = out_.find("ignoreunknown");
    return setting != nullptr && !setting->values.empty() &&
           match_pattern_list(line.keyword, setting->values.front(), true) == ListMatch::yes;
  }

  void take(const SshConfigLine& line, Tristate state) {
    const SshKeyword* keyword = ssh_keyword(line.keyword, newest_);
    if (keyword == nullptr || keyword->argument == SshArgument::include) return;
    SshSetting& setting = slot(line.keyword);
    if (keyword->merge == SshMerge::last) {
      // It is set whether the block holds or not.
      if (!setting.at.empty()) add_once(setting.lost, setting.at.front());
      setting.lost.erase(std::remove(setting.lost.begin(), setting.lost.end(), line.at), setting.lost.end());
      setting.values = line.values;
      setting.at = {line.at};
    } else if (state == Tristate::no) {
      // Nothing of it counts.
    } else if (keyword->merge == SshMerge::first) {
      take_first(line, state, setting);
    } else if (state == Tristate::unknown) {
      add_once(setting.maybe, line.at);
    } else if (keyword->merge == SshMerge::accumulate) {
      take_environment(line, setting);
    } else {
      const std::string value = joined_words(line.values);
      if (std::find(setting.values.begin(), setting.values.end(), value) == setting.values.end()) {
        setting.values.push_back(value);
        setting.at.push_back(line.at);
      } else if (!has_origin(setting.at, line.at)) {
        add_once(setting.lost, line.at);
      }
    }
    forget_if_empty(line.keyword);
  }

  // ProxyCommand and ProxyJump keep each other out: the one that is not set gets the line as lost.
  SshSetting& slot(const std::string& keyword) { return out_.settings[keyword]; }
  [[nodiscard]] bool is_taken(const std::string& keyword) const {
    const auto set = [this](std::string_view name) {
      const SshSetting* setting = out_.find(name);
      return setting != nullptr && !setting->values.empty();
    };
    if (keyword == "proxycommand" || keyword == "proxyjump") return set("proxycommand") || set("proxyjump");
    return set(keyword);
  }

  void take_first(const SshConfigLine& line, Tristate state, SshSetting& setting) {
    if (has_origin(setting.at, line.at)) return;
    // Before its second pass ssh takes the name that it has for HostName (ssh.c:main).
    const bool settled = out_.final_pass && line.keyword == "hostname";
    if (settled || is_taken(line.keyword)) {
      if (state == Tristate::yes) add_once(setting.lost, line.at);
    } else if (state == Tristate::unknown) {
      add_once(setting.maybe, line.at);
    } else {
      setting.values = line.values;
      setting.at = {line.at};
    }
  }

  // SendEnv: `-PATTERN` takes back what was named before (readconf.c:rm_env).
  static void take_environment(const SshConfigLine& line, SshSetting& setting) {
    for (const std::string& value : line.values) {
      if (!value.starts_with('-')) {
        setting.values.push_back(value);
        setting.at.push_back(line.at);
        continue;
      }
      for (std::size_t i = setting.values.size(); i-- > 0;) {
        if (!match_pattern(setting.values[i], std::string_view(value).substr(1))) continue;
        add_once(setting.lost, setting.at[i]);
        setting.values.erase(setting.values.begin() + static_cast<std::ptrdiff_t>(i));
        setting.at.erase(setting.at.begin() + static_cast<std::ptrdiff_t>(i));
      }
    }
  }

  void forget_if_empty(const std::string& keyword) {
    const auto found = out_.settings.find(keyword);
    const SshSetting& setting = found->second;
    if (setting.values.empty() && setting.maybe.empty() && setting.lost.empty()) out_.settings.erase(found);
  }

  const SshConfig& config_;
  const SshTarget& target_;
  SshBuild newest_;
  std::vector<Tristate> active_;        // by block, 0: outside of any
  std::optional<std::string> subject_;  // what Host lines are about
  std::vector<ConfigOrigin> excused_;   // unknown words that IgnoreUnknown names
  EffectiveSshConfig out_;
};

}  // namespace

const SshSetting* EffectiveSshConfig::find(std::string_view keyword) const {
  const auto found = settings.find(keyword);
  return found == settings.end() ? nullptr : &found->second;
}

EffectiveSshConfig effective_ssh_config(const SshConfig& config, const SshTarget& target) {
  return SshWalk(config, target).run();
}

}  // namespace reentry
