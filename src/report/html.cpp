#include "report/html.hpp"

#include <algorithm>

#include "base/shown.hpp"
#include "report/login_words.hpp"
#include "report/steps.hpp"

namespace reentry {
namespace {

constexpr std::size_t kLoginsShown = 200;
constexpr std::size_t kPageQuoteLimit = 400;

constexpr std::string_view kStyle = R"(
body{font:16px/1.6 system-ui,sans-serif;max-width:56rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a;background:#fff}
h1{font-size:1.35rem}h2{font-size:1.1rem;margin:2rem 0 .3rem}h3{font-size:1rem;margin:0}
.blocked,.refuse{color:#a40000}.open,.pass{color:#156315}.unknown,.degraded{color:#805500}
.finding{border-left:.3rem solid #bbb;padding:.2rem 1rem;margin:1rem 0}
.finding.blocker{border-color:#a40000}.finding.risk{border-color:#c98a00}
pre{background:#f4f4f4;padding:.5rem .8rem;overflow-x:auto;font-size:.9rem;margin:.4rem 0}
.meta{color:#595959;font-size:.9rem}ol.gates{list-style:none;padding:0}table{border-collapse:collapse}
td,th{text-align:left;padding:.2rem .8rem .2rem 0;vertical-align:top}
@media(prefers-color-scheme:dark){body{color:#e6e6e6;background:#161616}pre{background:#242424}
.blocked,.refuse{color:#ff8080}.open,.pass{color:#7fd67f}.unknown,.degraded{color:#e8bb55}.meta{color:#a8a8a8}}
)";

class Page {
 public:
  explicit Page(const HtmlOptions& options) : options_(options) {}

  std::string render(const Diagnosis& diagnosis) {
    const bool ja = options_.language == Language::ja;
    out_ += html_head("reentry: " + verdict_of(diagnosis).in(options_.language), ja ? "ja" : "en");
    element("h1", name_of(diagnosis.verdict), verdict_of(diagnosis));
    element("p", "meta", target_words(diagnosis));
    findings(diagnosis);
    logins(diagnosis);
    unseen(diagnosis);
    out_ += "</body>\n</html>\n";
    return std::move(out_);
  }

 private:
  void element(std::string_view tag, std::string_view css, const Text& words) {
    element(tag, css, words.in(options_.language));
  }
  void element(std::string_view tag, std::string_view css, std::string_view words) {
    out_ += "<" + std::string(tag);
    if (!css.empty()) out_ += " class=\"" + std::string(css) + "\"";
    out_ += ">" + escaped(words) + "</" + std::string(tag) + ">\n";
  }

  void findings(const Diagnosis& diagnosis) {
    if (diagnosis.findings.empty()) return;
    element("h2", {}, say("Findings, in the order in which to mend them", "見つかった原因（対処する順）"));
    for (const Finding& one : diagnosis.findings) finding(one);
  }

  void finding(const Finding& one) {
    out_ += "<section class=\"finding " + std::string(name_of(one.severity)) + "\">\n";
    element("h3", {}, one.title);
    std::string meta = std::string(id_of(one.cause)) + " · " + std::string(name_of(one.severity)) + " · " +
                       std::string(name_of(one.certainty));
    if (!one.locus.path.empty()) meta += " · " + place_of(one.locus);
    element("p", "meta", meta);
    element("p", {}, one.explanation);
    for (const Exhibit& exhibit : one.evidence) {
      if (exhibit.text.empty()) continue;
      element("pre", {}, place_of(exhibit) + ": " + shown(exhibit.text, kPageQuoteLimit));
    }
    for (const Remedy& remedy : one.remedies) this->remedy(remedy);
    if (!one.hides.empty()) {
      std::string causes;
      for (const Cause cause : one.hides) causes += (causes.empty() ? "" : ", ") + std::string(id_of(cause));
      element(
          "p", "meta",
          say("Behind it, met only once this is mended: {}", "これを直した後に初めて現れる原因: {}", causes));
    }
    out_ += "</section>\n";
  }

  void remedy(const Remedy& remedy) {
    element("p", {}, remedy.text);
    std::string commands;
    if (remedy.automatic()) {
      commands = "# reentry fix" + (options_.target.empty() ? "" : " " + options_.target) +
                 (remedy.risk == Risk::choice ? " --risk choice" : "") + " --apply\n";
    }
    for (const std::string& command : remedy.commands) commands += "$ " + shown(command, 0) + "\n";
    if (!commands.empty()) element("pre", {}, commands);
    const std::string diff = diff_of(remedy);
    if (!diff.empty()) element("pre", {}, diff);
  }

  void logins(const Diagnosis& diagnosis) {
    element("h2", {}, say("Logins", "ログイン"));
    std::size_t number = 0;
    for (const LoginTrace& trace : diagnosis.logins) {
      if (++number > kLoginsShown) {
        element("p", "meta", say("and {} more", "ほか {} 件", diagnosis.logins.size() - kLoginsShown));
        break;
      }
      out_ += "<details";
      if (trace.outcome != Outcome::accepted && diagnosis.logins.size() < 4) out_ += " open";
      out_ += ">\n";
      element("summary", {}, verdict_of(trace));
      out_ += "<table>\n";
      for (const Gate& gate : trace.gates) {
        out_ += "<tr>";
        element("td", name_of(gate.result), name_of(gate.result));
        element("td", {}, gate.id);
        element("td", {}, gate.detail);
        out_ += "</tr>\n";
      }
      out_ += "</table>\n</details>\n";
    }
  }

  void unseen(const Diagnosis& diagnosis) {
    if (diagnosis.unseen.empty()) return;
    element("h2", {}, say("Not seen, so not judged", "確認できず、判定していないもの"));
    out_ += "<ul>\n";
    for (const Missing& missing : diagnosis.unseen) element("li", {}, words_for(missing));
    out_ += "</ul>\n";
  }

  const HtmlOptions& options_;
  std::string out_;
};

}  // namespace

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\'': out += "&#39;"; break;
      default: out += c;
    }
  }
  return out;
}

std::string html_head(std::string_view title, std::string_view language) {
  return "<!DOCTYPE html>\n<html lang=\"" + std::string(language) +
         "\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
         "content=\"width=device-width,initial-scale=1\">\n<title>" +
         escaped(title) + "</title>\n<style>" + std::string(kStyle) + "</style>\n</head>\n<body>\n";
}

std::string render_html(const Diagnosis& diagnosis, const HtmlOptions& options) {
  return Page(options).render(diagnosis);
}

}  // namespace reentry
