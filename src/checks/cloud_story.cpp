#include "checks/cloud_story.hpp"

#include <algorithm>

#include "base/shown.hpp"
#include "checks/remedies.hpp"

namespace reentry {
namespace {

void add(Finding& finding, const Text& words, Exhibit proof) {
  finding.explanation.en += " " + words.en;
  finding.explanation.ja += words.ja;
  finding.evidence.push_back(std::move(proof));
}

// The strongest reason first; one is enough.
void tell_cloud(const CloudInitFacts& cloud, const std::string& user, bool user_missing, Finding& finding) {
  if (!cloud.disabled_by.empty()) {
    return add(finding,
               say("cloud-init is switched off by {}, so that no key of the cloud is put in.",
                   "cloud-init は {} により無効で、クラウドの鍵は配置されません。", shown(cloud.disabled_by)),
               {"file", cloud.disabled_by, 0, {}});
  }
  if (!cloud.user_data_error.empty() || cloud.user_data == UserDataKind::unknown) {
    return add(finding,
               say("cloud-init could not read the user data in {}.",
                   "cloud-init は {} のユーザーデータを読めませんでした。", shown(cloud.user_data_file)),
               {"file", cloud.user_data_file, cloud.user_data_line, cloud.user_data_error});
  }
  const auto named = cloud.settings.find("default_user");
  const bool is_default = named != cloud.settings.end() && named->second.value == user;
  if (cloud.users_without_default && (is_default || user_missing)) {
    return add(finding,
               say("The user data lists users without `default`, so that cloud-init makes no account of the "
                   "image's own.",
                   "ユーザーデータの users に `default` がないため、cloud-init "
                   "はイメージ既定のユーザーを作成しません。"),
               {"file", cloud.user_data_file, cloud.users_line, "users:"});
  }
  const auto none = cloud.users_without_keys.find(user);
  if (none != cloud.users_without_keys.end()) {
    return add(
        finding,
        say("cloud-init's log says that it had no key for {}.",
            "cloud-init のログに、{} の鍵がなかったと記録されています。", shown(user)),
        {"log", cloud.log_file, none->second, "no authorized SSH keys fingerprints found for user " + user});
  }
  if (!cloud.errors.empty()) {
    return add(finding,
               say("cloud-init ended with an error: {}.", "cloud-init がエラーで終了しています: {}。",
                   shown(cloud.errors.front())),
               {"file", cloud.errors_in, 0, cloud.errors.front()});
  }
  if (cloud.keys_done && !cloud.instance_id.empty()) {
    add(finding,
        say("cloud-init has put in the keys of instance {} already; a key that the console shows later is "
            "not "
            "put in again.",
            "cloud-init はインスタンス {} "
            "の鍵を配置済みです。後からコンソールに表示される鍵は、再度配置されません。",
            shown(cloud.instance_id)),
        {"file", "/var/lib/cloud/data/instance-id", 1, cloud.instance_id});
  }
}

}  // namespace

void add_cloud_story(const SeenCase& it, Finding& finding) {
  const CloudInitFacts& cloud = it.input.facts.cloud;
  if (!cloud.installed || it.seen.traces.empty()) return;
  const bool user_missing = finding.cause == Cause::auth_user_missing;
  tell_cloud(cloud, it.seen.traces.front()->question.user, user_missing, finding);
}

void add_package_story(const SeenCase& it, std::string_view path, Finding& finding) {
  const auto& owners = it.input.facts.packages.owners;
  const auto owner = owners.find(std::string(path));
  if (owner == owners.end()) return;
  const std::string package = shown(owner->second, 0);
  finding.explanation.en += fmt::format(" The package {} has it.", package);
  finding.explanation.ja += fmt::format("パッケージ {} のファイルです。", package);
  add_advice(finding, "package",
             say("Install the package {} again.", "パッケージ {} を再インストールします。", package),
             {"dpkg --verify " + shell_word(package), "apt-get install --reinstall " + shell_word(package)});
}

}  // namespace reentry
