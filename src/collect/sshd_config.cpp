#include "collect/sshd_config.hpp"

namespace reentry {
namespace {

class TreeInput final : public ConfigInput {
 public:
  explicit TreeInput(FileTree& tree) : tree_(tree) {}

  Known<std::string> read(const HostPath& path) override {
    FileFact fact = tree_.read(path);
    // getline(3) of a directory gives nothing: sshd takes it for an empty file.
    const bool directory = fact.path.found() && fact.path.node().stat.type == FileType::directory;
    if (directory) return std::string();
    return std::move(fact.bytes);
  }

  Known<std::vector<HostPath>> glob(const HostPath& pattern) override { return tree_.glob(pattern); }

 private:
  FileTree& tree_;
};

}  // namespace

SshdConfig collect_sshd_config(FileTree& tree, const SshdArguments& arguments, const SshBuild& build) {
  TreeInput input(tree);
  return parse_sshd_config(input, arguments, build);
}

}  // namespace reentry
