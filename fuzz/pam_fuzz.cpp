// A PAM service of any bytes; whatever it includes holds the same bytes.
#include "facts/pam.hpp"

#include "fuzz.hpp"

namespace {

using namespace reentry;

struct SameEverywhere final : PamInput {
  explicit SameEverywhere(std::string_view all) : bytes(all) {}
  Known<std::string> read(const HostPath& path) override {
    if (++reads > 64) return Missing{Why::absent, path.str(), ""};
    return std::string(bytes);
  }
  bool is_directory(const HostPath& /*path*/) override { return bytes.size() % 3 != 0; }
  std::string_view bytes;
  int reads = 0;
};

}  // namespace

REENTRY_FUZZ(bytes) {
  SameEverywhere input(bytes);
  const PamService service = parse_pam_service(input, "sshd", bytes.size() % 2 == 0);
  for (const auto type : {PamType::auth, PamType::account, PamType::session}) (void)service.stack(type);
}
