#include "login/replay.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/login_bed.hpp"

namespace reentry {
namespace {

// What a trace says, gate by gate.
std::string text_of(const LoginTrace& trace) {
  std::string out = trace.question.user + " " + std::string(name_of(trace.outcome)) + "\n";
  for (const Gate& gate : trace.gates) {
    out += std::string(gate.id) + " " + std::string(name_of(gate.result)) + " " + gate.detail.en + " " +
           gate.detail.ja;
    for (const Obstacle& obstacle : gate.obstacles)
      out += " " + std::string(id_of(obstacle.cause)) + " " + obstacle.at.path;
    out += "\n";
  }
  return out;
}

// Enough logins for several workers, with others between them.
TEST(Replay, ManyLoginsAreJudgedAsEachAlone) {
  const testing_support::LoginBed bed;
  std::vector<LoginQuestion> kinds(4, bed.question);
  kinds[1].user = "nobody-here";
  kinds[2].from = "192.0.2.7";
  kinds[3].kind = CredentialKind::password;
  std::vector<std::string> alone;
  for (const LoginQuestion& question : kinds) {
    const std::vector<LoginTrace> traces = replay(bed.facts, {question});
    ASSERT_EQ(traces.size(), 1U);
    alone.push_back(text_of(traces.front()));
  }
  EXPECT_NE(alone[0], alone[1]);
  std::vector<LoginQuestion> questions;
  for (std::size_t i = 0; i < 4003; ++i) questions.push_back(kinds[i * i % 7 % kinds.size()]);
  const std::vector<LoginTrace> traces = replay(bed.facts, questions);
  ASSERT_EQ(traces.size(), questions.size());
  for (std::size_t i = 0; i < traces.size(); ++i) {
    ASSERT_EQ(text_of(traces[i]), alone[i * i % 7 % kinds.size()]) << i;
  }
}

TEST(Replay, NobodyAskedNobodyJudged) {
  EXPECT_TRUE(replay(testing_support::LoginBed().facts, {}).empty());
}

}  // namespace
}  // namespace reentry
