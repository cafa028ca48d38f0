#include "report/transactions_json.hpp"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <string_view>

#include "base/shown.hpp"
#include "base/time.hpp"
#include "report/sshd_words.hpp"
#include "report/steps.hpp"

namespace reentry {
namespace {

class Json {
 public:
  Json() : writer_(buffer_) {
    writer_.StartObject();
    field("schema", "reentry.transactions/1");
    field("reentry", REENTRY_VERSION);
    field("command", "undo");
  }
  void key(std::string_view name) { writer_.Key(name.data(), size_of(name)); }
  void text(std::string_view value) {
    const std::string safe = shown(value, 0);
    writer_.String(safe.data(), size_of(safe));
  }
  void field(std::string_view name, std::string_view value) {
    key(name);
    text(value);
  }
  void strings(std::string_view name, const std::vector<std::string>& values) {
    key(name);
    writer_.StartArray();
    for (const std::string& value : values) text(value);
    writer_.EndArray();
  }
  rapidjson::Writer<rapidjson::StringBuffer>& writer() { return writer_; }
  std::string take() {
    writer_.EndObject();
    return std::string(buffer_.GetString(), buffer_.GetSize()) + "\n";
  }

 private:
  static rapidjson::SizeType size_of(std::string_view text) {
    return static_cast<rapidjson::SizeType>(text.size());
  }
  rapidjson::StringBuffer buffer_;
  rapidjson::Writer<rapidjson::StringBuffer> writer_;
};

std::string_view state_word(TransactionState state) {
  switch (state) {
    case TransactionState::planned: return "planned";
    case TransactionState::applying: return "unfinished";
    case TransactionState::finished: return "applied";
    case TransactionState::undoing: return "undo-unfinished";
    case TransactionState::partly_undone: return "partly-undone";
    case TransactionState::undone: return "undone";
    case TransactionState::damaged: return "damaged";
  }
  return "damaged";
}

std::string_view result_word(UndoResult result) {
  switch (result) {
    case UndoResult::planned: return "planned";
    case UndoResult::restored: return "restored";
    case UndoResult::already: return "already";
    case UndoResult::changed_since: return "changed-since";
    case UndoResult::failed: return "failed";
  }
  return "failed";
}

bool stays(UndoResult result) {
  return result == UndoResult::changed_since || result == UndoResult::failed;
}

}  // namespace

std::string render_transactions_json(const std::vector<TransactionEntry>& entries) {
  Json json;
  json.key("transactions");
  json.writer().StartArray();
  for (const TransactionEntry& entry : entries) {
    json.writer().StartObject();
    json.field("id", entry.id);
    if (entry.state != TransactionState::damaged) json.field("made", utc_timestamp(entry.made));
    json.field("state", state_word(entry.state));
    json.strings("causes", entry.causes);
    json.strings("changes", entry.steps);
    if (!entry.problem.empty()) json.field("problem", entry.problem);
    json.writer().EndObject();
  }
  json.writer().EndArray();
  return json.take();
}

std::string render_undo_json(const UndoPlan& plan) {
  Json json;
  std::vector<std::string> restored;
  std::vector<std::string> left;
  for (const UndoStep& step : plan.steps) (stays(step.result) ? left : restored).push_back(step.summary.en);
  json.key("transaction");
  json.writer().StartObject();
  json.field("id", plan.id);
  json.strings("applied", restored);
  json.strings("left", left);
  json.field("undo", "");
  json.writer().EndObject();
  json.key("steps");
  json.writer().StartArray();
  for (const UndoStep& step : plan.steps) {
    json.writer().StartObject();
    json.field("path", step.path.str());
    json.field("change", step.summary.en);
    json.field("result", result_word(step.result));
    if (!step.reason.empty()) json.field("reason", step.reason.en);
    json.writer().EndObject();
  }
  json.writer().EndArray();
  if (plan.opinion) {
    json.key("second_opinion");
    json.writer().StartObject();
    json.field("verdict", name_of(plan.opinion->verdict));
    json.field("where", plan.opinion->at.path.empty() ? std::string() : place_of(plan.opinion->at));
    json.strings("said", quotes_of(*plan.opinion));
    json.field("why", plan.opinion->why_none.en);
    json.writer().EndObject();
  }
  if (plan.service.done != ServiceChange::Done::nothing) {
    json.key("service");
    json.writer().StartObject();
    json.field("done", name_of(plan.service.done));
    json.field("ran", plan.service.ran);
    json.field("by_hand", plan.service.by_hand);
    json.field("why", plan.service.why.en);
    json.writer().EndObject();
  }
  return json.take();
}

}  // namespace reentry
