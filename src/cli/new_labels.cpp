#include "cli/new_labels.hpp"

#include <utility>
#include <variant>
#include <vector>

#include "collect/labels.hpp"
#include "host/file_tree.hpp"

namespace reentry::cli {
namespace {

// The place for a label in a step that makes a node; nullptr in others.
std::string* label_in(Step& step) {
  if (auto* file = std::get_if<CreateFile>(&step)) return &file->label;
  if (auto* directory = std::get_if<CreateDirectory>(&step)) return &directory->label;
  return nullptr;
}

}  // namespace

Plan with_labels(Plan plan, const Facts& facts, const std::string& root) {
  if (!facts.labels.present) return plan;
  std::vector<NewNode> nodes;
  std::vector<std::string*> places;
  for (PlanItem& item : plan.items) {
    for (Step& step : item.own) {
      std::string* const label = label_in(step);
      if (label == nullptr || !label->empty()) continue;
      const bool directory = std::holds_alternative<CreateDirectory>(step);
      nodes.push_back({path_of(step), directory ? FileType::directory : FileType::regular});
      places.push_back(label);
    }
  }
  if (nodes.empty()) return plan;
  const auto tree = open_disk_tree(root);
  if (!tree) return plan;
  const std::vector<std::string> labels = labels_for(**tree, facts, nodes);
  for (std::size_t i = 0; i < places.size(); ++i) *places[i] = labels[i];
  return compose(std::move(plan.items), std::move(plan.left));
}

}  // namespace reentry::cli
