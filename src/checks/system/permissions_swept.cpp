// system/permissions-swept
#include "checks/every_check.hpp"
#include "checks/remedies.hpp"
#include "checks/seen_case.hpp"

namespace reentry {
namespace {

Verdict judge_sweep(const CheckInput& input) {
  std::size_t kinds = 0;
  std::size_t places = 0;
  std::vector<Exhibit> proof;
  for (const Cause cause : {Cause::auth_home_writable, Cause::auth_home_owner, Cause::auth_ssh_dir_writable,
                            Cause::auth_ssh_dir_owner, Cause::auth_keys_file_writable,
                            Cause::auth_keys_path_unsafe, Cause::service_host_keys_too_open}) {
    const std::size_t found = seen(input, cause).size();
    kinds += found > 0 ? 1 : 0;
    if (found > 0) proof.push_back(seen(input, cause).front().obstacle->at);
    places += found;
  }
  constexpr std::size_t kMany = 3;
  if (kinds < kMany && places < 2 * kMany) return Fine{};
  Finding finding;
  finding.cause = Cause::system_permissions_swept;
  finding.severity = Severity::notice;
  finding.certainty = Certainty::likely;
  finding.evidence = std::move(proof);
  finding.title = kSystemPermissionsSwept.title.text();
  finding.explanation =
      say("{} places have modes or owners that sshd refuses: it looks like one recursive chmod or chown. "
          "Other programs may be hit too.",
          "sshd が拒否する権限や所有者が {} か所あり、再帰的な chmod や chown "
          "が原因とみられます。ほかのプログラムにも影響している可能性があります。",
          places);
  add_advice(
      finding, "restore",
      say("Restore the modes of packaged files afterwards.",
          "修復後に、パッケージのファイルの権限を復元します。"),
      {"rpm --setperms -a; rpm --setugids -a   # Red Hat, Amazon Linux", "dpkg --verify   # Debian, Ubuntu"});
  return std::vector<Finding>{std::move(finding)};
}

}  // namespace

constinit const Check kSystemPermissionsSwept = {
    .cause = Cause::system_permissions_swept,
    .severity = Severity::notice,
    .title = {"Modes were changed across many directories at once",
              "多数のディレクトリの権限が一度に変更されています"},
    .why = {"One recursive chmod or chown over /home, /etc or / leaves many faults of the same kind: homes "
            "and key files that others may write to, host keys that others may read. Mending ssh brings the "
            "login back, but other programs (sudo, cron, mail) test their files too.",
            "/home や /etc、/ への再帰的な chmod や chown "
            "は、同じ種類の問題を多数残します。他者が書き込めるホームや鍵ファイル、他者が読めるホスト鍵などで"
            "す。ssh "
            "を直せばログインできるようになりますが、sudo、cron、メールなどほかのプログラムもファイルの権限を"
            "検査します。"},
    .remedy = {"After ssh works again, restore the modes of packaged files (rpm --setperms -a, or reinstall "
               "on Debian).",
               "ssh が使えるようになったら、パッケージのファイルの権限を復元します（rpm --setperms "
               "-a、Debian では再インストール）。"},
    .evaluate = judge_sweep,
};

}  // namespace reentry
