#include "cli/options.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/shown.hpp"
#include "cli/check.hpp"
#include "cli/diagnose.hpp"
#include "cli/explain.hpp"
#include "cli/fix.hpp"
#include "cli/lab.hpp"
#include "cli/target.hpp"
#include "cli/undo.hpp"

namespace reentry::cli {
namespace {

// POSIX: LC_ALL before LC_MESSAGES before LANG.
Language language_of_locale() {
  for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): one thread
    if (value == nullptr || *value == '\0') continue;
    return std::string_view(value).starts_with("ja") ? Language::ja : Language::en;
  }
  return Language::en;
}

// Takes one of these words, each for its value.
template <typename Value>
CLI::Validator one_of(std::vector<std::pair<std::string, Value>> words) {
  return CLI::Validator(
      [words = std::move(words)](std::string& word) {
        std::string known;
        for (const auto& [name, value] : words) {
          if (name == word) {
            word = std::to_string(static_cast<int>(value));
            return std::string();
          }
          known += (known.empty() ? "" : name == words.back().first ? " or " : ", ") + name;
        }
        return "takes " + known + ", not `" + shown(word) + "`";
      },
      "");
}

void add_common(CLI::App& app, CommonOptions& options) {
  app.add_flag("--json", options.json, "One JSON object on standard output (docs/report.schema.json)");
  app.add_option("--html", options.html, "Write a self-contained page to FILE too")->type_name("FILE");
  app.add_option("--lang", options.language, "Language of the report: en or ja (default: from the locale)")
      ->transform(one_of<Language>({{"en", Language::en}, {"ja", Language::ja}}))
      ->type_name("en|ja");
  app.add_option("--color", options.color, "Colour: auto, always or never; NO_COLOR is honoured")
      ->transform(
          one_of<Color>({{"auto", Color::automatic}, {"always", Color::always}, {"never", Color::never}}))
      ->type_name("auto|always|never");
  app.add_flag("--quiet,-q", options.quiet, "Say nothing; the exit status tells");
  app.add_flag("--verbose", options.verbose, "Show on standard error everything that is touched");
}

void add_target(CLI::App& app, TargetOptions& options) {
  app.add_option("--root", options.root, "A mounted root file system (default: this machine)")
      ->type_name("DIR");
  app.add_option("--facts", options.facts, "Judge facts saved elsewhere")->type_name("FILE");
  app.add_option("--save-facts", options.save_facts, "Save what was read, without secrets")
      ->type_name("FILE");
  app.add_option("--user", options.users, "Whose login; repeats")->type_name("USER")->take_all();
  app.add_option("--key", options.keys, "The key that is tried, public or private; repeats")
      ->type_name("FILE")
      ->take_all();
  app.add_option("--from", options.from, "The address that the login comes from")->type_name("ADDRESS");
  app.add_option("--port", options.port, "The port that the client dials")
      ->type_name("PORT")
      ->check(CLI::Range(1, 65535).description(""));
  app.add_flag("--password", options.password, "Ask about a login by password");
  app.add_flag("--reboot", options.reboot, "Judge logins as after the next reboot or reload");
}

// `reentry: WHAT: WHY` out of CLI11's own sentence.
int usage_error(const CLI::ParseError& error, const char* verb) {
  std::string why = error.what();
  std::replace(why.begin(), why.end(), '\n', ' ');
  return complain(Error{ErrorKind::usage, "command line", why + " (see `reentry " + verb + "--help`)"});
}

// Making the options of a verb costs more than all else at start-up: only one that stands on the command line
// gets them.
class CommandLine {
 public:
  CommandLine(int argc, char** argv) : words_(argv, argv + argc) {}
  [[nodiscard]] bool names(const CLI::App& verb) const {
    return std::find(words_.begin(), words_.end(), verb.get_name()) != words_.end();
  }

 private:
  std::vector<std::string_view> words_;
};

struct Verbs {
  DiagnoseOptions diagnose;
  CheckOptions check;
  FixOptions fix;
  UndoOptions undo;
  ExplainOptions explain;
  LabOptions lab;
};

CLI::App* add_check(CLI::App& app, const CommandLine& line, CheckOptions& options) {
  CLI::App* verb = app.add_subcommand("check", "Finds everything that keeps logins out, gate by gate");
  if (!line.names(*verb)) return verb;
  add_target(*verb, options.target);
  add_common(*verb, options.common);
  return verb;
}

void add_report(CLI::App& app, std::optional<std::string>& file) {
  app.add_option("--report", file,
                 "Write the incident record to FILE as Markdown; - for standard output, instead of the rest")
      ->type_name("FILE");
}

CLI::App* add_fix(CLI::App& app, const CommandLine& line, FixOptions& options) {
  CLI::App* verb = app.add_subcommand("fix", "Shows the repairs as a plan; --apply carries them out");
  if (!line.names(*verb)) return verb;
  add_target(*verb, options.target);
  verb->add_flag("--apply", options.apply, "Carry the plan out as one transaction, then check again");
  verb->add_flag("--yes", options.yes, "Ask no question");
  verb->add_option("--only", options.only, "Mend this cause alone; repeats")->type_name("CAUSE")->take_all();
  verb->add_option("--risk", options.choice,
                   "How far: safe opens nothing that was closed on purpose; choice also changes decisions")
      ->transform(one_of<bool>({{"safe", false}, {"choice", true}}))
      ->type_name("safe|choice");
  add_report(*verb, options.report);
  add_common(*verb, options.common);
  return verb;
}

CLI::App* add_undo(CLI::App& app, const CommandLine& line, UndoOptions& options) {
  CLI::App* verb = app.add_subcommand("undo", "Puts back what a transaction changed");
  if (!line.names(*verb)) return verb;
  verb->add_option("TRANSACTION", options.transaction, "Its id (default: the last one)");
  verb->add_option("--root", options.root, "A mounted root file system (default: this machine)")
      ->type_name("DIR");
  verb->add_flag("--list", options.list, "List the transactions");
  verb->add_flag("--apply", options.apply, "Ask no question (as --yes)");
  verb->add_flag("--yes", options.yes, "Ask no question");
  verb->add_flag("--force", options.force, "Also put back files that were changed since");
  add_report(*verb, options.report);
  add_common(*verb, options.common);
  return verb;
}

CLI::App* add_explain(CLI::App& app, const CommandLine& line, ExplainOptions& options) {
  CLI::App* verb = app.add_subcommand("explain", "Shows the page of a cause");
  if (!line.names(*verb)) return verb;
  verb->add_option("CAUSE", options.cause, "A cause's id, such as auth/home-writable");
  verb->add_flag("--list", options.list, "List every cause");
  add_common(*verb, options.common);
  return verb;
}

CLI::App* add_diagnose(CLI::App& app, const CommandLine& line, DiagnoseOptions& options) {
  CLI::App* verb =
      app.add_subcommand("diagnose", "Walks to a host as your own ssh would, and says what refuses");
  if (!line.names(*verb)) return verb;
  verb->add_option("HOST", options.destination, "[USER@]HOST, as it is given to ssh")->required();
  verb->add_option("-p", options.port, "Port")
      ->type_name("PORT")
      ->check(CLI::Range(1, 65535).description(""));
  verb->add_option("-i", options.identities, "A private key file; repeats")
      ->type_name("FILE")
      ->take_all()
      ->allow_extra_args(false);
  verb->add_option("-F", options.config, "ssh's configuration file instead of the usual ones")
      ->type_name("FILE");
  verb->add_option("-J", options.jump, "Jump hosts on the way")->type_name("HOSTS");
  verb->add_option("-l", options.login, "User")->type_name("USER");
  verb->add_option("-o", options.settings, "A setting as ssh's -o takes it; repeats")
      ->type_name("NAME=VALUE")
      ->take_all()
      ->allow_extra_args(false);
  CLI::Option* v4 = verb->add_flag("-4", options.v4, "IPv4 alone");
  verb->add_flag("-6", options.v6, "IPv6 alone")->excludes(v4);
  verb->add_option("-b", options.bind, "The address of this machine to come from")->type_name("ADDRESS");
  verb->add_option("--timeout", options.timeout, "Seconds for each stage (default: 10)")
      ->type_name("SECONDS")
      ->check(CLI::Range(1, 600).description(""));
  add_common(*verb, options.common);
  return verb;
}

CLI::App* add_lab(CLI::App& app, const CommandLine& line, LabOptions& options) {
  CLI::App* verb = app.add_subcommand("lab", "Makes a throwaway real host with a chosen fault (root)");
  if (!line.names(*verb)) return verb;
  verb->add_option("ACTION", options.action, "list, run, prove, restart or end")
      ->required()
      ->check(CLI::IsMember({"list", "run", "prove", "restart", "end"}).description(""));
  verb->add_option("NAME", options.names, "Scenarios (run, prove) or hosts (restart, end)");
  verb->add_flag("--keep", options.keep, "run: leave the host running");
  verb->add_option("--suite", options.suite, "Debian release to use instead of the scenario's own")
      ->type_name("SUITE");
  add_common(*verb, options.common);
  return verb;
}

}  // namespace

int run(int argc, char** argv) {
  CLI::App app("reentry says why ssh refuses, and gets you back in.", "reentry");
  app.set_version_flag("--version", std::string("reentry ") + REENTRY_VERSION);
  app.require_subcommand(1);
  app.set_help_flag("--help,-h", "Show this help");
  const CommandLine line(argc, argv);
  Verbs verbs;
  for (CommonOptions* common : {&verbs.diagnose.common, &verbs.check.common, &verbs.fix.common,
                                &verbs.undo.common, &verbs.explain.common, &verbs.lab.common}) {
    common->language = language_of_locale();
  }
  const CLI::App* diagnose = add_diagnose(app, line, verbs.diagnose);
  const CLI::App* check = add_check(app, line, verbs.check);
  const CLI::App* fix = add_fix(app, line, verbs.fix);
  const CLI::App* undo = add_undo(app, line, verbs.undo);
  const CLI::App* explain = add_explain(app, line, verbs.explain);
  const CLI::App* lab = add_lab(app, line, verbs.lab);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);
    const auto chosen = app.get_subcommands();
    if (chosen.empty() && argc > 1 && argv[1][0] != '-') {
      return complain(
          Error{ErrorKind::usage, shown(argv[1]), "no such command; `reentry --help` lists them"});
    }
    return usage_error(error, chosen.empty() ? "" : (chosen.front()->get_name() + " ").c_str());
  }
  if (diagnose->parsed()) return run_diagnose(verbs.diagnose);
  if (check->parsed()) return run_check(verbs.check);
  if (fix->parsed()) return run_fix(verbs.fix);
  if (undo->parsed()) return run_undo(verbs.undo);
  if (explain->parsed()) return run_explain(verbs.explain);
  if (lab->parsed()) return run_lab(verbs.lab);
  return 2;
}

}  // namespace reentry::cli
