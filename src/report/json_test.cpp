#include "report/json.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "report/html.hpp"
#include "support/sample_diagnosis.hpp"

namespace reentry {
namespace {

nlohmann::json parsed(const Diagnosis& diagnosis, const JsonOptions& options = {}) {
  const std::string text = render_json(diagnosis, options);
  EXPECT_TRUE(text.ends_with("}\n"));
  return nlohmann::json::parse(text);
}

TEST(Json, HasWhatTheContractPromises) {
  const nlohmann::json report = parsed(testing::sample_diagnosis());
  EXPECT_EQ(report["schema"], "reentry.report/1");
  EXPECT_EQ(report["command"], "check");
  EXPECT_EQ(report["verdict"], "blocked");
  EXPECT_EQ(report["target"]["kind"], "root");
  const auto& login = report["logins"][0];
  EXPECT_EQ(login["user"], "alice");
  EXPECT_EQ(login["credential"], "any");
  EXPECT_EQ(login["from"], "203.0.113.5");
  EXPECT_EQ(login["outcome"], "refused");
  EXPECT_EQ(login["gates"][2]["gate"], "auth/publickey");
  EXPECT_EQ(login["gates"][2]["cause"], "auth/home-writable");
  EXPECT_TRUE(login["gates"][0]["cause"].is_null());
  const auto& finding = report["findings"][0];
  EXPECT_EQ(finding["stage"], "auth");
  EXPECT_EQ(finding["locus"]["path"], "/home/alice");
  EXPECT_EQ(finding["locus"]["user"], "alice");
  EXPECT_FALSE(finding["locus"].contains("line"));
  EXPECT_EQ(finding["evidence"][0]["where"], "/home/alice");
  EXPECT_EQ(finding["hides"][0], "session/nologin-shell");
  const auto& remedy = finding["remedies"][0];
  EXPECT_EQ(remedy["automatic"], true);
  EXPECT_EQ(remedy["risk"], "safe");
  EXPECT_EQ(remedy["commands"][0], "chmod go-w /home/alice");
  EXPECT_NE(remedy["diff"].get<std::string>().find("+c"), std::string::npos);
  EXPECT_FALSE(report.contains("timing"));
  EXPECT_FALSE(report.contains("transaction"));
}

TEST(Json, SpeaksTheLanguageAskedFor) {
  JsonOptions options;
  options.language = Language::ja;
  EXPECT_EQ(parsed(testing::sample_diagnosis(), options)["findings"][0]["title"],
            "ホームディレクトリに他のユーザーの書き込み権があります");
}

TEST(Json, NeverShowsPasswordHashes) {
  EXPECT_EQ(render_json(testing::sample_diagnosis(), {}).find("SECRET"), std::string::npos);
  EXPECT_EQ(render_html(testing::sample_diagnosis(), {}).find("SECRET"), std::string::npos);
}

TEST(Json, HostileBytesStayText) {
  Diagnosis diagnosis = testing::sample_diagnosis();
  diagnosis.target.name = "\x1b[2J\"\\\xff\n";
  diagnosis.logins[0].question.user = std::string("a\0b\xfe", 4);
  diagnosis.findings[0].evidence = {{"file", "/x\ny", 3, "\x01\xe2\x80\xae<script>"}};
  const nlohmann::json report = parsed(diagnosis);
  for (const char c : report.dump(-1, ' ', true)) EXPECT_GE(static_cast<unsigned char>(c), 0x20);
  EXPECT_EQ(report["target"]["name"].get<std::string>().find('\x1b'), std::string::npos);
}

TEST(Json, TransactionAndTimingComeWhenThereAreAny) {
  JsonOptions options;
  options.command = "fix";
  options.transaction = TransactionReport{"20261121-1", {"a#b"}, {}, "reentry undo 20261121-1"};
  options.total_ms = 3.5;
  const nlohmann::json report = parsed(testing::sample_diagnosis(), options);
  EXPECT_EQ(report["transaction"]["id"], "20261121-1");
  EXPECT_EQ(report["transaction"]["applied"][0], "a#b");
  EXPECT_EQ(report["timing"]["total_ms"], 3.5);
}

TEST(Html, EscapesWhatComesFromTheTarget) {
  Diagnosis diagnosis = testing::sample_diagnosis();
  diagnosis.logins[0].question.user = "<script>alert(1)</script>";
  diagnosis.findings[0].evidence[0].text = "\"><img src=x onerror=y>";
  const std::string page = render_html(diagnosis, {});
  EXPECT_EQ(page.find("<script"), std::string::npos);
  EXPECT_EQ(page.find("<img"), std::string::npos);
  EXPECT_NE(page.find("&lt;script&gt;"), std::string::npos);
  for (const char* outside : {"http://", "https://", "url("})
    EXPECT_EQ(page.find(outside), std::string::npos) << outside;
}

}  // namespace
}  // namespace reentry
