#include "checks/auth/key_lines.hpp"

#include <gtest/gtest.h>

#include "base/digest.hpp"
#include "checks/catalogue.hpp"
#include "support/one_obstacle.hpp"

namespace reentry {
namespace {

constexpr std::string_view kFile = "/home/alice/.ssh/authorized_keys";

PublicKey ed25519(char fill) {
  const std::string type = "ssh-ed25519";
  const std::string blob =
      std::string("\0\0\0\x0b", 4) + type + std::string("\0\0\0\x20", 4) + std::string(32, fill);
  KeyProblem problem = KeyProblem::none;
  return *key_from_blob(blob, problem);
}

std::string line_for(char fill) {
  return "ssh-ed25519 " + base64(ed25519(fill).blob) + " comment";
}

// What the first remedy makes of the file.
std::string mended(const std::string& bytes, Cause cause, std::size_t number, std::string_view damage,
                   const PublicKey* asked = nullptr) {
  Facts facts = testing::small_host();
  testing::put_file(facts, kFile, bytes, 0600, 1000, 1000);
  const Obstacle obstacle{cause,
                          {"file", std::string(kFile), number, bytes.substr(0, bytes.find('\n'))},
                          {},
                          {{"path", std::string(kFile)}, {"damage", std::string(damage)}, {"user", "alice"}}};
  std::vector<LoginTrace> traces = {
      testing::login_of("alice", {testing::refusing("auth/publickey", obstacle)})};
  if (asked != nullptr) {
    traces[0].question.kind = CredentialKind::key;
    traces[0].question.key = *asked;
  }
  const CheckInput input(facts, traces);
  const Verdict verdict = check_of(cause)->evaluate(input);
  const Remedy& remedy = std::get<std::vector<Finding>>(verdict).at(0).remedies.at(0);
  return remedy.automatic() ? std::get<EditFile>(remedy.steps.at(0)).after : "by hand";
}

TEST(KeyLines, AByteOrderMarkGoes) {
  const std::string line = line_for('a') + "\n";
  EXPECT_EQ(mended("\xEF\xBB\xBF" + line, Cause::auth_keys_file_encoding, 1, "byte-order-mark"), line);
}

TEST(KeyLines, Utf16BecomesPlainText) {
  const std::string line = line_for('a') + "\n";
  std::string wide = "\xFF\xFE";
  for (const char c : line_for('a') + "\r\n") (wide += c) += '\0';
  EXPECT_EQ(mended(wide, Cause::auth_keys_file_encoding, 1, "utf16"), line);
}

TEST(KeyLines, LinesThatEndInCarriageReturnsAreParted) {
  EXPECT_EQ(mended(line_for('a') + "\r" + line_for('b') + "\r", Cause::auth_keys_file_encoding, 1,
                   "carriage-returns"),
            line_for('a') + "\n" + line_for('b') + "\n");
}

TEST(KeyLines, TwoKeysOnOneLineAreParted) {
  EXPECT_EQ(mended(line_for('a') + line_for('b') + "\n", Cause::auth_key_line_damaged, 1, "glued"),
            line_for('a') + "\n" + line_for('b') + "\n");
}

TEST(KeyLines, AMissingLetterOfTheTypeComesBack) {
  const std::string line = line_for('a');
  EXPECT_EQ(mended("# mine\n" + line.substr(1) + "\n", Cause::auth_key_line_damaged, 2, "wrong-type"),
            "# mine\n" + line + "\n");
}

TEST(KeyLines, OptionsAreNeverLostByMending) {
  const std::string line = "from=\"10.0.0.0/8\" sh-ed25519 " + base64(ed25519('a').blob) + "\n";
  const std::string after = mended(line, Cause::auth_key_line_damaged, 1, "wrong-type");
  EXPECT_TRUE(after == "by hand" || after.find("from=\"10.0.0.0/8\"") != std::string::npos) << after;
}

TEST(KeyLines, TheKeyAskedAboutIsAddedBehindTheOthers) {
  const PublicKey key = ed25519('k');
  EXPECT_EQ(mended(line_for('a'), Cause::auth_key_not_authorized, 0, "", &key),
            line_for('a') + "\nssh-ed25519 " + base64(key.blob) + "\n");
}

TEST(KeyLines, AMissingFileAndItsDirectoryAreMade) {
  Facts facts = testing::small_host();
  FileFact fact;
  fact.path.asked = HostPath(kFile);
  fact.path.end = PathEnd::absent;
  fact.path.stopped_at = HostPath("/home/alice/.ssh");
  fact.bytes = Missing{Why::absent, std::string(kFile), {}};
  facts.paths.put(fact);
  const Obstacle obstacle{
      Cause::auth_keys_file_missing,
      {"file", std::string(kFile), 0, {}},
      {},
      {{"path", std::string(kFile)}, {"expected", std::string(kFile)}, {"user", "alice"}}};
  std::vector<LoginTrace> traces = {
      testing::login_of("alice", {testing::refusing("auth/publickey", obstacle)})};
  traces[0].question.kind = CredentialKind::key;
  traces[0].question.key = ed25519('k');
  const CheckInput input(facts, traces);
  const Verdict verdict = check_of(obstacle.cause)->evaluate(input);
  const Remedy& remedy = std::get<std::vector<Finding>>(verdict).at(0).remedies.at(0);
  EXPECT_EQ(remedy.risk, Risk::choice);
  ASSERT_EQ(remedy.steps.size(), 2U);
  const auto& directory = std::get<CreateDirectory>(remedy.steps[0]);
  EXPECT_EQ(directory.path.str(), "/home/alice/.ssh");
  EXPECT_EQ(directory.mode, 0700U);
  EXPECT_EQ(directory.uid, 1000U);
  const auto& file = std::get<CreateFile>(remedy.steps[1]);
  EXPECT_EQ(file.path.str(), kFile);
  EXPECT_EQ(file.mode, 0600U);
}

TEST(KeyLines, FromGetsTheAddress) {
  Facts facts = testing::small_host();
  const std::string line = "from=\"10.0.0.0/8\",no-pty " + line_for('a');
  testing::put_file(facts, kFile, line + "\n", 0600, 1000, 1000);
  const Obstacle obstacle{Cause::auth_key_from_excludes,
                          {"file", std::string(kFile), 1, line},
                          {},
                          {{"from", "10.0.0.0/8"}, {"address", "203.0.113.5"}}};
  const std::vector<LoginTrace> traces = {
      testing::login_of("alice", {testing::refusing("auth/publickey", obstacle)})};
  const CheckInput input(facts, traces);
  const Verdict verdict = check_of(obstacle.cause)->evaluate(input);
  const Remedy& remedy = std::get<std::vector<Finding>>(verdict).at(0).remedies.at(0);
  EXPECT_EQ(std::get<EditFile>(remedy.steps.at(0)).after,
            "from=\"10.0.0.0/8,203.0.113.5\",no-pty " + line_for('a') + "\n");
}

// What stands where the file of keys should be, at `real` behind whatever links.
std::vector<Step> kept_aside(const std::string& real) {
  Facts facts = testing::small_host();
  FileFact fact;
  fact.path.asked = HostPath(kFile);
  fact.path.real = HostPath(real);
  fact.path.end = PathEnd::found;
  FileStat stat;
  stat.type = FileType::fifo;
  fact.path.visited.push_back({fact.path.real, stat, {}, {}});
  fact.bytes = Missing{Why::unreadable, std::string(kFile), {}};
  facts.paths.put(std::move(fact));
  const Obstacle obstacle{Cause::auth_keys_file_not_regular,
                          {"file", std::string(kFile), 0, {}},
                          {},
                          {{"path", std::string(kFile)}, {"user", "alice"}}};
  std::vector<LoginTrace> traces = {
      testing::login_of("alice", {testing::refusing("auth/publickey", obstacle)})};
  traces[0].question.kind = CredentialKind::key;
  traces[0].question.key = ed25519('a');
  const CheckInput input(facts, traces);
  const Verdict verdict = check_of(Cause::auth_keys_file_not_regular)->evaluate(input);
  return std::get<std::vector<Finding>>(verdict).at(0).remedies.at(0).steps;
}

TEST(KeyLines, WhatIsInTheWayGoesAsideButNeverOutsideOfTheHome) {
  const std::vector<Step> steps = kept_aside(std::string(kFile));
  ASSERT_EQ(steps.size(), 2U);
  EXPECT_EQ(std::get<RenameFile>(steps[0]).to.str(), std::string(kFile) + ".old");
  EXPECT_EQ(std::get<CreateFile>(steps[1]).path.str(), kFile);
  EXPECT_EQ(std::get<CreateFile>(steps[1]).mode, 0600U);
  EXPECT_EQ(std::get<CreateFile>(steps[1]).uid, 1000U);
  EXPECT_TRUE(kept_aside("/srv/shared/authorized_keys").empty()) << "a link led there";
}

}  // namespace
}  // namespace reentry
