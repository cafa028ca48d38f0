// Random client configurations: which line sets what by our reading, against the values that `ssh -G` shows.
//   ssh_config_diff [--cases N] [--seed S] [--verbose]
#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <random>

#include "base/ascii_case.hpp"
#include "facts/pattern.hpp"
#include "facts/ssh_client_settings.hpp"
#include "facts/ssh_config.hpp"
#include "ssh_config_cases.hpp"
#include "support/ssh_keygen.hpp"

namespace reentry::differential {
namespace {

struct MemoryInput final : ConfigInput {
  explicit MemoryInput(const std::map<std::string, std::string>& all) : files(all) {}
  Known<std::string> read(const HostPath& path) override {
    const auto found = files.find(path.str());
    if (found == files.end()) return Missing{Why::absent, path.str(), ""};
    return found->second;
  }
  Known<std::vector<HostPath>> glob(const HostPath& pattern) override {
    std::vector<HostPath> out;
    for (const auto& [name, bytes] : files) {
      if (match_pattern(name, pattern.str())) out.emplace_back(name);
    }
    return out;
  }
  const std::map<std::string, std::string>& files;
};

struct RealAnswer {
  bool fine = false;
  SshClientSettings settings;
  std::vector<SshComplaint> complaints;
};

class Judge {
 public:
  Judge() {
    const testing::Said said = folder_.shell("ssh -V");
    int patch = 1;
    const std::size_t at = said.out.find("OpenSSH_");
    if (at == std::string::npos) return;
    (void)std::sscanf(said.out.c_str() + at, "OpenSSH_%d.%dp%d", &build_.version.major, &build_.version.minor,
                      &patch);
    build_.version.patch = patch;
    build_.version_known = true;
    if (const passwd* self = ::getpwuid(::getuid())) local_user_ = self->pw_name;
    folder_.write("empty", "");
    defaults_ = ask("empty", "-G plainhost").settings;
    for (const PoolEntry& entry : pool()) {
      folder_.write("one", std::string(entry.keyword) + " " + entry.value + "\n");
      const RealAnswer answer = ask("one", "-G plainhost");
      if (!answer.fine) continue;
      printed_[entry.keyword + std::string(" ") + entry.value] = answer.settings.all(lowered(entry.keyword));
    }
  }
  [[nodiscard]] bool ready() const { return build_.version_known; }
  [[nodiscard]] std::string folder() const { return folder_.path(""); }

  // What is wrong with our reading of the case; empty if nothing is.
  std::string check(const ConfigCase& config) {
    std::map<std::string, std::string> files;
    for (const auto& [name, bytes] : config.files) {
      folder_.write(name, bytes);
      files[folder_.path(name)] = bytes;
    }
    std::string arguments = "-G";
    SshArguments ours;
    for (const std::string& option : config.options) {
      arguments += " -o '" + option + "'";
      ours.options.push_back(option);
    }
    SshTarget target;
    target.host = config.host;
    target.local_user = local_user_;
    if (!config.user.empty()) {
      target.user = config.user;
      arguments += " -l " + config.user;
    }
    const RealAnswer real = ask("config", arguments + " " + config.host);
    MemoryInput input(files);
    ours.config_file = HostPath(folder_.path("config"));
    const SshConfig parsed = parse_ssh_config(input, ours, build_);
    const EffectiveSshConfig effective = effective_ssh_config(parsed, target);
    for (const auto& name : files) folder_.shell("rm -f '" + name.first + "'");
    return compare(config, effective, real);
  }

 private:
  RealAnswer ask(const std::string& file, const std::string& arguments) {
    RealAnswer out;
    const testing::Said said = folder_.shell("(ssh -F '" + folder_.path(file) + "' " + arguments + " 2>err)");
    out.fine = said.status == 0;
    out.settings = SshClientSettings::parse(said.out);
    out.complaints = parse_ssh_complaints(folder_.read("err"));
    return out;
  }

  std::string compare(const ConfigCase& config, const EffectiveSshConfig& effective, const RealAnswer& real) {
    const auto refused = std::find_if(
        effective.problems.begin(), effective.problems.end(),
        [](const ConfigProblem& problem) { return problem.severity != ConfigSeverity::warning; });
    if ((refused == effective.problems.end()) != real.fine) {
      return refused == effective.problems.end() ? "ssh refuses it: " + first_words(real)
                                                 : "ssh takes what we refuse: " + refused->message;
    }
    if (!real.fine) return compare_refusal(*refused, real);
    std::string wrong;
    for (const std::string& keyword : keywords()) wrong += compare_keyword(config, effective, real, keyword);
    return wrong;
  }

  static std::string first_words(const RealAnswer& real) {
    return real.complaints.empty() ? std::string("no word") : real.complaints.front().message;
  }

  static std::string compare_refusal(const ConfigProblem& ours, const RealAnswer& real) {
    if (real.complaints.empty()) return "no complaint of ssh was understood";
    const SshComplaint& theirs = real.complaints.front();
    if (theirs.file == ours.at.file && theirs.line == ours.at.line &&
        (theirs.message == ours.message || theirs.message == ours.preface))
      return "";
    return fmt::format("ssh: {} {} {}; ours: {} {} {}", theirs.file, theirs.line, theirs.message,
                       ours.at.file, ours.at.line, ours.message);
  }

  std::vector<std::string> printed(const ConfigCase& config, const std::string& keyword,
                                   const ConfigOrigin& at) {
    const auto found =
        config.entries.find({at.file == "command-line" ? at.file : at.file.substr(folder().size()), at.line});
    if (at.file == "command-line") {
      for (const std::string& option : config.options) {
        const std::size_t equals = option.find('=');
        if (lowered(option.substr(0, equals)) == keyword) {
          return printed_[option.substr(0, equals) + " " + option.substr(equals + 1)];
        }
      }
    }
    if (found == config.entries.end()) return {"no such line"};
    return printed_[found->second];
  }

  std::string compare_keyword(const ConfigCase& config, const EffectiveSshConfig& effective,
                              const RealAnswer& real, const std::string& keyword) {
    const SshSetting* setting = effective.find(keyword);
    const std::vector<std::string> got = real.settings.all(keyword);
    if (setting == nullptr || (setting->at.empty() && setting->maybe.empty())) {
      if (depends_on_others(keyword) || keyword == "hostname" || keyword == "user") return "";
      if (got == defaults_.all(keyword)) return "";
      return fmt::format("{}: ssh {}, ours the default\n", keyword, fmt::join(got, " | "));
    }
    std::vector<std::vector<std::string>> possible;
    if (accumulates(keyword)) {
      if (!setting->maybe.empty()) return "";
      possible.push_back(accumulated(config, keyword, *setting));
    } else {
      for (const ConfigOrigin& at : setting->maybe) possible.push_back(one(config, keyword, at));
      if (!setting->at.empty()) possible.push_back(one(config, keyword, setting->at.front()));
      if (setting->at.empty()) return "";
    }
    if (std::find(possible.begin(), possible.end(), got) != possible.end()) return "";
    return fmt::format("{}: ssh {}, ours {}\n", keyword, fmt::join(got, " | "),
                       fmt::join(possible.back(), " | "));
  }

  std::vector<std::string> one(const ConfigCase& config, const std::string& keyword, const ConfigOrigin& at) {
    std::vector<std::string> out = printed(config, keyword, at);
    if (keyword == "hostname" && out.size() == 1) {
      std::string& text = out.front();
      // The pool was printed for another host.
      if (const std::size_t found = text.find("plainhost"); found != std::string::npos) {
        text.replace(found, std::strlen("plainhost"), config.host);
      }
      text = lowered(text);
    }
    return out;
  }

  // The values in their order; a line that has several of them stands there once for each.
  std::vector<std::string> accumulated(const ConfigCase& config, const std::string& keyword,
                                       const SshSetting& setting) {
    if (keyword == "sendenv") return setting.values.empty() ? defaults_.all(keyword) : setting.values;
    std::vector<std::string> out;
    for (const ConfigOrigin& at : setting.at) {
      for (std::string& text : printed(config, keyword, at)) out.push_back(std::move(text));
    }
    return out;
  }

  testing::SshKeygen folder_;
  SshBuild build_;
  std::string local_user_;
  SshClientSettings defaults_;
  std::map<std::string, std::vector<std::string>> printed_;
};

int run(int cases, unsigned seed, bool verbose) {
  if (std::system("command -v ssh >/dev/null 2>&1") != 0) {
    fmt::print("no ssh here\n");
    return 77;
  }
  Judge judge;
  if (!judge.ready()) return 77;
  int wrong = 0;
  for (int i = 0; i < cases; ++i) {
    std::mt19937 random(seed * 100'003U + static_cast<unsigned>(i));
    const ConfigCase config = random_case(random, judge.folder());
    const std::string said = judge.check(config);
    if (said.empty()) continue;
    ++wrong;
    fmt::print("case {}: ssh {} {}\n{}", i, config.user, config.host, said);
    if (!said.ends_with('\n')) fmt::print("\n");
    for (const std::string& option : config.options) fmt::print("-o {}\n", option);
    if (!verbose) continue;
    for (const auto& [name, bytes] : config.files) fmt::print("== {}\n{}\n", name, bytes);
  }
  fmt::print("ssh_config: {} cases, {} wrong\n", cases, wrong);
  return wrong == 0 ? 0 : 1;
}

}  // namespace
}  // namespace reentry::differential

int main(int count, char** words) {
  int cases = 200;
  unsigned seed = 5;
  bool verbose = false;
  for (int i = 1; i < count; ++i) {
    const std::string word = words[i];
    if (word == "--verbose") verbose = true;
    if (word == "--cases" && i + 1 < count) cases = std::atoi(words[++i]);
    if (word == "--seed" && i + 1 < count) seed = static_cast<unsigned>(std::atoi(words[++i]));
  }
  return reentry::differential::run(cases, seed, verbose);
}
