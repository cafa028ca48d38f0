// The target's own sshd, asked whether it would start (docs/decisions/0006-asking-the-targets-sshd.md).
#pragma once

#include <string>
#include <vector>

#include "diagnosis/diagnosis.hpp"
#include "facts/facts.hpp"
#include "host/host_writer.hpp"
#include "host/sandbox.hpp"
#include "repair/plan.hpp"
#include "repair/receipt.hpp"

namespace reentry {

// Whether sshd reads `path` (asked for or physical) when it starts or is reloaded, or needs it for that: its
// configuration, host keys, programs, libraries, user and directory, and how it is called.
[[nodiscard]] bool read_at_start(const Facts& facts, const HostPath& path);
[[nodiscard]] bool touches_start(const Facts& facts, const std::vector<Step>& steps);

// `sshd -t` of the target that `writer` stands for, in a sandbox; `plan` (of foresee(), or nullptr) is what
// it is to be shown as done. Never fails: what keeps it from being asked is in the answer.
[[nodiscard]] SecondOpinion ask_sshd(const Facts& facts, const Diagnosis& diagnosis, const HostWriter& writer,
                                     const Plan* plan);

// What a run of `sshd -t` means. Pure.
[[nodiscard]] SecondOpinion read_answer(const SandboxAnswer& answer);

// Whether sshd would start by what we found, once the items of `plan` (or nullptr) are done; nothing where we
// can't tell. Pure.
[[nodiscard]] std::optional<bool> expect_start(const Diagnosis& diagnosis, const Plan* plan);

}  // namespace reentry
