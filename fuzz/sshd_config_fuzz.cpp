// sshd_config of any bytes; every file that it includes holds the same bytes, so circles come by themselves.
#include "facts/sshd_config.hpp"

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
  const SshdConfig config = parse_sshd_config(input, {}, build);
  MatchContext context;
  context.connection = true;
  context.user = "alice";
  context.groups = std::vector<std::string>{"alice", "sudo"};
  context.address = "203.0.113.5";
  context.local_port = 22;
  const EffectiveConfig effective = effective_config(config, build, context);
  for (const auto& keyword : effective.keywords()) (void)effective[keyword].first();
}
