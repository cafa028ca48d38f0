// A plan held against the target before anything is written: where each step really points, what is there,
// which remedies the target refuses.
#pragma once

#include "host/host_writer.hpp"
#include "repair/manifest.hpp"
#include "repair/plan.hpp"

namespace reentry {

struct Prepared {
  Plan plan;          // steps on physical paths; refused remedies are in `left`
  Manifest manifest;  // without id and time; the images carry their bytes
};

// Steps are judged one after the other, each against what the earlier ones will have made. Reads only.
[[nodiscard]] Prepared prepare(const Plan& plan, const HostWriter& writer);

// Why `step` must not be done when its path is as `now` (and a rename's new name as `now_to`); nothing when
// it may. Pure.
[[nodiscard]] std::optional<Text> mismatch(const Step& step, const NodeImage& now, const NodeImage& now_to);

}  // namespace reentry
