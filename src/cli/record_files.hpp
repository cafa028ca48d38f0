// --report and --html of a fix or an undo: the incident record in two forms.
#pragma once

#include <optional>
#include <string>

#include "base/result.hpp"
#include "cli/options.hpp"
#include "cli/out_file.hpp"
#include "report/incident.hpp"

namespace reentry::cli {

class RecordFiles {
 public:
  // Opened before anything is changed, so that a file that can't be written is known then. Fails (usage): so
  // it is, or two things are to go to standard output.
  [[nodiscard]] static Result<RecordFiles> open(const CommonOptions& common,
                                                const std::optional<std::string>& report);
  [[nodiscard]] Result<void> write(const Incident& incident, Language language);
  // Whether standard output is the record's alone.
  [[nodiscard]] bool take_standard_output() const;
  [[nodiscard]] bool wanted() const { return report_ || html_; }

 private:
  std::optional<OutFile> report_;
  std::optional<OutFile> html_;
};

}  // namespace reentry::cli
