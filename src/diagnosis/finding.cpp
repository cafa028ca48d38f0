#include "diagnosis/finding.hpp"

namespace reentry {

std::string_view name_of(Severity severity) {
  switch (severity) {
    case Severity::blocker: return "blocker";
    case Severity::risk: return "risk";
    case Severity::notice: return "notice";
  }
  return "notice";
}

std::string_view name_of(Certainty certainty) {
  switch (certainty) {
    case Certainty::certain: return "certain";
    case Certainty::likely: return "likely";
    case Certainty::possible: return "possible";
  }
  return "possible";
}

std::string_view name_of(Risk risk) {
  switch (risk) {
    case Risk::safe: return "safe";
    case Risk::choice: return "choice";
    case Risk::manual: return "manual";
  }
  return "manual";
}

}  // namespace reentry
