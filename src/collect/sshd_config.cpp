#include "collect/sshd_config.hpp"

#include "collect/tree_input.hpp"

namespace reentry {

SshdConfig collect_sshd_config(FileTree& tree, const SshdArguments& arguments, const SshBuild& build) {
  TreeConfigInput input(tree);
  return parse_sshd_config(input, arguments, build);
}

}  // namespace reentry
