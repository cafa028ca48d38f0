// The report that programs read: `reentry.report/1` (docs/report.schema.json), one JSON object.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.hpp"
#include "diagnosis/diagnosis.hpp"
#include "repair/receipt.hpp"

namespace reentry {

// What a fix or an undo did, as the report names it. Ids of remedies in `applied` and `left`.
struct TransactionReport {
  std::string id;
  std::vector<std::string> applied;
  std::vector<std::string> left;
  std::string undo;  // the command that takes it back
};

// `second_opinion` and `service`, of a fix.
struct AftermathReport {
  std::optional<SecondOpinion> opinion;
  ServiceChange service;
};

struct JsonOptions {
  std::string_view command = "check";
  Language language = Language::en;
  std::optional<TransactionReport> transaction;
  AftermathReport aftermath;
  std::optional<double> total_ms;
};

// One object and a newline, UTF-8. The same diagnosis gives the same bytes, `timing` and `transaction` aside.
[[nodiscard]] std::string render_json(const Diagnosis& diagnosis, const JsonOptions& options);

}  // namespace reentry
