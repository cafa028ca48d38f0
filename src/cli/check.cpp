#include "cli/check.hpp"

#include <chrono>
#include <cstdio>

#include "cli/out_file.hpp"
#include "cli/target.hpp"
#include "report/html.hpp"
#include "report/json.hpp"
#include "report/terminal.hpp"

namespace reentry::cli {
namespace {

void show_touches(const std::vector<Trace::Touch>& touches) {
  for (const Trace::Touch& touch : touches) {
    std::fprintf(stderr, "%s %s%s%s\n", touch.verb.c_str(), touch.object.c_str(),
                 touch.outcome.empty() ? "" : ": ", touch.outcome.c_str());
  }
}

}  // namespace

int run_check(const CheckOptions& options) {
  const auto started = std::chrono::steady_clock::now();
  const Result<Checked> checked = check_target(options.target, options.common.verbose);
  if (!checked) return complain(checked.error());
  show_touches(checked->touches);
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - started;

  if (options.common.html) {
    HtmlOptions html;
    html.language = options.common.language;
    const TerminalOptions look = terminal_options(options.common, options.target);
    html.target = look.target + (look.target.empty() || look.login.empty() ? "" : " ") + look.login;
    const auto page = write_file(*options.common.html, render_html(checked->diagnosis, html));
    if (!page) return complain(page.error());
  }
  std::string text;
  if (options.common.json) {
    JsonOptions json;
    json.language = options.common.language;
    json.total_ms = took.count();
    text = render_json(checked->diagnosis, json);
  } else if (!options.common.quiet) {
    TerminalOptions look = terminal_options(options.common, options.target);
    look.names = OwnerNames(checked->facts.accounts);
    text = render_terminal(checked->diagnosis, look);
  }
  const auto written = write_out(text);
  if (!written) return complain(written.error());
  end_process(exit_status(checked->diagnosis));
}

}  // namespace reentry::cli
