// Why a key or an account of the cloud is not there: what cloud-init's own files say of it.
#pragma once

#include <string>
#include <string_view>

#include "checks/seen_case.hpp"
#include "diagnosis/finding.hpp"

namespace reentry {

// Adds to a finding about a key or account that is missing what cloud-init did or did not do for it, with the
// proof. Nothing where the target has no cloud-init or its files say nothing.
void add_cloud_story(const SeenCase& it, Finding& finding);

// Adds the command that brings back `path` by the package that has it; nothing where that is not known.
void add_package_story(const SeenCase& it, std::string_view path, Finding& finding);

}  // namespace reentry
