#include "repair/record.hpp"

#include <gtest/gtest.h>

#include "repair/manifest.hpp"

namespace reentry {
namespace {

TEST(Record, AnyBytesComeBack) {
  std::string all;
  for (int c = 0; c < 256; ++c) all += static_cast<char>(c);
  const Record record{"step", "", all, "%", "a b"};
  const Records back = decode(encode(record));
  ASSERT_EQ(back.records.size(), 1U);
  EXPECT_EQ(back.records[0], record);
  EXPECT_EQ(back.damaged, 0U);
}

TEST(Record, EveryFlippedBitIsNoticed) {
  const std::string line = encode({"applying", "12"});
  for (std::size_t i = 0; i + 1 < line.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string bad = line;
      bad[i] = static_cast<char>(bad[i] ^ (1 << bit));
      for (const Record& record : decode(bad).records) EXPECT_EQ(record, (Record{"applying", "12"}));
    }
  }
}

TEST(Record, ATornLastLineIsLeftOut) {
  const std::string text = encode({"planned"}) + encode({"applying", "0"});
  for (std::size_t length = 0; length < text.size(); ++length) {
    const Records records = decode(text.substr(0, length));
    EXPECT_LE(records.records.size(), 2U);
    for (const Record& record : records.records) {
      EXPECT_TRUE(record == (Record{"planned"}) || record == (Record{"applying", "0"}));
    }
  }
}

TEST(Manifest, ComesBackWhole) {
  Manifest manifest;
  manifest.id = "000001-20261121T024612Z";
  manifest.made = 1763692800;
  manifest.items.push_back({"auth/home-writable", "auth/home-writable#drop"});
  manifest.directories.push_back({HostPath("/etc/\xff dir"), {-5, 7}});
  KeptStep step;
  step.kind = StepKind::edit;
  step.path = HostPath("/etc/ssh/sshd\nconfig");
  step.after_digest = std::string(32, '\x01');
  step.before.exists = true;
  step.before.type = FileType::regular;
  step.before.mode = 04755;
  step.before.uid = 4294967294U;
  step.before.digest = std::string(32, '\xfe');
  step.before.attributes.push_back({"user.a", std::string("\0\n ", 3)});
  manifest.steps.push_back(step);
  const std::string text = to_text(manifest);
  const auto back = manifest_of(text);
  ASSERT_TRUE(back.has_value());
  EXPECT_EQ(to_text(*back), text);
  ASSERT_EQ(back->steps.size(), 1U);
  EXPECT_TRUE(same_node(back->steps[0].before, step.before));
  for (std::size_t length = 0; length < text.size(); ++length) {
    EXPECT_FALSE(manifest_of(text.substr(0, length)).has_value()) << length;
  }
}

}  // namespace
}  // namespace reentry
