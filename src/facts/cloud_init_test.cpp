#include "facts/cloud_init.hpp"

#include <gtest/gtest.h>

namespace reentry {
namespace {

TEST(Yaml, ValuesAreFoundByTheNamesThatLeadToThem) {
  const YamlFile yaml = parse_yaml(
      "a: 1\nsystem_info:\n  default_user: {name: debian, groups: [adm, sudo]}\nusers:\n  - default\n  - "
      "name: x\n");
  EXPECT_EQ(yaml.error, "");
  EXPECT_EQ(yaml.find("a")->text, "1");
  ASSERT_NE(yaml.find("system_info.default_user.name"), nullptr);
  EXPECT_EQ(yaml.find("system_info.default_user.name")->text, "debian");
  EXPECT_EQ(yaml.find("system_info.default_user.name")->line, 3U);
  EXPECT_EQ(yaml.find("system_info.default_user.groups")->text, "sudo");
  EXPECT_EQ(yaml.find("users.name")->text, "x");
  EXPECT_EQ(yaml.find("b"), nullptr);
}

TEST(Yaml, WhatDoesNotParseSaysWhere) {
  const YamlFile yaml = parse_yaml("a: 1\nb: [1\nc: 2\n");
  EXPECT_NE(yaml.error, "");
  EXPECT_EQ(yaml.error_line, 3U);
}

TEST(CloudInit, TheFirstLineDecidesWhatUserDataIs) {
  EXPECT_EQ(user_data_kind("#cloud-config\nusers: []\n"), UserDataKind::cloud_config);
  EXPECT_EQ(user_data_kind("#!/bin/sh\n"), UserDataKind::script);
  EXPECT_EQ(user_data_kind("Content-Type: multipart/mixed\n"), UserDataKind::mime);
  EXPECT_EQ(user_data_kind("users:\n"), UserDataKind::unknown);
  EXPECT_EQ(user_data_kind(" \n"), UserDataKind::empty);
  EXPECT_EQ(user_data_kind("#include\nhttp://x/\n"), UserDataKind::other);
}

TEST(CloudInit, LaterFilesWinAndUserDataLast) {
  CloudInitFacts cloud;
  read_cloud_config("disable_root: true\nusers:\n - default\nsystem_info: {default_user: {name: debian}}\n",
                    "/etc/cloud/cloud.cfg", cloud);
  EXPECT_FALSE(cloud.users_without_default);
  read_cloud_config("ssh_pwauth: false\ndisable_root: [\n", "/etc/cloud/cloud.cfg.d/90.cfg", cloud);
  EXPECT_EQ(cloud.settings.count("ssh_pwauth"), 0U);
  read_user_data("#cloud-config\nusers:\n  - name: deploy\ndisable_root: false\n", "/u", cloud);
  EXPECT_EQ(cloud.settings["disable_root"].value, "false");
  EXPECT_EQ(cloud.settings["disable_root"].line, 4U);
  EXPECT_EQ(cloud.settings["default_user"].value, "debian");
  EXPECT_TRUE(cloud.users_without_default);
  EXPECT_EQ(cloud.users_line, 3U);
}

TEST(CloudInit, UserDataThatDoesNotParseNamesItsLine) {
  CloudInitFacts cloud;
  read_user_data("#cloud-config\nusers:\n\t- name: x\n", "/u", cloud);
  EXPECT_NE(cloud.user_data_error, "");
  EXPECT_EQ(cloud.user_data_line, 3U);
}

TEST(CloudInit, ErrorsAreThoseOfTheResult) {
  CloudInitFacts cloud;
  read_cloud_result(
      "{\n \"v1\": {\n  \"datasource\": \"DataSourceNone\",\n  \"errors\": [\"one\", \"two\"]\n }\n}\n", "/r",
      cloud);
  EXPECT_TRUE(cloud.finished);
  EXPECT_EQ(cloud.datasource, "DataSourceNone");
  EXPECT_EQ(cloud.errors, (std::vector<std::string>{"one", "two"}));
}

TEST(CloudInit, TheLogNamesUsersWithoutKeysUntilTheyHaveSome) {
  CloudInitFacts cloud;
  read_cloud_log(
      "x\nci-info: no authorized SSH keys fingerprints found for user debian.\n"
      "ci-info: no authorized SSH keys fingerprints found for user bob.\n"
      "ci-info: +++Authorized keys from /home/bob/.ssh/authorized_keys for user bob+++\n",
      "/l", cloud);
  EXPECT_EQ(cloud.users_without_keys, (std::map<std::string, std::size_t>{{"debian", 2}}));
}

TEST(CloudInit, SavedFactsKeepWhatDecidesAndNoSecret) {
  const std::string blank = blank_cloud_config(
      "#cloud-config\npassword: hunter2\nchpasswd: {list: [a:b]}\nusers:\n  - name: bob\n    passwd: "
      "$6$x\nssh_pwauth: true\n");
  EXPECT_EQ(blank.find("hunter"), std::string::npos);
  EXPECT_EQ(blank.find("$6$"), std::string::npos);
  EXPECT_NE(blank.find("ssh_pwauth: true"), std::string::npos);
  EXPECT_NE(blank.find("- name: bob"), std::string::npos);
  EXPECT_EQ(blank_cloud_log("secret\nno authorized SSH keys fingerprints found for user a\n"),
            "\nno authorized SSH keys fingerprints found for user a\n");
}

}  // namespace
}  // namespace reentry
