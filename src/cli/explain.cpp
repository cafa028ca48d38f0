#include "cli/explain.hpp"

#include <cstdio>
#include <string>

#include "base/shown.hpp"
#include "base/spelling.hpp"
#include "checks/catalogue.hpp"
#include "cli/target.hpp"
#include "report/cause_page.hpp"

namespace reentry::cli {
namespace {

int write(const std::string& text) {
  const Result<void> written = write_out(text);
  return written ? 0 : complain(written.error());
}

// The id that was most likely meant: the nearest whole id, or one that ends in what was typed.
std::string nearest_id(std::string_view written) {
  std::string_view nearest;
  std::size_t least = 1 + written.size() / 3;
  for (const Check* check : catalogue()) {
    const std::string_view id = id_of(check->cause);
    const std::string_view slug = id.substr(id.find('/') + 1);
    const std::size_t distance = slug == written ? 0 : edit_distance(written, id);
    if (distance < least) {
      least = distance;
      nearest = id;
    }
  }
  return std::string(nearest);
}

int explain_cause(const std::string& id, const ExplainOptions& options, const PageOptions& page) {
  const std::optional<Cause> cause = cause_of(id);
  const Check* check = cause ? check_of(*cause) : nullptr;
  if (check == nullptr) {
    const std::string nearest = nearest_id(id);
    return complain({ErrorKind::usage, "explain " + shown(id),
                     nearest.empty() ? "no such cause; `reentry explain --list` shows them all"
                                     : "no such cause; did you mean " + nearest + "?"});
  }
  const Check* one[] = {check};
  return write(options.common.json ? render_causes_json(one, page.language)
                                   : render_cause_page(*check, page));
}

}  // namespace

int run_explain(const ExplainOptions& options) {
  PageOptions page;
  page.language = options.common.language;
  page.color = wants_color(options.common.color, stdout);
  page.utf8 = locale_is_utf8();
  page.width = terminal_width();
  if (options.list)
    return write(options.common.json ? render_causes_json(catalogue(), page.language)
                                     : render_cause_list(catalogue(), page));
  if (options.cause) return explain_cause(*options.cause, options, page);
  return complain({ErrorKind::usage, "explain",
                   "name a cause, or use --list; reading messages from stdin is not supported yet"});
}

}  // namespace reentry::cli
