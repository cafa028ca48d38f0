// dns/family-missing
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

void tell(const SeenCase& it, Finding& finding) {
  finding.explanation = say("{} has only {}, and that family is switched off.",
                            "{} のアドレスは {} だけですが、そのファミリーは使わない設定です。",
                            it.detail("name"), it.detail("has"));
  add_advice(finding, "any", say("Let ssh take any family.", "どちらのファミリーも使えるようにします。"),
             {"ssh -o AddressFamily=any HOST"});
}

}  // namespace

constinit const Check kDnsFamilyMissing = {
    .cause = Cause::dns_family_missing,
    .severity = Severity::blocker,
    .from_client = true,
    .title = {"The name has no address of the wanted family", "指定されたファミリーのアドレスがありません"},
    .why = {"-4, -6 or AddressFamily leaves one of IPv4 and IPv6 out, and the host has addresses of the "
            "other alone.",
            "-4、-6、AddressFamily の指定で IPv4 と IPv6 "
            "の一方だけが使われますが、ホストにはもう一方のアドレスしかありません。"},
    .remedy = {"Leave -4, -6 or AddressFamily out.", "-4、-6、AddressFamily の指定を外します。"},
    .evaluate = [](const CheckInput& input) { return each_seen(input, kDnsFamilyMissing, tell); },
};

}  // namespace reentry
