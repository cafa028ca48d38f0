// The halves of host/label_oracle.hpp that run inside its process.
#pragma once

#include <string>
#include <vector>

#include "host/label_oracle.hpp"

namespace reentry {

// Fills `expected` and `mended` of every node by the target's file_contexts, which libselinux reads from
// copies in `directory`, an empty directory of this machine. Returns nothing, or what was wrong.
[[nodiscard]] std::string expect_labels(const ContextFiles& contexts, const std::string& directory,
                                        std::vector<LabelFact>& nodes, DomainLabels& domains);

// Fills what the policy says of every node and port. Returns nothing, or what was wrong with the policy.
[[nodiscard]] std::string ask_policy(const LabelInquiry& inquiry, const DomainLabels& mended,
                                     LabelAnswers& answers);

}  // namespace reentry
