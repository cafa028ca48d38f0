// Do no harm: whoever can log in after `fix --risk safe --apply` could log in before the fault was made. Over
// the lab's scenarios, by the login model for every account, method and address, and by real logins. A fault
// may let somebody in by itself (it wrote another key, it made another account): what is open before `fix` is
// told apart and counted, for `fix` did not open it. See --help.
#include <dirent.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "collect/collect.hpp"
#include "differential/mutations.hpp"
#include "host/file_tree.hpp"
#include "lab/base_tree.hpp"
#include "lab/host.hpp"
#include "lab/prove.hpp"
#include "lab/scenario.hpp"
#include "mending/mender.hpp"
#include "mending/open_doors.hpp"
#include "support/forked.hpp"
#include "support/lab_login.hpp"

namespace reentry::mending {
namespace {

struct Options {
  std::string program;
  std::vector<std::string> scenarios;  // empty: all
  std::string suite;                   // empty: each scenario's own
  std::size_t logins = 2;  // real ones for each scenario, of those that were shut before; 0: every one
  std::uint64_t seed = 1;
  std::size_t every = 1;  // only every so-many-th scenario
  unsigned jobs = 2;
  bool choice = false;  // tell what --risk choice opens beyond the login asked about
};

struct Tally {
  std::uint64_t scenarios = 0, harmless = 0, doors = 0, by_fault = 0, logins = 0, failed = 0;
};

constexpr std::string_view kOutside = "192.0.2.44";
constexpr std::string_view kOutsideV6 = "2001:db8::44";

// A host before its fault: what the model makes of it, and the host itself for real logins.
struct Healthy {
  Facts facts;
  std::optional<lab::LabHost> host;
  bool started = false;                 // its sshd
  std::map<std::string, bool> answers;  // real logins, by name
};

struct RealLogin {
  std::string name;  // as Doors has it
  lab::LoginRequest request;
};

Result<Facts> facts_of(const lab::LabHost& host) {
  TRY(const auto tree, open_disk_tree(host.root()));
  TargetFacts target;
  target.name = "lab";
  return collect(*tree, target, std::time(nullptr), {});
}

// Every public key and certificate that a client could have: the lab's own, and what the scripts left.
Visitors visitors_of(const lab::LabHost& host) {
  Visitors visitors;
  visitors.sources = {std::string(lab::kClientAddress), std::string(lab::kOtherClientAddress),
                      std::string(kOutside), std::string(kOutsideV6)};
  std::vector<std::string> names;
  DIR* folder = ::opendir(host.exchange().c_str());
  if (folder == nullptr) return visitors;
  while (const dirent* entry = ::readdir(folder)) {  // NOLINT(concurrency-mt-unsafe): one thread
    const std::string_view name = entry->d_name;
    if (name.ends_with(".pub")) names.emplace_back(name.substr(0, name.size() - 4));
  }
  ::closedir(folder);
  std::sort(names.begin(), names.end());
  for (const std::string& name : names) {
    auto key = testing_support::read_public_key(host.exchange() + "/" + name + ".pub");
    if (key) visitors.keys.push_back({name, std::move(*key)});
  }
  return visitors;
}

// Each of the lab's people with each key and with the password, from both addresses.
std::vector<RealLogin> real_logins() {
  std::vector<RealLogin> out;
  for (const char* user : {"root", "alice", "bob", "carol", "dave"}) {
    for (const std::string_view from : {lab::kClientAddress, lab::kOtherClientAddress}) {
      lab::LoginRequest request;
      request.user = user;
      request.from = from;
      for (const char* key : {"ed25519", "ecdsa", "rsa", "rsa1024", "stranger"}) {
        request.key = key;
        out.push_back({fmt::format("{} publickey {} from {}", user, key, from), request});
      }
      request.key.clear();
      request.password = fmt::format("{}-pw", user);
      out.push_back({fmt::format("{} password from {}", user, from), request});
    }
  }
  return out;
}

// Doors that are open in one or the other, with the limits that both have.
Doors joined(Doors one, const Doors& other) {
  for (const auto& [name, opening] : other) {
    const auto [known, added] = one.emplace(name, opening);
    if (added) continue;
    known->second.certain = known->second.certain || opening.certain;
    std::erase_if(known->second.limits,
                  [&now = opening.limits](const std::string& limit) { return !now.contains(limit); });
  }
  return one;
}

bool is_open(const Doors& doors, const RealLogin& login) {
  const auto by = [&doors](const std::string& name) { return doors.contains(name); };
  if (!login.request.password) return by(login.name);
  return by(login.name) ||
         by(fmt::format("{} keyboard-interactive from {}", login.request.user, login.request.from));
}

class Worker {
 public:
  explicit Worker(const Options& options) : options_(options) {}

  Tally work(const std::vector<lab::Scenario>& scenarios, unsigned number) {
    for (std::size_t i = number; i < scenarios.size(); i += options_.jobs) {
      const auto harm = judge(scenarios[i]);
      if (!harm) {
        ++tally_.failed;
        fmt::print(stdout, "FAIL {}: {}: {}\n", scenarios[i].id, harm.error().what, harm.error().why);
        continue;
      }
      ++tally_.scenarios;
      if (harm->empty()) ++tally_.harmless;
      for (const std::string& one : *harm) fmt::print(stdout, "HARM {}: {}\n", scenarios[i].id, one);
      std::fflush(stdout);
    }
    return tally_;
  }

 private:
  // One line for each door that is open and was not.
  Result<std::vector<std::string>> judge(const lab::Scenario& scenario) {
    const std::string suite = options_.suite.empty() ? scenario.suite : options_.suite;
    TRY(const lab::BaseTree base, lab::base_tree(suite));
    TRY(Healthy * healthy, healthy_for(base, scenario));
    TRY(lab::LabHost host, lab::broken_host(base, scenario));
    host.stop_sshd();
    const Visitors visitors = visitors_of(host);
    const Doors as_meant = open_doors(healthy->facts, visitors);
    TRY(const Facts broken, facts_of(host));
    const Doors before = joined(as_meant, open_doors(broken, visitors));
    if (before.size() != as_meant.size()) ++tally_.by_fault;
    const std::vector<std::string> asked = testing_support::question_options(scenario.login, base, host);
    std::vector<std::string> harm;
    const auto tell = [&harm](std::string_view of, const std::vector<std::string>& doors) {
      for (const std::string& door : doors) harm.push_back(fmt::format("{}: {}", of, door));
    };
    TRY(const auto for_all, mended(host, {}, [&] { return by_model(host, visitors, before); }));
    tell("fix", for_all);
    std::vector<RealLogin> new_ones;
    TRY(const auto for_one, mended(host, asked, [&] {
          auto doors = by_model(host, visitors, before);
          const auto tried = by_login(scenario, host, *healthy, before, new_ones);
          return tried ? std::move(doors) : tl::unexpected<Error>(tried.error());
        }));
    tell("fix for the login asked about", for_one);
    TRY(const auto real, that_fail(host, new_ones));
    tell("a real login", real);
    if (options_.choice) {
      TRY_VOID(tell_choice(scenario, host, visitors, before, asked));
    }
    return harm;
  }

  // The host after `fix` with these options, and then as it was.
  Result<std::vector<std::string>> mended(lab::LabHost& host, const std::vector<std::string>& options,
                                          const std::function<Result<std::vector<std::string>>()>& look) {
    TRY(const Promise promise, fix(options_.program, host.root(), options));
    // 4: it can't be changed at all, because it is mounted read-only.
    if (!promise.outcome && promise.status != 4) {
      return fail(ErrorKind::internal, fmt::format("fix ended with status {}", promise.status), promise.said);
    }
    TRY(auto found, look());
    if (!promise.transaction.empty()) {
      TRY(const lab::Ran undone, undo(options_.program, host.root()));
      if (undone.status != 0) return fail(ErrorKind::internal, "undo", undone.err);
    }
    return found;
  }

  Result<std::vector<std::string>> by_model(const lab::LabHost& host, const Visitors& visitors,
                                            const Doors& before) {
    TRY(const Facts facts, facts_of(host));
    const Doors after = open_doors(facts, visitors);
    tally_.doors += after.size();
    return opened(before, after);
  }

  Result<void> by_login(const lab::Scenario& scenario, lab::LabHost& host, Healthy& healthy,
                        const Doors& before, std::vector<RealLogin>& new_ones) {
    TRY(const lab::ServiceState service, host.start_sshd());
    if (!service.running) return {};
    for (const RealLogin& login : chosen(scenario, before)) {
      TRY(const lab::LoginAnswer now, host.login(login.request));
      ++tally_.logins;
      if (!now.accepted) continue;
      TRY(const bool then, worked_before(healthy, login));
      if (!then) new_ones.push_back(login);
    }
    host.stop_sshd();
    return {};
  }

  // Those that don't work on the host as the fault left it.
  static Result<std::vector<std::string>> that_fail(lab::LabHost& host,
                                                    const std::vector<RealLogin>& logins) {
    std::vector<std::string> out;
    if (logins.empty()) return out;
    TRY(const lab::ServiceState service, host.start_sshd());
    for (const RealLogin& login : logins) {
      TRY(const lab::LoginAnswer now, host.login(login.request));
      if (!service.running || !now.accepted) out.push_back(login.name);
    }
    host.stop_sshd();
    return out;
  }

  [[nodiscard]] std::vector<RealLogin> chosen(const lab::Scenario& scenario, const Doors& before) const {
    std::vector<RealLogin> logins = real_logins();
    if (options_.logins == 0) return logins;
    // Whoever could come in before does no harm.
    std::erase_if(logins, [&before](const RealLogin& login) { return is_open(before, login); });
    differential::Random random(options_.seed * 1'000'003U + std::hash<std::string>()(scenario.id));
    while (logins.size() > options_.logins) {
      logins.erase(logins.begin() + static_cast<std::ptrdiff_t>(random.below(logins.size())));
    }
    return logins;
  }

  static Result<bool> worked_before(Healthy& healthy, const RealLogin& login) {
    const auto known = healthy.answers.find(login.name);
    if (known != healthy.answers.end()) return known->second;
    if (!healthy.started) {
      TRY(const lab::ServiceState service, healthy.host->start_sshd());
      if (!service.running) return fail(ErrorKind::internal, "the healthy host's sshd", service.said);
      healthy.started = true;
    }
    TRY(const lab::LoginAnswer then, healthy.host->login(login.request));
    return healthy.answers[login.name] = then.accepted;
  }

  static Result<lab::LabHost> healthy_host(const lab::BaseTree& base, const lab::Scenario& scenario) {
    TRY(lab::LabHost host, lab::LabHost::create(base));
    if (!scenario.prepare.empty()) {
      TRY(const lab::Ran ran, host.run(scenario.prepare));
      if (ran.status != 0) return fail(ErrorKind::internal, "the prepare script", ran.err);
    }
    return host;
  }

  // Most scenarios start from the same healthy host: it is kept, the others' are not.
  Result<Healthy*> healthy_for(const lab::BaseTree& base, const lab::Scenario& scenario) {
    Healthy& healthy = scenario.prepare.empty() ? plain_[base.suite] : own_.emplace();
    if (scenario.prepare.empty() && healthy.host) return &healthy;
    TRY(healthy.host, healthy_host(base, scenario));
    TRY(healthy.facts, facts_of(*healthy.host));
    return &healthy;
  }

  Result<void> tell_choice(const lab::Scenario& scenario, lab::LabHost& host, const Visitors& visitors,
                           const Doors& before, std::vector<std::string> options) {
    options.insert(options.end(), {"--risk", "choice"});
    TRY(auto doors, mended(host, options, [&] { return by_model(host, visitors, before); }));
    const lab::LoginRequest& login = scenario.login;
    const std::string key = login.certificate.empty() ? login.key : login.certificate;
    std::erase_if(doors, [&](const std::string& door) {
      if (!door.starts_with(login.user + " ")) return false;
      return login.key.empty() ? door.find(" publickey") == std::string::npos
                               : door.starts_with(fmt::format("{} publickey {} ", login.user, key));
    });
    for (const std::string& door : doors) fmt::print(stdout, "choice {}: {}\n", scenario.id, door);
    return {};
  }

  const Options& options_;
  Tally tally_;
  std::map<std::string, Healthy> plain_;  // by suite
  std::optional<Healthy> own_;
};

void usage() {
  std::puts(
      "no_harm REENTRY [SCENARIO...] [--every N] [--logins N, 0: every one] [--seed S] [--jobs J] "
      "[--suite bookworm|bullseye|trixie] [--choice]");
  std::exit(2);  // NOLINT(concurrency-mt-unsafe): one thread
}

Options parse(const std::vector<std::string_view>& arguments) {
  if (arguments.empty() || arguments.front().starts_with("--")) usage();
  Options options;
  options.program = arguments.front();
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    const std::string_view name = arguments[i];
    if (name == "--choice") {
      options.choice = true;
      continue;
    }
    if (!name.starts_with("--")) {
      options.scenarios.emplace_back(name);
      continue;
    }
    if (++i == arguments.size()) usage();
    const std::string value(arguments[i]);
    const std::uint64_t number = std::strtoull(value.c_str(), nullptr, 10);
    if (name == "--logins")
      options.logins = number;
    else if (name == "--seed")
      options.seed = number;
    else if (name == "--every")
      options.every = std::max<std::size_t>(1, number);
    else if (name == "--jobs")
      options.jobs = std::max(1U, static_cast<unsigned>(number));
    else if (name == "--suite")
      options.suite = value;
    else
      usage();
  }
  return options;
}

int run(const Options& options) {
  if (::geteuid() != 0) {
    std::puts("SKIPPED: real hosts need root");
    return 77;
  }
  auto scenarios = lab::all_scenarios();
  if (!scenarios) {
    fmt::print(stdout, "{}: {}\n", scenarios.error().what, scenarios.error().why);
    return 1;
  }
  // By --root on a disk; a fault of a host that runs may be nothing that its disk holds.
  std::erase_if(*scenarios, [&options](const lab::Scenario& one) {
    if (one.bed != lab::Bed::disk) return true;
    return !options.scenarios.empty() &&
           std::find(options.scenarios.begin(), options.scenarios.end(), one.id) == options.scenarios.end();
  });
  std::size_t number = 0;
  std::erase_if(*scenarios, [&](const lab::Scenario&) { return number++ % options.every != 0; });
  Tally sum;
  for (const Tally& one : testing_support::run_forked<Tally>(
           options.jobs, [&](unsigned worker) { return Worker(options).work(*scenarios, worker); })) {
    sum.scenarios += one.scenarios;
    sum.harmless += one.harmless;
    sum.doors += one.doors;
    sum.by_fault += one.by_fault;
    sum.logins += one.logins;
    sum.failed += one.failed;
  }
  fmt::print(
      stdout,
      "no harm: {} scenarios, {} without a door that fix opened; {} with one that the fault opened; {} open "
      "doors looked at, {} real logins tried, {} not judged\n",
      sum.scenarios, sum.harmless, sum.by_fault, sum.doors, sum.logins, sum.failed);
  return sum.harmless == scenarios->size() && sum.logins + sum.doors > 0 ? 0 : 1;
}

}  // namespace
}  // namespace reentry::mending

int main(int argc, char** argv) {
  return reentry::mending::run(reentry::mending::parse({argv + 1, argv + argc}));
}
