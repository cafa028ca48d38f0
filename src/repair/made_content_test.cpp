#include "repair/made_content.hpp"

#include <gtest/gtest.h>

#include "facts/private_key.hpp"
#include "host/key_maker.hpp"
#include "repair/apply.hpp"
#include "repair/undo.hpp"
#include "support/transaction_bed.hpp"

namespace reentry {
namespace {

using testing_bed::Bed;
using Kind = MadeContent::Kind;

constexpr const char* kKey = "/etc/ssh/ssh_host_ed25519_key";

MadeContent half(Kind kind, const std::string& path = kKey) {
  return {kind, HostPath(path), "ed25519", 0, "root@web1"};
}

Plan plan_of(std::vector<Step> steps) {
  PlanItem item;
  item.cause = Cause::service_host_keys_damaged;
  item.remedy = "service/host-keys-damaged#generate";
  item.what = say("make it anew", "作り直す");
  item.own = std::move(steps);
  return compose({std::move(item)}, {});
}

std::string bytes_at(const HostWriter& writer, const std::string& path) {
  const auto image = writer.image(HostPath(path));
  return image ? image->bytes : std::string();
}

class MadeContentTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (::geteuid() != 0 || !can_make_keys()) GTEST_SKIP() << "needs root and ssh-keygen";
    for (const char* directory : {"/etc", "/etc/ssh", "/var", "/var/lib"})
      testing_bed::make_directory(bed.at(directory));
    testing_bed::write_file(bed.at(kKey), "half a secret", 0600);
    testing_bed::write_file(bed.at(kKey) + ".pub", "ssh-ed25519 old\n", 0644);
    auto opened = HostWriter::open(bed.root());
    ASSERT_TRUE(opened);
    writer.emplace(std::move(*opened));
  }
  Bed bed;
  std::optional<HostWriter> writer;
};

Plan pair_plan() {
  return plan_of(
      {EditFile{HostPath(kKey), {}, {}, half(Kind::private_key)},
       EditFile{HostPath(std::string(kKey) + ".pub"), "ssh-ed25519 old\n", {}, half(Kind::public_key)}});
}

TEST_F(MadeContentTest, BothHalvesOfOnePairAreWrittenAndTakenBack) {
  const auto before = testing_bed::listing(bed.root());
  const auto receipt = apply(pair_plan(), *writer, 1'790'000'000);
  ASSERT_TRUE(receipt) << receipt.error().why;
  ASSERT_EQ(receipt->steps.size(), 2U);
  const PrivateKeyFile made = judge_private_key(bytes_at(*writer, kKey));
  ASSERT_TRUE(made.loads());
  KeyProblem problem = KeyProblem::none;
  const auto open = key_from_line(bytes_at(*writer, std::string(kKey) + ".pub"), problem);
  ASSERT_TRUE(open);
  EXPECT_EQ(open->blob, made.key->blob);
  ASSERT_EQ(receipt->notes.size(), 1U);
  EXPECT_NE(receipt->notes[0].en.find(open->fingerprint()), std::string::npos);
  const auto back = undo(*writer, receipt->id, false);
  ASSERT_TRUE(back);
  EXPECT_FALSE(back->blocked());
  EXPECT_EQ(testing_bed::difference(testing_bed::listing(bed.root()), before), "");
}

TEST_F(MadeContentTest, TheJournalHoldsNoPrivateKey) {
  const auto receipt = apply(pair_plan(), *writer, 1'790'000'000);
  ASSERT_TRUE(receipt);
  const std::string secret = bytes_at(*writer, kKey);
  const std::string place = "/var/lib/reentry/transactions/" + receipt->id;
  for (const char* name : {"/manifest", "/progress", "/before/0", "/before/1"}) {
    const std::string bytes = bytes_at(*writer, place + name);
    EXPECT_FALSE(bytes.empty()) << name;
    EXPECT_EQ(bytes.find(secret.substr(40, 60)), std::string::npos) << name;
  }
}

TEST_F(MadeContentTest, AKeyThatLoadsIsNeverReplaced) {
  const auto good = make_key_pair("ed25519", 0, "good");
  ASSERT_TRUE(good);
  testing_bed::write_file(bed.at(kKey), good->private_half, 0600);
  const auto before = testing_bed::listing(bed.root());
  EXPECT_TRUE(foresee(pair_plan(), *writer).empty());
  const auto receipt = apply(pair_plan(), *writer, 1'790'000'000);
  ASSERT_TRUE(receipt);
  EXPECT_TRUE(receipt->id.empty());
  ASSERT_EQ(receipt->left.size(), 1U);
  EXPECT_EQ(receipt->left[0].why, LeftWhy::refused);
  EXPECT_EQ(testing_bed::difference(testing_bed::listing(bed.root()), before), "");
}

TEST_F(MadeContentTest, LineEndsAreSetRight) {
  const auto good = make_key_pair("ed25519", 0, "good");
  ASSERT_TRUE(good);
  std::string turned;
  for (const char c : good->private_half) turned += c == '\n' ? std::string("\r\n") : std::string(1, c);
  testing_bed::write_file(bed.at(kKey), turned, 0600);
  const auto receipt =
      apply(plan_of({EditFile{HostPath(kKey), {}, {}, half(Kind::tidied_key)}}), *writer, 1'790'000'000);
  ASSERT_TRUE(receipt);
  EXPECT_EQ(bytes_at(*writer, kKey), good->private_half);
}

TEST_F(MadeContentTest, ANewKeyIsThereWithTheModeOfTheStep) {
  const std::string path = "/etc/ssh/ssh_host_ecdsa_key";
  MadeContent content = half(Kind::private_key, path);
  content.type = "ecdsa";
  const auto receipt =
      apply(plan_of({CreateFile{HostPath(path), {}, 0600, 0, 0, content}}), *writer, 1'790'000'000);
  ASSERT_TRUE(receipt);
  const auto image = writer->image(HostPath(path));
  ASSERT_TRUE(image);
  EXPECT_EQ(image->mode, 0600U);
  EXPECT_TRUE(judge_private_key(image->bytes).loads());
}

TEST_F(MadeContentTest, WithoutSshKeygenThePlanSaysWhatToRun) {
  const char* path = std::getenv("PATH");
  const std::string kept = path == nullptr ? "" : path;
  ::setenv("PATH", "/nowhere", 1);
  const Plan plan = makeable(pair_plan());
  ::setenv("PATH", kept.c_str(), 1);
  EXPECT_TRUE(plan.empty());
  ASSERT_EQ(plan.left.size(), 1U);
  EXPECT_EQ(plan.left[0].commands,
            std::vector<std::string>{"ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/ssh_host_ed25519_key"});
}

}  // namespace
}  // namespace reentry
