// known_hosts of any bytes, and a key shown for names that may stand in it.
#include "facts/known_hosts.hpp"

#include "fuzz.hpp"

REENTRY_FUZZ(bytes) {
  using namespace reentry;
  const std::vector<KnownHosts> files = {parse_known_hosts("known_hosts", std::string(bytes))};
  const KnownHosts& file = files.front();
  fuzz::must(file.bytes == bytes);
  std::size_t last = 0;
  for (const KnownHost& host : file.hosts) {
    fuzz::must(host.line > last);
    last = host.line;
    fuzz::must(!host.key.type.empty());
  }
  HostKeyQuestion question;
  question.host = "web";
  question.port = 2222;
  question.address = "10.0.0.1";
  question.certificate_holds = bytes.size() % 2 == 0;
  if (!file.hosts.empty()) question.key = file.hosts.back().key;
  const KnownHostVerdict verdict = judge_host_key(question, files);
  fuzz::must((verdict.by_name.standing == HostKeyStanding::unknown) == verdict.by_name.places.empty());
  (void)known_key_types("web", files);
}
