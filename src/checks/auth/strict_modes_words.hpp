// Words and remedies that the causes about the modes and owners of key files share (misc.c:safe_path,
// auth2-pubkeyfile.c:auth_openfile).
#pragma once

#include "checks/seen_case.hpp"
#include "diagnosis/finding.hpp"

namespace reentry {

// Group or others may write: the write bits go, nothing else changes.
void tell_writable(const SeenCase& it, Finding& finding);
// Neither the user nor root owns it: it becomes the user's, outside of the home root's.
void tell_owner(const SeenCase& it, Finding& finding);
// The user may not read the file or pass through the directory.
void tell_unreadable(const SeenCase& it, Finding& finding);

}  // namespace reentry
