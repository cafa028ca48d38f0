#include "expectation.hpp"

#include <algorithm>
#include <iterator>
#include <set>

#include "facts/sshd_keywords.hpp"

namespace reentry::differential {
namespace {

constexpr const char* kPerLine[] = {"port",       "listenaddress", "hostkey",     "hostcertificate",
                                    "allowusers", "denyusers",     "allowgroups", "denygroups",
                                    "acceptenv",  "setenv",        "subsystem"};
constexpr const char* kByComma[] = {"ciphers",
                                    "macs",
                                    "kexalgorithms",
                                    "casignaturealgorithms",
                                    "hostbasedacceptedalgorithms",
                                    "hostkeyalgorithms",
                                    "pubkeyacceptedalgorithms",
                                    "gssapikexalgorithms"};

template <std::size_t N>
bool is_one_of(const char* const (&names)[N], const std::string& name) {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  return text;
}

std::string joined(const std::vector<std::string>& values, char separator) {
  std::string out;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i > 0) out += separator;
    out += values[i];
  }
  return out;
}

std::string place_of(const ConfigProblem& problem) {
  const bool unknown = problem.message.starts_with("Bad configuration option");
  return problem.at.file + (unknown ? ": line " : " line ") + std::to_string(problem.at.line) + ": ";
}

void print(std::string& out, const ConfigProblem& problem) {
  if (!problem.preface.empty()) out += problem.preface + "\n";
  out += (problem.bare ? "" : place_of(problem)) + problem.message + "\n";
  // sshd ends its lines with CR LF; all carriage returns are taken out of what it says.
  out.erase(std::remove(out.begin(), out.end(), '\r'), out.end());
}

}  // namespace

Expectation expected_check(const SshdConfig& config, const SshBuild& build) {
  Expectation out;
  std::map<std::string, std::set<std::size_t>> errors;  // lines, by file
  for (const ConfigProblem& problem : config.problems) {
    print(out.err, problem);
    if (problem.severity == ConfigSeverity::error) errors[problem.at.file].insert(problem.at.line);
    if (!problem.stops) continue;
    out.status = problem.exit_status;
    if (problem.severity == ConfigSeverity::error && problem.exit_status == 255) {
      out.err += problem.at.file + ": terminating, " + std::to_string(errors[problem.at.file].size()) +
                 " bad configuration options\n";
    }
    return out;
  }
  const std::vector<ConfigProblem> more =
      contradictions(config, effective_config(config, build, MatchContext{}), build);
  if (!more.empty()) {
    print(out.err, more.front());
    out.status = more.front().exit_status;
  }
  return out;
}

Dump parse_dump(const std::string& text) {
  Dump out;
  std::size_t begin = 0;
  while (begin < text.size()) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string line = text.substr(begin, end - begin);
    const std::size_t blank = std::min(line.find(' '), line.size());
    std::string value = line.substr(std::min(blank + 1, line.size()));
    // Where sshd keeps what was written, reentry has one form.
    if (value.starts_with("//")) value.erase(0, 1);
    if (upper(value) == "NONE") value = "none";
    if (upper(value) == "INTERNAL") value = "internal";
    if (value == "SILENT") value = "QUIET";
    if (value == "DEBUG") value = "DEBUG1";
    out[line.substr(0, blank)].push_back(value);
    begin = end + 1;
  }
  for (auto& [keyword, values] : out) {
    if (keyword == "listenaddress") std::sort(values.begin(), values.end());
  }
  return out;
}

std::vector<std::string> expected_values(const std::string& keyword, const EffectiveConfig& config) {
  std::string name = keyword;
  if (name == "pubkeyacceptedkeytypes") name = "pubkeyacceptedalgorithms";
  if (name == "hostbasedacceptedkeytypes") name = "hostbasedacceptedalgorithms";
  std::vector<std::string> values = config[name].values;
  if (is_one_of(kPerLine, name)) {
    if (name == "listenaddress") std::sort(values.begin(), values.end());
    return values;
  }
  if (is_one_of(kByComma, name)) return {joined(values, ',')};
  if (name == "maxstartups" || name == "persourcenetblocksize") return {joined(values, ':')};
  std::string value = joined(values, ' ');
  if (name == "permitrootlogin" && value == "prohibit-password") value = "without-password";
  if (name == "compression" && value == "delayed") value = "yes";
  if (name == "loglevel" || name == "syslogfacility" || name == "fingerprinthash") value = upper(value);
  return {value};
}

}  // namespace reentry::differential
