// ssh_config of any bytes; every file that it includes holds the same bytes, so circles come by themselves.
// What ssh answers, of the same bytes.
#include "facts/ssh_config.hpp"

#include "facts/ssh_client_settings.hpp"
#include "fuzz.hpp"

namespace {

using namespace reentry;

struct SameEverywhere final : ConfigInput {
  explicit SameEverywhere(std::string_view all) : bytes(all) {}
  Known<std::string> read(const HostPath& /*path*/) override { return std::string(bytes); }
  Known<std::vector<HostPath>> glob(const HostPath& pattern) override {
    if (++globs > 8) return Missing{Why::absent, pattern.str(), ""};
    return std::vector<HostPath>{pattern};
  }
  std::string_view bytes;
  int globs = 0;
};

}  // namespace

REENTRY_FUZZ(bytes) {
  SameEverywhere input(bytes);
  SshBuild build;
  build.version_known = true;
  if (!bytes.empty() && bytes.front() == '1') build.version = {10, 0, 1};
  if (!bytes.empty() && bytes.front() == '8') build.version = {8, 4, 1};
  SshArguments arguments;
  arguments.options = {std::string(bytes.substr(0, bytes.find('\n')))};
  const SshConfig config = parse_ssh_config(input, arguments, build);
  SshTarget target;
  target.host = "web.example.com";
  target.local_user = "alice";
  const EffectiveSshConfig effective = effective_ssh_config(config, target);
  for (const auto& entry : effective.settings) {
    const SshSetting& setting = entry.second;
    fuzz::must(!setting.at.empty() || !setting.maybe.empty() || !setting.lost.empty());
  }
  (void)near_hosts(config, target.host);
  const SshClientSettings settings = SshClientSettings::parse(bytes);
  (void)settings.port();
  (void)settings.words("userknownhostsfile");
  (void)parse_ssh_complaints(bytes);
}
