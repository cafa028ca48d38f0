#include "collect/ssh_config.hpp"

#include "collect/tree_input.hpp"

namespace reentry {

SshConfig collect_ssh_config(FileTree& tree, const SshArguments& arguments, const SshBuild& build) {
  TreeConfigInput input(tree);
  return parse_ssh_config(input, arguments, build);
}

}  // namespace reentry
