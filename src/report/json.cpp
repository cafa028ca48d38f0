#include "report/json.hpp"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include "base/shown.hpp"
#include "report/sshd_words.hpp"
#include "report/steps.hpp"

namespace reentry {
namespace {

// Bytes quoted from the target are cut beyond this: enough for any line that a person would look at.
constexpr std::size_t kQuoteLimit = 1000;

using Writer = rapidjson::Writer<rapidjson::StringBuffer>;

std::string_view name_of(TargetKind kind) {
  switch (kind) {
    case TargetKind::live: return "live";
    case TargetKind::root: return "root";
    case TargetKind::host: return "host";
  }
  return "root";
}

class Report {
 public:
  Report(rapidjson::StringBuffer& buffer, const JsonOptions& options) : writer_(buffer), options_(options) {}

  void write(const Diagnosis& diagnosis) {
    writer_.StartObject();
    field("schema", "reentry.report/1");
    field("reentry", REENTRY_VERSION);
    field("command", options_.command);
    target(diagnosis);
    field("verdict", name_of(diagnosis.verdict));
    list("logins", diagnosis.logins, [this](const LoginTrace& trace) { login(trace); });
    list("findings", diagnosis.findings, [this](const Finding& one) { finding(one); });
    list("unseen", diagnosis.unseen, [this](const Missing& one) { unseen(one); });
    key("every_door_shut");
    writer_.Bool(diagnosis.every_door_shut);
    if (options_.transaction) transaction(*options_.transaction);
    if (options_.aftermath.opinion) opinion(*options_.aftermath.opinion);
    if (options_.aftermath.service.done != ServiceChange::Done::nothing) service(options_.aftermath.service);
    if (options_.total_ms) {
      key("timing");
      writer_.StartObject();
      key("total_ms");
      writer_.Double(*options_.total_ms);
      writer_.EndObject();
    }
    writer_.EndObject();
  }

 private:
  void key(std::string_view name) { writer_.Key(name.data(), static_cast<rapidjson::SizeType>(name.size())); }
  void text(std::string_view value) {
    writer_.String(value.data(), static_cast<rapidjson::SizeType>(value.size()));
  }
  void field(std::string_view name, std::string_view value) {
    key(name);
    text(value);
  }
  void field(std::string_view name, const Text& value) { field(name, value.in(options_.language)); }
  template <typename Items, typename Write>
  void list(std::string_view name, const Items& items, Write write_one) {
    key(name);
    writer_.StartArray();
    for (const auto& item : items) write_one(item);
    writer_.EndArray();
  }
  void texts(std::string_view name, const std::vector<std::string>& items) {
    list(name, items, [this](const std::string& item) { text(shown(item, 0)); });
  }

  void target(const Diagnosis& diagnosis) {
    key("target");
    writer_.StartObject();
    field("kind", name_of(diagnosis.target.kind));
    field("name", shown(diagnosis.target.name, 0));
    field("os", shown(diagnosis.target.os));
    field("openssh", shown(diagnosis.openssh));
    writer_.EndObject();
  }

  void login(const LoginTrace& trace) {
    writer_.StartObject();
    field("user", shown(trace.question.user));
    field("credential", trace.question.credential());
    key("from");
    if (trace.question.from) {
      text(shown(*trace.question.from));
    } else {
      writer_.Null();
    }
    field("outcome", name_of(trace.outcome));
    list("gates", trace.gates, [this](const Gate& one) { gate(one); });
    writer_.EndObject();
  }

  void gate(const Gate& gate) {
    writer_.StartObject();
    field("gate", gate.id);
    field("stage", name_of(gate.stage));
    field("result", name_of(gate.result));
    key("cause");
    if (gate.result == GateResult::refuse && !gate.obstacles.empty()) {
      text(id_of(gate.obstacles.front().cause));
    } else {
      writer_.Null();
    }
    field("detail", gate.detail);
    writer_.EndObject();
  }

  void finding(const Finding& finding) {
    writer_.StartObject();
    field("cause", id_of(finding.cause));
    field("stage", name_of(stage_of(finding.cause)));
    field("severity", name_of(finding.severity));
    field("certainty", name_of(finding.certainty));
    locus(finding);
    field("title", finding.title);
    field("explanation", finding.explanation);
    list("evidence", finding.evidence, [this](const Exhibit& one) { exhibit(one); });
    list("remedies", finding.remedies, [this](const Remedy& one) { remedy(one); });
    list("hides", finding.hides, [this](Cause cause) { text(id_of(cause)); });
    writer_.EndObject();
  }

  void locus(const Finding& finding) {
    key("locus");
    writer_.StartObject();
    if (!finding.locus.path.empty()) field("path", shown(finding.locus.path, 0));
    if (finding.locus.line != 0) {
      key("line");
      writer_.Uint64(finding.locus.line);
    }
    if (!finding.users.empty()) field("user", shown(finding.users.front()));
    if (finding.users.size() > 1) texts("users", finding.users);
    writer_.EndObject();
  }

  void exhibit(const Exhibit& exhibit) {
    writer_.StartObject();
    field("source", exhibit.source);
    field("where", place_of(exhibit));
    field("text", shown(exhibit.text, kQuoteLimit));
    writer_.EndObject();
  }

  void remedy(const Remedy& remedy) {
    writer_.StartObject();
    field("id", remedy.id);
    key("automatic");
    writer_.Bool(remedy.automatic());
    field("risk", name_of(remedy.risk));
    field("text", remedy.text);
    texts("commands", remedy.commands);
    list("steps", remedy.steps, [this](const Step& step) { text(words_for(step).in(options_.language)); });
    field("diff", diff_of(remedy));
    writer_.EndObject();
  }

  void unseen(const Missing& missing) {
    static constexpr std::string_view kWhy[] = {"absent",    "denied",  "unreadable",
                                                "malformed", "offline", "not asked"};
    writer_.StartObject();
    field("where", shown(missing.where));
    field("why", kWhy[static_cast<std::size_t>(missing.why)]);
    field("detail", shown(missing.detail));
    writer_.EndObject();
  }

  void transaction(const TransactionReport& transaction) {
    key("transaction");
    writer_.StartObject();
    field("id", transaction.id);
    texts("applied", transaction.applied);
    texts("left", transaction.left);
    field("undo", transaction.undo);
    writer_.EndObject();
  }

  void opinion(const SecondOpinion& opinion) {
    key("second_opinion");
    writer_.StartObject();
    field("verdict", name_of(opinion.verdict));
    field("of", opinion.planned ? "plan" : "target");
    field("command", shown(opinion.command, 0));
    field("where", opinion.at.path.empty() ? std::string() : place_of(opinion.at));
    texts("said", quotes_of(opinion));
    field("why", opinion.why_none);
    key("contradicts");
    writer_.Bool(opinion.contradicts());
    writer_.EndObject();
  }

  void service(const ServiceChange& service) {
    key("service");
    writer_.StartObject();
    field("done", name_of(service.done));
    field("ran", shown(service.ran, 0));
    field("by_hand", shown(service.by_hand, 0));
    field("undo", shown(service.back, 0));
    field("why", service.why);
    writer_.EndObject();
  }

  Writer writer_;
  const JsonOptions& options_;
};

}  // namespace

std::string render_json(const Diagnosis& diagnosis, const JsonOptions& options) {
  rapidjson::StringBuffer buffer;
  Report(buffer, options).write(diagnosis);
  return std::string(buffer.GetString(), buffer.GetSize()) + "\n";
}

}  // namespace reentry
