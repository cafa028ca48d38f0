#include "mending/mender.hpp"

#include <nlohmann/json.hpp>

namespace reentry::mending {
namespace {

// Null where the key is absent or is null itself.
std::string text_at(const nlohmann::json& object, const char* key) {
  const auto found = object.find(key);
  return found == object.end() || !found->is_string() ? std::string() : found->get<std::string>();
}

void read_transaction(const nlohmann::json& report, Promise& promise) {
  const auto found = report.find("transaction");
  if (found == report.end()) return;
  promise.transaction = text_at(*found, "id");
  promise.applied = found->value("applied", std::vector<std::string>());
  promise.left = found->value("left", std::vector<std::string>());
}

void read_login(const nlohmann::json& login, Promise& promise) {
  promise.outcome = text_at(login, "outcome");
  for (const auto& gate : login.at("gates")) {
    const std::string result = text_at(gate, "result");
    if (result == "refuse") promise.in_the_way.push_back(text_at(gate, "cause"));
    if (result == "unknown") promise.in_the_way.push_back("unknown " + text_at(gate, "gate"));
  }
}

}  // namespace

Result<lab::Ran> run_verb(const std::string& program, const std::vector<std::string>& arguments) {
  lab::Program run;
  run.argv = {program};
  run.argv.insert(run.argv.end(), arguments.begin(), arguments.end());
  return lab::run_program(run);
}

Result<Promise> fix(const std::string& program, const std::string& root,
                    const std::vector<std::string>& options) {
  std::vector<std::string> arguments{"fix", "--root", root, "--apply", "--yes", "--json"};
  arguments.insert(arguments.end(), options.begin(), options.end());
  TRY(const lab::Ran ran, run_verb(program, arguments));
  Promise promise;
  promise.status = ran.status;
  promise.said = ran.err;
  const auto report = nlohmann::json::parse(ran.out, nullptr, false);
  if (report.is_discarded()) return promise;
  read_transaction(report, promise);
  if (!report.at("logins").empty()) read_login(report.at("logins").front(), promise);
  return promise;
}

Result<lab::Ran> undo(const std::string& program, const std::string& root) {
  return run_verb(program, {"undo", "--root", root, "--yes"});
}

}  // namespace reentry::mending
