// What a walk from the client's machine comes to: the same report as a check's, told from outside.
#pragma once

#include <span>

#include "diagnosis/diagnosis.hpp"
#include "facts/walk.hpp"

namespace reentry {

// Judges one leg. Causes that a client sees for itself are told by their own checks; those on the server that
// would look just so are candidates: `possible`, in the order of likelihood, each with what would tell it
// from the others and the question to ask on the server. Pure.
[[nodiscard]] Diagnosis diagnose(const WalkFacts& facts, std::span<const Check* const> checks);

}  // namespace reentry
