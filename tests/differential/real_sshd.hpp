// Runs the real sshd on a configuration, here or in a chroot of another release.
#pragma once

#include <string>
#include <vector>

#include "facts/ssh_build.hpp"

namespace reentry::differential {

struct SshdReply {
  int status = -1;  // of exit(2), or -1 when it did not exit
  std::string out;
  std::string err;  // without carriage returns
};

class RealSshd {
 public:
  // `root` is `/` or a directory to chroot into; `program` is below it.
  RealSshd(std::string program, std::string root) : program_(std::move(program)), root_(std::move(root)) {}
  [[nodiscard]] SshdReply run(const std::vector<std::string>& arguments) const;
  // The version and the vendor as the banner of `sshd -V` has them. version_known is false when it does not
  // say.
  [[nodiscard]] SshBuild build() const;
  [[nodiscard]] const std::string& root() const { return root_; }

 private:
  std::string program_;
  std::string root_;
};

}  // namespace reentry::differential
