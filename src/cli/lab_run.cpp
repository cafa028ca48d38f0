#include "cli/lab_run.hpp"

#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include "cli/lab_output.hpp"
#include "cli/target.hpp"
#include "lab/prove.hpp"

namespace reentry::cli {
namespace {

using lab::LabHost;
using lab::LoginRequest;
using lab::Scenario;

// The question about the login, as it is typed where `check` runs: on this machine, or inside a living host.
std::vector<std::string> question_words(const LabHost& host, const lab::BaseTree& tree,
                                        const LoginRequest& login) {
  const bool outside = host.bed() == lab::Bed::disk;
  std::vector<std::string> words;
  if (outside) words = {"--root", host.root()};
  words.insert(words.end(), {"--user", login.user, "--from", login.from});
  if (!login.certificate.empty()) {
    words.insert(words.end(),
                 {"--key", fmt::format("{}/{}", outside ? host.exchange() : "/mnt", login.certificate)});
  } else if (!login.key.empty()) {
    words.insert(words.end(), {"--key", fmt::format("{}/{}.pub", outside ? tree.keys : "/mnt", login.key)});
  }
  if (login.password) words.emplace_back("--password");
  return words;
}

std::string joined(const std::vector<std::string>& words) {
  std::string line;
  for (const auto& word : words) line += " " + word;
  return line;
}

std::vector<std::string> check_words(const std::vector<std::string>& question, const CommonOptions& common,
                                     Color color) {
  std::vector<std::string> words = {"check"};
  words.insert(words.end(), question.begin(), question.end());
  words.insert(words.end(), {"--lang", common.language == Language::ja ? "ja" : "en"});
  if (color != Color::automatic)
    words.insert(words.end(), {"--color", color == Color::always ? "always" : "never"});
  if (common.json) words.emplace_back("--json");
  if (common.verbose) words.emplace_back("--verbose");
  return words;
}

// Runs this program inside the host and passes on what it says. Its exit status.
Result<int> check_inside(LabHost& host, const std::vector<std::string>& question,
                         const CommonOptions& common) {
  std::array<char, 4096> program{};
  const auto length = readlink("/proc/self/exe", program.data(), program.size());
  if (length <= 0) return fail(ErrorKind::internal, "/proc/self/exe", std::strerror(errno));
  TRY(const auto loans,
      lab::program_with_libraries(std::string(program.data(), static_cast<size_t>(length))));
  TRY_VOID(host.lend(loans));
  const auto color = wants_color(common.color, stdout) ? Color::always : Color::never;
  TRY(const auto ran, host.run_lent(check_words(question, common, color)));
  fmt::print("{}", ran.out);
  fmt::print(stderr, "{}", ran.err);
  return ran.status;
}

// Runs this program again as `check`, on our own stdout. Its exit status.
int check_in_child(const std::vector<std::string>& question, const CommonOptions& common) {
  auto words = check_words(question, common, common.color);
  words.insert(words.begin(), "reentry");
  std::vector<char*> argv;
  argv.reserve(words.size() + 1);
  for (auto& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  std::fflush(stdout);
  const pid_t child = fork();
  if (child == 0) {
    execv("/proc/self/exe", argv.data());
    _exit(127);
  }
  int status = 0;
  if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status)) return 3;
  return WEXITSTATUS(status);
}

// What a user would have typed; the options that the lab adds only keep the client from the user's own files.
std::string short_command(const LoginRequest& login) {
  std::string command = login.want == lab::Want::sftp ? "sftp" : "ssh";
  if (!login.key.empty()) command += " -i " + login.key;
  if (login.port != 22) command += fmt::format(" -p {}", login.port);
  return fmt::format("{} -b {} {}@{}", command, login.from, login.user, lab::kServerAddress);
}

void show_login(const LoginRequest& login, const lab::LoginAnswer& answer, Language language, bool verbose) {
  fmt::print("\n$ {}\n", verbose ? answer.command : short_command(login));
  print_said(answer.said);
  if (answer.accepted) print(say("  (logged in)", "  (ログインできました)"), language);
}

void show_scenario(const Scenario& scenario, const lab::LoginAnswer& answer, const lab::ServiceState& service,
                   const LabHost& host, Language language, bool verbose) {
  fmt::print("{}: {}\n", scenario.id, scenario.title.in(language));
  if (language == Language::en) fmt::print("{}\n", scenario.why);
  show_login(scenario.login, answer, language, verbose);
  if (!service.running) {
    print(say("sshd did not start:", "sshd は起動しませんでした:"), language);
    print_said(service.said);
  } else {
    print(say("sshd's log:", "sshd のログ:"), language);
    print_said(host.server_log());
  }
  fmt::print("\n");
}

// What to type behind a host's name to run the lent program in it.
std::string way_inside(const LabHost& host) {
  return fmt::format("nsenter -t {} -m -u -i -n -p env LD_LIBRARY_PATH=/mnt/lib /mnt/{}", host.init(),
                     lab::kLentProgram);
}

void show_how_to_go_on(const LabHost& host, const LoginRequest& login,
                       const std::vector<std::string>& question, Language language) {
  print(say("\nThe host `{}` keeps running.\n  its disk:   {}\n  a shell:    nsenter -t {} -m -u -i -n -p "
            "/bin/bash\n"
            "  log in:     {}",
            "\nホスト `{}` は起動したままです。\n  ディスク:     {}\n  シェル:       nsenter -t {} -m -u -i "
            "-n -p /bin/bash\n"
            "  ログイン:     {}",
            host.name(), host.root(), host.init(), host.login_command(login)),
        language);
  if (host.bed() == lab::Bed::disk) {
    print(say("  mend it:    reentry fix{} --apply\n  then:       reentry lab restart {}",
              "  修復:         reentry fix{} --apply\n  そのあと:     reentry lab restart {}",
              joined(question), host.name()),
          language);
  } else {
    print(say("  mend it:    {} fix{} --apply", "  修復:         {} fix{} --apply", way_inside(host),
              joined(question)),
          language);
  }
  print(say("  end it:     reentry lab end {}", "  終了:         reentry lab end {}", host.name()), language);
}

bool is_taken(const std::string& name) {
  const auto hosts = lab::kept_hosts();
  return std::any_of(hosts.begin(), hosts.end(), [&](const auto& host) { return host.name == name; });
}

// A kept host is called like its scenario; where there is one already, or another process is just making one,
// it gets our process id behind it.
Result<LabHost> make_host(const lab::BaseTree& tree, const Scenario& scenario, bool keep,
                          lab::ServiceState& service) {
  if (!keep) return lab::broken_host(tree, scenario, &service);
  const auto second_name = fmt::format("{}-{}", scenario.id, getpid());
  if (!is_taken(scenario.id)) {
    if (auto host = lab::broken_host(tree, scenario, &service, scenario.id); host) return host;
  }
  return lab::broken_host(tree, scenario, &service, second_name);
}

// The same login after a reboot, for a fault that shows only then.
Result<void> show_after_reboot(LabHost& host, const Scenario& scenario, const CommonOptions& common) {
  TRY_VOID(host.reboot());
  TRY(const auto answer, host.login(scenario.login));
  print(say("\nAfter a reboot:", "\n再起動のあと:"), common.language);
  show_login(scenario.login, answer, common.language, common.verbose);
  return {};
}

Result<int> run_it(const Scenario& scenario, const LabOptions& options) {
  TRY(const auto tree, tree_for(scenario, options));
  lab::ServiceState service;
  TRY(auto host, make_host(tree, scenario, options.keep, service));
  TRY(const auto answer, host.login(scenario.login));
  auto question = question_words(host, tree, scenario.login);
  if (scenario.when == lab::When::reboot) question.emplace_back("--reboot");
  const auto& common = options.common;
  const bool talk = !common.json && !common.quiet;
  if (talk) show_scenario(scenario, answer, service, host, common.language, common.verbose);
  int status = 0;
  if (host.bed() == lab::Bed::disk) {
    status = check_in_child(question, common);
  } else {
    TRY(status, check_inside(host, question, common));
  }
  if (talk && scenario.when == lab::When::reboot) TRY_VOID(show_after_reboot(host, scenario, common));
  if (options.keep) {
    host.keep();
    if (talk) show_how_to_go_on(host, scenario.login, question, common.language);
  }
  return status;
}

}  // namespace

int run_scenario(const LabOptions& options) {
  if (options.names.size() != 1) {
    return complain({ErrorKind::usage, "lab run", "takes one scenario: `reentry lab list` shows them"});
  }
  const auto scenario = lab::find_scenario(options.names.front());
  if (!scenario) return complain(scenario.error());
  const auto status = run_it(*scenario, options);
  return status ? *status : complain(status.error());
}

}  // namespace reentry::cli
