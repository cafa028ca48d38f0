// Programs of the target that the writer lets change what they keep themselves.
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>

#include "base/shown.hpp"
#include "host/command.hpp"
#include "host/host_writer.hpp"

namespace reentry {

std::optional<Text> HostWriter::cannot_run(const HostPath& program) const {
  if (directory_ != "/") {
    return say("{} can only be told on the host itself while it runs",
               "{} は、稼働中のホスト上でのみ実行できます", shown(program.name()));
  }
  if (::access(program.str().c_str(), X_OK) == 0) return std::nullopt;
  return say("{}: {}", "{}: {}", shown(program.str()), std::strerror(errno));
}

Result<void> HostWriter::run_tool(const HostPath& program, const std::vector<std::string>& words) const {
  TRY_VOID(may("run", program));
  if (auto why = cannot_run(program)) return fail(ErrorKind::change, program.str(), why->en);
  std::vector<std::string> argv{program.str()};
  argv.insert(argv.end(), words.begin(), words.end());
  TRY(const CommandAnswer answer, run_command(argv, std::chrono::seconds(60)));
  if (!answer.timed_out && answer.status == 0) return {};
  std::string said = answer.said.substr(0, answer.said.find_last_not_of("\n\r ") + 1);
  said = said.substr(said.rfind('\n') + 1);
  return fail(ErrorKind::change, program.str(),
              answer.timed_out
                  ? "it did not end in time"
                  : "status " + std::to_string(answer.status) + (said.empty() ? "" : ": " + said));
}

}  // namespace reentry
