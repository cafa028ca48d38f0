// The login that a random state is about.
#pragma once

#include "differential/mutations.hpp"
#include "lab/host.hpp"

namespace reentry::differential {

inline lab::LoginRequest request_of(const State& state) {
  lab::LoginRequest request;
  request.user = state.user;
  request.key = state.key;
  if (state.key.empty()) request.password = state.password;
  request.from = state.from;
  return request;
}

}  // namespace reentry::differential
