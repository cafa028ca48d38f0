#include "cli/diagnose.hpp"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>

#include "checks/catalogue.hpp"
#include "cli/leg.hpp"
#include "cli/out_file.hpp"
#include "cli/target.hpp"
#include "diagnosis/walk.hpp"
#include "report/html.hpp"
#include "report/json.hpp"
#include "report/terminal.hpp"

namespace reentry::cli {
namespace {

// The options as ssh takes them.
std::vector<std::string> words_for_ssh(const DiagnoseOptions& options) {
  std::vector<std::string> words;
  const auto add = [&words](const char* name, const std::string& value) {
    words.emplace_back(name);
    words.push_back(value);
  };
  if (options.config) add("-F", *options.config);
  if (options.port) add("-p", std::to_string(*options.port));
  if (options.login) add("-l", *options.login);
  if (options.jump) add("-J", *options.jump);
  if (options.bind) add("-b", *options.bind);
  for (const std::string& file : options.identities) add("-i", file);
  for (const std::string& setting : options.settings) add("-o", setting);
  if (options.v4) words.emplace_back("-4");
  if (options.v6) words.emplace_back("-6");
  return words;
}

// The words for a jump host: its own configuration, nothing of what was said of the host behind it.
std::vector<std::string> words_for_jump(const DiagnoseOptions& options) {
  return options.config ? std::vector<std::string>{"-F", *options.config} : std::vector<std::string>{};
}

std::string host_of(const std::string& destination) {
  return destination.substr(destination.rfind('@') + 1);
}

LegProgress progress_for(const CommonOptions& common, const std::string& destination) {
  if (common.quiet || common.json || ::isatty(STDERR_FILENO) == 0) return {};
  return [host = host_of(destination)](std::string_view stage, std::int64_t microseconds) {
    std::fprintf(stderr, "  %-8.*s %s  %.1f ms\n", static_cast<int>(stage.size()), stage.data(), host.c_str(),
                 static_cast<double>(microseconds) / 1000.0);
  };
}

struct Walked {
  Diagnosis diagnosis;
  int connections = 0;
  int authentications = 0;
};

Diagnosis take_leg(Walker& walker, const LegPlan& plan, Walked& walked, WalkFacts& facts) {
  facts = walker.walk(plan);
  walked.connections += facts.connections;
  walked.authentications += facts.authentications;
  return diagnose(facts, catalogue());
}

void append(Diagnosis& to, Diagnosis leg) {
  std::move(leg.logins.begin(), leg.logins.end(), std::back_inserter(to.logins));
  std::move(leg.findings.begin(), leg.findings.end(), std::back_inserter(to.findings));
  std::move(leg.unseen.begin(), leg.unseen.end(), std::back_inserter(to.unseen));
  to.target = leg.target;
  to.openssh = leg.openssh;
  to.verdict = leg.verdict;
}

// The jump hosts first, one after the other, as long as they let us through; then the host itself.
Walked walk_all(Walker& walker, const DiagnoseOptions& options) {
  Walked walked;
  LegPlan plan;
  plan.options = words_for_ssh(options);
  plan.destination = options.destination;
  plan.limit = std::chrono::seconds(options.timeout);
  plan.progress = progress_for(options.common, options.destination);
  WalkFacts facts;
  Diagnosis last = take_leg(walker, plan, walked, facts);
  const bool dead_proxy = last.verdict == Standing::blocked && facts.client.settings &&
                          facts.client.settings->proxy_jump() && facts.reply &&
                          facts.reply->banner.kind == BannerKind::nothing;
  if (dead_proxy) {
    // What the jump host says of itself is the nearer answer.
    const std::string jumps = *facts.client.settings->proxy_jump();
    LegPlan hop = plan;
    hop.options = words_for_jump(options);
    const JumpHost jump = jump_host(jumps.substr(0, jumps.find(',')));
    hop.destination = jump.destination;
    if (!jump.port.empty()) hop.options.insert(hop.options.end(), {"-p", jump.port});
    WalkFacts hop_facts;
    Diagnosis first = take_leg(walker, hop, walked, hop_facts);
    if (first.verdict == Standing::blocked) append(walked.diagnosis, std::move(first));
  }
  append(walked.diagnosis, std::move(last));
  return walked;
}

}  // namespace

int run_diagnose(const DiagnoseOptions& options) {
  const auto started = std::chrono::steady_clock::now();
  if (options.destination.empty() || options.destination.starts_with('-'))
    return complain(Error{ErrorKind::usage, "HOST", "give the host as you give it to ssh: [USER@]HOST"});
  Result<Walker> walker = Walker::start();
  if (!walker) return complain(walker.error());
  const Walked walked = walk_all(*walker, options);
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - started;

  TerminalOptions look = terminal_options(options.common, {});
  look.privileged = true;
  if (options.common.html) {
    HtmlOptions html;
    html.language = options.common.language;
    html.target = options.destination;
    const auto page = write_file(*options.common.html, render_html(walked.diagnosis, html));
    if (!page) return complain(page.error());
  }
  std::string text;
  if (options.common.json) {
    JsonOptions json;
    json.command = "diagnose";
    json.language = options.common.language;
    json.total_ms = took.count();
    text = render_json(walked.diagnosis, json);
  } else if (!options.common.quiet) {
    text = render_terminal(walked.diagnosis, look);
  }
  const auto written = write_out(text);
  if (!written) return complain(written.error());
  return exit_status(walked.diagnosis);
}

}  // namespace reentry::cli
