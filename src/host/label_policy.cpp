// What the target's policy lets a domain do: libsepol over the bytes of the binary policy, the same code that
// checks neverallow rules and that audit2why asks.
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstdlib>
#include <cstring>
#include <optional>
#include <string>
#include <utility>
#include <vector>

// A struct of libsepol has a member of that name, which is a word of C++.
#ifdef __clang__
#pragma clang diagnostic ignored "-Wkeyword-macro"
#endif
#define bool sepol_bool
extern "C" {
#include <sepol/debug.h>
#include <sepol/policydb/conditional.h>
#include <sepol/policydb/hashtab.h>
#include <sepol/policydb/polcaps.h>
#include <sepol/policydb/policydb.h>
#include <sepol/policydb/services.h>
#include <sepol/policydb/sidtab.h>
}
#undef bool

#include "host/label_parts.hpp"

namespace reentry {
namespace {

using Sid = sepol_security_id_t;

// security/selinux/include/initial_sid_to_string.h: what a node without a label has, and one whose label the
// policy does not know.
constexpr Sid kUnlabeled = 3;
constexpr Sid kFile = 5;
// How far the search for a boolean goes.
constexpr int kMostSearches = 16;

struct Permissions {
  std::string_view of_class;
  std::vector<std::string_view> names;
};

Permissions permissions_of(LabelUse use, FileType type) {
  const std::string_view node = type == FileType::directory ? "dir" : "file";
  switch (use) {
    case LabelUse::search: return {"dir", {"search"}};
    case LabelUse::judge: return {"dir", {"getattr", "search"}};
    case LabelUse::list: return {"dir", {"getattr", "open", "read", "search"}};
    case LabelUse::follow: return {"lnk_file", {"read"}};
    case LabelUse::read: return {node, {"getattr", "open", "read"}};
    case LabelUse::load: return {"file", {"execute", "getattr", "map", "open", "read"}};
    case LabelUse::start: return {"file", {"execute", "getattr", "open", "read"}};
    case LabelUse::test: return {"file", {"execute", "getattr"}};
  }
  return {};
}

class Policy {
 public:
  Policy() {
    ::sepol_debug(0);
    ::policydb_init(&db_);
    ::sepol_sidtab_init(&sids_);
  }

  bool load(std::string_view bytes) {
    policy_file file{};
    ::policy_file_init(&file);
    file.type = PF_USE_MEMORY;
    file.data = const_cast<char*>(bytes.data());  // it is only read
    file.len = bytes.size();
    if (::policydb_read(&db_, &file, 0) != 0) return false;
    if (::policydb_load_isids(&db_, &sids_) != 0) return false;
    ::sepol_set_policydb(&db_);
    ::sepol_set_sidtab(&sids_);
    return true;
  }

  [[nodiscard]] unsigned version() const { return db_.policyvers; }
  [[nodiscard]] bool has_ranges() const { return db_.mls != 0; }

  [[nodiscard]] std::optional<Sid> sid_of(const std::string& context) const {
    Sid sid = 0;
    if (::sepol_context_to_sid(context.c_str(), context.size() + 1, &sid) != 0) return std::nullopt;
    return sid;
  }
  // What the kernel makes of a node's attribute.
  [[nodiscard]] Sid node_sid(const std::string& label) const {
    if (label.empty()) return type_of(kFile).empty() ? kUnlabeled : kFile;
    return sid_of(label).value_or(kUnlabeled);
  }

  [[nodiscard]] static std::string type_of(Sid sid) {
    sepol_security_context_t text = nullptr;
    std::size_t length = 0;
    if (::sepol_sid_to_context(sid, &text, &length) != 0) return {};
    const std::string context(text, ::strnlen(text, length));
    std::free(text);  // NOLINT(cppcoreguidelines-no-malloc): libsepol allocates it so
    return std::string(type_of_label(context));
  }

  [[nodiscard]] static Sid domain_after(Sid domain, Sid program) {
    sepol_security_class_t process = 0;
    Sid out = domain;
    if (::sepol_string_to_security_class("process", &process) != 0) return domain;
    return ::sepol_transition_sid(domain, program, process, &out) == 0 ? out : domain;
  }

  // Those of the permissions that `domain` lacks. A permission that the policy does not define is allowed or
  // not as the policy itself says (handle_unknown).
  [[nodiscard]] std::vector<std::string> refused(Sid domain, Sid node, const Permissions& wanted) const {
    std::vector<std::string> out;
    if (permissive(domain)) return out;
    sepol_security_class_t of_class = 0;
    const std::string class_name(wanted.of_class);
    const bool known = ::sepol_string_to_security_class(class_name.c_str(), &of_class) == 0;
    for (const std::string_view name : wanted.names) {
      if (name == "open" && ebitmap_get_bit(&db_.policycaps, POLICYDB_CAP_OPENPERM) == 0) continue;
      sepol_access_vector_t bit = 0;
      sepol_av_decision decision{};
      const std::string text(name);
      if (!known || ::sepol_string_to_av_perm(of_class, text.c_str(), &bit) != 0) {
        if (db_.handle_unknown != ALLOW_UNKNOWN) out.push_back(text);
        continue;
      }
      if (::sepol_compute_av(domain, node, of_class, bit, &decision) != 0 || (decision.allowed & bit) == 0)
        out.push_back(text);
    }
    return out;
  }

  [[nodiscard]] std::vector<std::string> refused_start(Sid domain, Sid program) const {
    std::vector<std::string> out =
        refused(domain, program, permissions_of(LabelUse::start, FileType::regular));
    const Sid next = domain_after(domain, program);
    const auto add = [&out](std::vector<std::string> more) {
      out.insert(out.end(), more.begin(), more.end());
    };
    if (type_of(next) == type_of(domain)) {
      add(refused(domain, program, {"file", {"execute_no_trans"}}));
    } else {
      add(refused(domain, next, {"process", {"transition"}}));
      add(refused(next, program, {"file", {"entrypoint"}}));
    }
    return out;
  }

  void set_boolean(const std::string& name, bool value) {
    for (std::uint32_t i = 0; i < db_.p_bools.nprim; ++i) {
      if (name == db_.p_bool_val_to_name[i]) db_.bool_val_to_struct[i]->state = value ? 1 : 0;
    }
    ::evaluate_conds(&db_);
  }

  // The first boolean whose other value makes `asked` true.
  template <typename Asked>
  [[nodiscard]] std::optional<std::pair<std::string, bool>> boolean_for(Asked asked) {
    for (std::uint32_t i = 0; i < db_.p_bools.nprim; ++i) {
      int& state = db_.bool_val_to_struct[i]->state;
      state = state == 0 ? 1 : 0;
      ::evaluate_conds(&db_);
      const bool allowed = asked();
      const bool value = state != 0;
      state = value ? 0 : 1;
      if (!allowed) continue;
      ::evaluate_conds(&db_);
      return std::pair(std::string(db_.p_bool_val_to_name[i]), value);
    }
    ::evaluate_conds(&db_);
    return std::nullopt;
  }

 private:
  // `permissive TYPE;`: what is refused is only logged.
  [[nodiscard]] bool permissive(Sid domain) const {
    std::string type = type_of(domain);
    const auto* found = static_cast<const type_datum_t*>(::hashtab_search(db_.p_types.table, type.data()));
    return found != nullptr && ebitmap_get_bit(&db_.permissive_map, found->s.value) != 0;
  }

  policydb_t db_{};
  sidtab_t sids_{};
};

// Who acts, by its domain.
struct Actors {
  Sid init = 0;
  Sid listener = 0;
  Sid session = 0;
  std::optional<Sid> password;
};

// The domain that the program leads to: by its label where the policy lets it start so, else by the label
// that it should have.
Sid led_to(const Policy& policy, Sid from, const std::string& label, const Known<std::string>& mended) {
  const Sid node = policy.node_sid(label);
  if (!policy.refused_start(from, node).empty() && mended) {
    return Policy::domain_after(from, policy.node_sid(*mended));
  }
  return Policy::domain_after(from, node);
}

std::string find_actors(const Policy& policy, const DomainLabels& now, const DomainLabels& mended,
                        Actors& actors) {
  const std::string range = policy.has_ranges() ? ":s0" : "";
  const std::optional<Sid> init = policy.sid_of("system_u:system_r:init_t" + range);
  if (!init) return "the policy has no domain init_t";
  if (!now.sshd) return "the label of sshd's program is not known";
  actors.init = *init;
  actors.listener = led_to(policy, *init, *now.sshd, mended.sshd);
  actors.session =
      now.session ? led_to(policy, actors.listener, *now.session, mended.session) : actors.listener;
  if (now.password) actors.password = led_to(policy, actors.session, *now.password, mended.password);
  return {};
}

std::optional<Sid> sid_of_actor(const Actors& actors, LabelActor actor) {
  switch (actor) {
    case LabelActor::init: return actors.init;
    case LabelActor::listener: return actors.listener;
    case LabelActor::session: return actors.session;
    case LabelActor::password: return actors.password;
  }
  return std::nullopt;
}

void judge_node(Policy& policy, const Actors& actors, LabelFact& node, int& searches) {
  const std::optional<Sid> actor = sid_of_actor(actors, node.question.actor);
  if (!actor || !node.label) return;
  const auto ask = [&](const std::string& label) {
    const Sid sid = policy.node_sid(label);
    if (node.question.use == LabelUse::start) return policy.refused_start(*actor, sid);
    return policy.refused(*actor, sid, permissions_of(node.question.use, node.question.type));
  };
  node.domain = Policy::type_of(*actor);
  std::vector<std::string> refused = ask(*node.label);
  std::vector<std::string> later = node.mended == *node.label ? refused : ask(node.mended);
  // Where the right label is refused too, a switch of the policy may be what is missing.
  if (!later.empty() && searches++ < kMostSearches) {
    const auto found = policy.boolean_for([&] { return ask(*node.label).empty(); });
    if (found) {
      node.boolean = found->first;
      node.boolean_value = found->second ? 1 : 0;
    }
  }
  node.refused = std::move(refused);
  node.refused_when_mended = std::move(later);
}

PortFact judge_port(const Policy& policy, Sid actor, int port) {
  PortFact out;
  out.port = port;
  out.domain = Policy::type_of(actor);
  Sid sid = 0;
  const auto number = static_cast<std::uint16_t>(port);
  if (::sepol_port_sid(AF_INET, SOCK_STREAM, IPPROTO_TCP, number, &sid) != 0) return out;
  out.type = Policy::type_of(sid);
  out.refused = !policy.refused(actor, sid, {"tcp_socket", {"name_bind"}}).empty();
  return out;
}

}  // namespace

std::string ask_policy(const LabelInquiry& inquiry, const DomainLabels& mended, LabelAnswers& answers) {
  Policy policy;
  if (!policy.load(inquiry.policy)) return "libsepol can't read it";
  for (const auto& [name, value] : inquiry.booleans) policy.set_boolean(name, value);
  if (inquiry.booleans.empty()) policy.set_boolean({}, false);
  Actors actors;
  if (std::string why = find_actors(policy, inquiry.domains, mended, actors); !why.empty()) return why;
  int searches = 0;
  for (LabelFact& node : answers.nodes) judge_node(policy, actors, node, searches);
  const Sid binder = inquiry.by_service_manager ? actors.init : actors.listener;
  for (const int port : inquiry.ports) answers.ports.push_back(judge_port(policy, binder, port));
  answers.policy = std::to_string(policy.version());
  return {};
}

}  // namespace reentry
