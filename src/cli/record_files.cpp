#include "cli/record_files.hpp"

namespace reentry::cli {

Result<RecordFiles> RecordFiles::open(const CommonOptions& common, const std::optional<std::string>& report) {
  RecordFiles out;
  const bool report_out = report == "-";
  const bool html_out = common.html == "-";
  if (static_cast<int>(report_out) + static_cast<int>(html_out) + static_cast<int>(common.json) > 1) {
    return fail(ErrorKind::usage, report_out ? "--report -" : "--html -",
                "only one thing can go to standard output; name a file");
  }
  if (report) {
    TRY(OutFile file, OutFile::open(*report));
    out.report_.emplace(std::move(file));
  }
  if (common.html) {
    TRY(OutFile file, OutFile::open(*common.html));
    out.html_.emplace(std::move(file));
  }
  return out;
}

Result<void> RecordFiles::write(const Incident& incident, Language language) {
  if (report_) TRY_VOID(report_->write(render_incident(incident, language)));
  if (html_) TRY_VOID(html_->write(render_incident_html(incident, language)));
  return {};
}

bool RecordFiles::take_standard_output() const {
  return (report_ && report_->is_standard_output()) || (html_ && html_->is_standard_output());
}

}  // namespace reentry::cli
