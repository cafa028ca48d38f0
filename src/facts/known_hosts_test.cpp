#include "facts/known_hosts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <sstream>

#include "base/digest.hpp"
#include "support/ssh_keygen.hpp"

namespace reentry {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// An Ed25519 key whose 32 bytes are all `fill`.
std::string ed25519(char fill) {
  const std::string head("\0\0\0\x0bssh-ed25519\0\0\0\x20", 19);
  return "ssh-ed25519 " + base64(head + std::string(32, fill));
}

PublicKey key_of(const std::string& line) {
  KeyProblem problem = KeyProblem::none;
  return key_from_line(line, problem).value_or(PublicKey{});
}

HostKeyQuestion question(const std::string& host, char fill, int port = 22) {
  HostKeyQuestion out;
  out.host = host;
  out.port = port;
  out.key = key_of(ed25519(fill));
  return out;
}

std::vector<KnownHosts> files(const std::string& user, const std::string& global = "") {
  return {parse_known_hosts("user", user), parse_known_hosts("global", global)};
}

std::vector<std::size_t> lines_of(const std::vector<HostKeyPlace>& places) {
  std::vector<std::size_t> out;
  for (const HostKeyPlace& place : places) out.push_back(place.line);
  return out;
}

TEST(KnownHosts, EveryDamagedLineIsReported) {
  const KnownHosts known =
      parse_known_hosts("f", "# comment\r\n\r\n@stolen a " + ed25519('a') + "\n@revoked @revoked a " +
                                 ed25519('a') + "\na\nb # none\nc ssh-ed25519\nd ssh-ed25519 AAA\n|1|x|y " +
                                 ed25519('a') + "\ne 1024 35 123\nf " + ed25519('a'));
  std::vector<std::pair<std::size_t, KnownHostFault>> got;
  for (const KnownHostDamage& damage : known.damaged) got.emplace_back(damage.line, damage.fault);
  using F = KnownHostFault;
  const std::vector<std::pair<std::size_t, KnownHostFault>> want = {
      {3, F::marker}, {4, F::marker}, {5, F::truncated}, {6, F::truncated},
      {7, F::key},    {8, F::key},    {9, F::hash},      {10, F::key}};
  EXPECT_EQ(got, want);
  ASSERT_THAT(known.hosts, SizeIs(1));
  EXPECT_EQ(known.hosts[0].line, 11U);
}

TEST(KnownHosts, KnownByNamePatternAndGlobalFile) {
  const auto known =
      files("h,10.0.0.1 " + ed25519('a') + "\n*.example.com,!bad.example.com " + ed25519('b') + "\n",
            "g " + ed25519('c'));
  EXPECT_EQ(judge_host_key(question("H", 'a'), known).by_name.standing, HostKeyStanding::known);
  EXPECT_EQ(judge_host_key(question("x.example.com", 'b'), known).by_name.standing, HostKeyStanding::known);
  EXPECT_EQ(judge_host_key(question("bad.example.com", 'b'), known).by_name.standing,
            HostKeyStanding::unknown);
  const KnownHostVerdict global = judge_host_key(question("g", 'c'), known);
  ASSERT_THAT(global.by_name.places, SizeIs(1));
  EXPECT_EQ(global.by_name.places[0].file, "global");
}

// Seen with ssh 9.2: a key of another type makes "IDENTIFICATION HAS CHANGED" too, and the last one is named.
TEST(KnownHosts, AnyOtherKeyMeansChanged) {
  const auto known = files("h " + ed25519('a') + "\nh " + ed25519('b') + "\n");
  const KnownHostVerdict verdict = judge_host_key(question("h", 'c'), known);
  EXPECT_EQ(verdict.by_name.standing, HostKeyStanding::changed);
  EXPECT_THAT(lines_of(verdict.by_name.places), ElementsAre(1, 2));
}

TEST(KnownHosts, PortsAndNamesWithout) {
  const auto known =
      files("h " + ed25519('a') + "\n[h]:2200 " + ed25519('b') + "\nother " + ed25519('c') + "\n");
  const KnownHostVerdict same = judge_host_key(question("h", 'a', 2222), known);
  EXPECT_EQ(same.by_name.name, "[h]:2222");
  EXPECT_EQ(same.by_name.standing, HostKeyStanding::known);
  EXPECT_TRUE(same.by_name.without_port);
  const KnownHostVerdict other = judge_host_key(question("h", 'c', 2222), known);
  EXPECT_EQ(other.by_name.standing, HostKeyStanding::unknown);
  EXPECT_THAT(lines_of(other.other_ports), ElementsAre(1, 2));
  EXPECT_THAT(lines_of(other.other_names), ElementsAre(3));
}

TEST(KnownHosts, AliasHasNoPort) {
  HostKeyQuestion asked = question("Alias", 'a', 2222);
  asked.alias = true;
  EXPECT_EQ(judge_host_key(asked, files("alias " + ed25519('a'))).by_name.standing, HostKeyStanding::known);
}

TEST(KnownHosts, RevokedWinsOverKnown) {
  const auto known = files("h " + ed25519('a') + "\n@revoked * " + ed25519('a') + "\n");
  const KnownHostVerdict verdict = judge_host_key(question("h", 'a'), known);
  EXPECT_EQ(verdict.by_name.standing, HostKeyStanding::revoked);
  EXPECT_THAT(lines_of(verdict.by_name.places), ElementsAre(2));
}

TEST(KnownHosts, AddressIsJudgedByItself) {
  const auto known = files("h " + ed25519('a') + "\n10.0.0.1 " + ed25519('b') + "\n");
  HostKeyQuestion asked = question("h", 'a');
  asked.address = "10.0.0.1";
  KnownHostVerdict verdict = judge_host_key(asked, known);
  ASSERT_TRUE(verdict.by_address);
  EXPECT_EQ(verdict.by_name.standing, HostKeyStanding::known);
  EXPECT_EQ(verdict.by_address->standing, HostKeyStanding::changed);
  EXPECT_FALSE(verdict.address_differs);
  asked.key = key_of(ed25519('b'));
  verdict = judge_host_key(asked, known);
  EXPECT_TRUE(verdict.address_differs);
}

TEST(KnownHosts, CertificateByItsAuthorityElseByItsPlainKey) {
  if (!testing::SshKeygen::there()) GTEST_SKIP();
  const testing::SshKeygen keys;
  ASSERT_TRUE(keys.make("ca", "ed25519") && keys.make("host", "ed25519"));
  ASSERT_EQ(keys.run("-s ca -I id -h -n h host.pub").status, 0);
  HostKeyQuestion asked;
  asked.host = "h";
  asked.key = key_of(keys.read("host-cert.pub"));
  ASSERT_TRUE(asked.key.certificate);
  asked.certificate_holds = true;
  const std::string authority = "@cert-authority h " + keys.line("ca") + "\n";
  const std::string plain = "h " + keys.line("host") + "\n";
  EXPECT_EQ(judge_host_key(asked, files(plain + authority)).by_name.standing, HostKeyStanding::authority);
  const KnownHostVerdict without = judge_host_key(asked, files(plain));
  EXPECT_EQ(without.by_name.standing, HostKeyStanding::known);
  EXPECT_TRUE(without.plain);
  EXPECT_EQ(judge_host_key(asked, files("@revoked h " + keys.line("ca"))).by_name.standing,
            HostKeyStanding::revoked);
  asked.certificate_holds = false;
  EXPECT_EQ(judge_host_key(asked, files(authority)).by_name.standing, HostKeyStanding::unknown);
}

// Random files against the real ssh-keygen -l -F.
class RandomFile {
 public:
  RandomFile(std::mt19937& random, const std::vector<std::string>& keys) : random_(random), keys_(keys) {}

  std::string make() {
    std::string out;
    const std::size_t count = 1 + below(12);
    for (std::size_t i = 0; i < count; ++i) {
      out += line();
      out += one_of({"\n", "\n", "\n", "\r\n"});
    }
    if (below(5) == 0) out.pop_back();
    return out;
  }
  std::string name() {
    return one_of({"web", "Web", "db.example.com", "10.0.0.1", "[web]:2222", "[10.0.0.1]:2222",
                   "[2001:db8::1]:22", "2001:db8::1", "[db.example.com]:22"});
  }

 private:
  std::size_t below(std::size_t bound) {
    return std::uniform_int_distribution<std::size_t>(0, bound - 1)(random_);
  }
  std::string one_of(const std::vector<std::string>& words) { return words[below(words.size())]; }

  std::string names() {
    std::string out;
    const std::size_t count = 1 + below(3);
    for (std::size_t i = 0; i < count; ++i) {
      if (i > 0) out += ',';
      if (below(6) == 0) out += '!';
      out += below(3) == 0
                 ? one_of({"*", "*.example.com", "w?b", "[*]:2222", "10.0.0.*", "WEB", "", "[web]:*"})
                 : name();
    }
    return out;
  }
  std::string key() {
    std::string text = one_of(keys_);
    switch (below(12)) {
      case 0: return text.substr(0, below(text.size()));
      case 1: return text + " # comment";
      case 2: return "\t" + text;
      case 3: return "ssh-rsa " + text.substr(text.find(' ') + 1);
      case 4: return "rsa-sha2-512 " + text.substr(text.find(' ') + 1);
      case 5: return text.substr(0, text.find(' ')) + "\t " + text.substr(text.find(' ') + 1);
      case 6: text[text.find(' ') + 10 + below(20)] = '!'; return text;
      default: return text;
    }
  }
  std::string line() {
    switch (below(14)) {
      case 0:
        return one_of({"", "# comment", "  # x", "web", "@revoked", "@cert-authority\tweb " + keys_[0]});
      case 1:
        return one_of({"@revoked ", "@cert-authority ", "@other ", "@revoked @revoked "}) + names() + " " +
               key();
      case 2: return "  " + names() + "\t" + key();
      case 3: return one_of({"|1|abc|def ", "|2|", "|1|", "|1||x ", "| "}) + key();
      default: return names() + " " + key();
    }
  }

  std::mt19937& random_;
  const std::vector<std::string>& keys_;
};

// `line marker fingerprint` of each line that names the host.
std::string ours(const std::string& bytes, const std::string& name) {
  std::string out;
  for (const KnownHost& host : parse_known_hosts("f", bytes).hosts) {
    if (!names_host(host, name)) continue;
    out += std::to_string(host.line) + " ";
    out += host.marker == HostMarker::none ? "" : host.marker == HostMarker::authority ? "CA " : "REVOKED ";
    out += host.key.fingerprint() + "\n";
  }
  return out;
}

std::string theirs(const testing::SshKeygen& keygen, const std::string& name) {
  std::istringstream said(keygen.shell("ssh-keygen -l -F '" + name + "' -f known").out);
  std::string out;
  std::string line;
  while (std::getline(said, line)) {
    std::istringstream words(line);
    std::string word;
    if (line.starts_with("# Host ")) {
      words.str(line.substr(line.find("found: line ") + 12));
      while (words >> word) out += word + " ";
      continue;
    }
    words >> word >> word >> word;
    out += word + "\n";
  }
  return out;
}

TEST(KnownHosts, AgreesWithSshKeygen) {
  if (!testing::SshKeygen::there()) GTEST_SKIP();
  const testing::SshKeygen keygen;
  std::vector<std::string> keys;
  for (const auto& [name, type] : std::map<std::string, std::string>{
           {"e", "ed25519"}, {"e2", "ed25519"}, {"c", "ecdsa"}, {"r", "rsa -b 2048"}}) {
    ASSERT_TRUE(keygen.make(name, type));
    keys.push_back(keygen.line(name));
    keys.push_back(keygen.line(name).substr(0, keygen.line(name).find(" comment")));
  }
  std::mt19937 random(5);
  RandomFile maker(random, keys);
  std::size_t found = 0;
  for (int i = 0; i < 300; ++i) {
    keygen.write("known", maker.make());
    if (i % 3 == 0) keygen.run("-H -f known");
    const std::string bytes = keygen.read("known");
    const std::string name = maker.name();
    const std::string want = theirs(keygen, name);
    found += want.empty() ? 0 : 1;
    ASSERT_EQ(ours(bytes, name), want) << name << "\n" << bytes;
  }
  EXPECT_GT(found, 100U);
}

TEST(KnownHosts, Bounded) {
  std::string many;
  for (int i = 0; i < 200'010; ++i) many += "#\n";
  EXPECT_TRUE(parse_known_hosts("f", many).cut);
  EXPECT_TRUE(parse_known_hosts("f", "h " + std::string(70'000, 'A')).cut);
  EXPECT_TRUE(judge_host_key(question("h", 'a'), {parse_known_hosts("f", many)}).incomplete);
}

}  // namespace
}  // namespace reentry
