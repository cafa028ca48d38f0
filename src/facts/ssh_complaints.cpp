// Lines of ssh's standard error: `FILE line N: TEXT`, `FILE: line N: Bad configuration option: X`,
// `FILE: terminating, …`, and a few without any place.
#include <algorithm>
#include <array>
#include <charconv>

#include "facts/ssh_client_settings.hpp"

namespace reentry {
namespace {

constexpr std::size_t kMaxComplaintLines = 10'000;
constexpr std::size_t kMaxComplaintText = 4096;

using ComplaintKind = SshComplaintKind;

struct PlacedWording {
  std::string_view text;  // stands at the front of the message
  ComplaintKind kind;
};

// Behind a file and a line. What is not in the list is a value that ssh does not take.
constexpr std::array<PlacedWording, 15> kPlaced = {{
    {"Bad configuration option: ", ComplaintKind::bad_option},
    {"no argument after keyword ", ComplaintKind::no_argument},
    {"Missing argument", ComplaintKind::no_argument},
    {"missing argument", ComplaintKind::no_argument},
    {"Missing ", ComplaintKind::no_argument},
    {"missing ", ComplaintKind::no_argument},
    {"invalid quotes", ComplaintKind::invalid_quotes},
    {"garbage at end of line", ComplaintKind::extra_arguments},
    {"unsupported option", ComplaintKind::unsupported_value},
    {"Bad Match condition", ComplaintKind::bad_match},
    {"bad include path", ComplaintKind::bad_include},
    {"glob failed for ", ComplaintKind::bad_include},
    {"Invalid environment expansion", ComplaintKind::expansion},
    {"Deprecated option ", ComplaintKind::deprecated_option},
    {"Unsupported option ", ComplaintKind::unsupported_option},
}};

// Lines without a place: told by themselves (`alone`), or the explanation of the next line.
struct BareWording {
  std::string_view text;
  ComplaintKind kind;
  bool alone;
};
constexpr std::array<BareWording, 12> kBare = {{
    {"Too many recursive configuration includes", ComplaintKind::too_deep, true},
    {"hostname contains invalid characters", ComplaintKind::bad_name, true},
    {"remote username contains invalid characters", ComplaintKind::bad_name, true},
    {"Missing Match criteria for ", ComplaintKind::bad_match, false},
    {"Unsupported Match attribute ", ComplaintKind::bad_match, false},
    {"One or more attributes required for Match", ComplaintKind::bad_match, false},
    {"Unsupported KEX algorithm ", ComplaintKind::bad_value, false},
    {"vdollar_percent_expand: ", ComplaintKind::expansion, false},
    {"invalid environment variable expansion", ComplaintKind::expansion, true},
    {"percent_expand: ", ComplaintKind::expansion, true},
    {"Host directive not supported", ComplaintKind::bad_value, true},
    {"Include directive not supported", ComplaintKind::bad_value, true},
}};

// The number at the front of `text`; takes it.
bool take_count(std::string_view& text, std::size_t& value) {
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || stop == text.data()) return false;
  text.remove_prefix(static_cast<std::size_t>(stop - text.data()));
  return true;
}

// `FILE line N: MESSAGE` and `FILE: line N: MESSAGE`.
bool take_config_place(std::string_view text, SshComplaint& out) {
  constexpr std::string_view kWord = " line ";
  for (std::size_t at = text.find(kWord); at != std::string_view::npos; at = text.find(kWord, at + 1)) {
    std::string_view behind = text.substr(at + kWord.size());
    if (at == 0 || !take_count(behind, out.line) || !behind.starts_with(": ")) continue;
    std::string_view file = text.substr(0, at);
    if (file.ends_with(':')) file.remove_suffix(1);
    out.file = std::string(file);
    out.message = std::string(behind.substr(2));
    return true;
  }
  out.line = 0;
  return false;
}

// The word behind the last `"…"` or the wording itself.
std::string keyword_in(const SshComplaint& complaint) {
  const std::string_view message = complaint.message;
  constexpr std::string_view kKeyword = "keyword ";
  std::string_view rest;
  if (complaint.kind == ComplaintKind::bad_option || complaint.kind == ComplaintKind::deprecated_option ||
      complaint.kind == ComplaintKind::unsupported_option) {
    rest = message.substr(message.find(complaint.kind == ComplaintKind::bad_option ? ": " : "option ") +
                          (complaint.kind == ComplaintKind::bad_option ? 2 : 7));
  } else if (const std::size_t at = message.find(kKeyword); at != std::string_view::npos) {
    rest = message.substr(at + kKeyword.size());
    rest = rest.substr(0, rest.find(' '));
  }
  if (rest.starts_with('"')) rest.remove_prefix(1);
  if (rest.ends_with('"')) rest.remove_suffix(1);
  return std::string(rest);
}

ComplaintKind complaint_kind(std::string_view message) {
  if (message.ends_with(" extra arguments at end of line")) return ComplaintKind::extra_arguments;
  if (message.ends_with(" empty argument")) return ComplaintKind::no_argument;
  if (message.ends_with(" cannot be combined with other Match attributes")) return ComplaintKind::bad_match;
  for (const PlacedWording& wording : kPlaced) {
    if (message.starts_with(wording.text)) return wording.kind;
  }
  return ComplaintKind::bad_value;
}

// `FILE: terminating, N bad configuration options`, `Bad owner or permissions on FILE`, `Can't open user
// config file FILE: REASON`.
bool take_file_complaint(std::string_view text, SshComplaint& out) {
  constexpr std::string_view kEnd = ": terminating, ";
  constexpr std::string_view kOwner = "Bad owner or permissions on ";
  constexpr std::string_view kOpen = "Can't open user config file ";
  if (text.starts_with(kOwner)) {
    out.kind = ComplaintKind::bad_permissions;
    out.file = std::string(text.substr(kOwner.size()));
    out.message = std::string(text);
    return true;
  }
  if (text.starts_with(kOpen)) {
    out.kind = ComplaintKind::cannot_open;
    const std::string_view rest = text.substr(kOpen.size());
    out.file = std::string(rest.substr(0, rest.rfind(": ")));
    out.message = std::string(text);
    return true;
  }
  const std::size_t at = text.find(kEnd);
  if (at == std::string_view::npos) return false;
  std::string_view behind = text.substr(at + kEnd.size());
  if (!take_count(behind, out.count) || !behind.starts_with(" bad configuration option")) return false;
  out.kind = ComplaintKind::terminating;
  out.file = std::string(text.substr(0, at));
  out.message = std::string(text.substr(at + 2));
  return true;
}

class ComplaintReader {
 public:
  void read(std::string_view text) {
    SshComplaint complaint;
    if (text.starts_with("debug") || text.size() > kMaxComplaintText) return;
    if (take_config_place(text, complaint)) {
      complaint.kind = complaint_kind(complaint.message);
      complaint.keyword = keyword_in(complaint);
      return keep(std::move(complaint));
    }
    if (take_file_complaint(text, complaint)) return keep(std::move(complaint));
    for (const BareWording& wording : kBare) {
      if (!text.starts_with(wording.text)) continue;
      if (!wording.alone) {
        flush();
        detail_ = std::string(text);
        detail_kind_ = wording.kind;
        return;
      }
      complaint.kind = wording.kind;
      complaint.message = std::string(text);
      return keep(std::move(complaint));
    }
  }

  std::vector<SshComplaint> finish() {
    flush();
    return std::move(out_);
  }

 private:
  void keep(SshComplaint complaint) {
    complaint.detail = std::move(detail_);
    detail_.clear();
    out_.push_back(std::move(complaint));
  }
  // An explanation of nothing that followed is told by itself.
  void flush() {
    if (detail_.empty()) return;
    SshComplaint complaint;
    complaint.kind = detail_kind_;
    complaint.message = std::move(detail_);
    detail_.clear();
    out_.push_back(std::move(complaint));
  }

  std::vector<SshComplaint> out_;
  std::string detail_;
  ComplaintKind detail_kind_ = ComplaintKind::bad_value;
};

}  // namespace

std::vector<SshComplaint> parse_ssh_complaints(std::string_view standard_error) {
  ComplaintReader reader;
  for (std::size_t i = 0; i < kMaxComplaintLines && !standard_error.empty(); ++i) {
    const std::size_t end = std::min(standard_error.find('\n'), standard_error.size());
    std::string_view line = standard_error.substr(0, end);
    standard_error.remove_prefix(std::min(end + 1, standard_error.size()));
    while (line.ends_with('\r')) line.remove_suffix(1);
    reader.read(line);
  }
  return reader.finish();
}

}  // namespace reentry
