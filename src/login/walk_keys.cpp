#include "login/walk_keys.hpp"

#include <algorithm>

#include "facts/key_algorithms.hpp"

namespace reentry {
namespace {

class Order {
 public:
  explicit Order(const ClientFacts& client) : client_(client) {
    if (client.agent.keys) agent_ = *client.agent.keys;
    held_.resize(agent_.size(), false);
  }

  std::vector<AskedKey> go() {
    for (const PublicKey& certificate : client_.certificates) of_certificate(certificate);
    for (const IdentityFact& identity : client_.identities) {
      const PublicKey* key = identity.offered();
      const std::size_t at = key != nullptr ? in_agent(*key) : agent_.size();
      if (at == agent_.size()) continue;
      held_[at] = true;
      add(agent_[at], identity.path, true, true, identity.named);
    }
    if (!client_.settings->identities_only()) {
      for (std::size_t i = 0; i < agent_.size(); ++i) {
        if (!held_[i]) add(agent_[i], {}, true, true, false);
      }
    }
    for (const IdentityFact& identity : client_.identities) of_file(identity);
    std::stable_partition(out_.begin(), out_.end(),
                          [this](const AskedKey& one) { return named_[one.place]; });
    return std::move(out_);
  }

 private:
  [[nodiscard]] std::size_t in_agent(const PublicKey& key) const {
    const auto found = std::find_if(agent_.begin(), agent_.end(),
                                    [&key](const PublicKey& one) { return one.blob == key.blob; });
    return static_cast<std::size_t>(found - agent_.begin());
  }
  // Certificates of CertificateFile come first; the key that signs for one is a file's or the agent's.
  void of_certificate(const PublicKey& certificate) {
    for (const IdentityFact& identity : client_.identities) {
      const PublicKey* key = identity.offered();
      if (key == nullptr || key->plain_blob != certificate.plain_blob) continue;
      const bool signs = identity.key && identity.key->loads() && !identity.too_open;
      return add(certificate, identity.path, in_agent(certificate) < agent_.size(), signs, true);
    }
    if (in_agent(certificate) < agent_.size()) add(certificate, {}, true, true, true);
  }
  void of_file(const IdentityFact& identity) {
    const PublicKey* key = identity.offered();
    if (key == nullptr) return;
    const bool loads = identity.key && identity.key->loads() && !identity.too_open;
    const bool locked =
        identity.key && identity.key->state == PrivateKeyState::encrypted && !identity.too_open;
    // A public half alone is offered only for the agent's sake, and a file that ssh can't load is not.
    if (in_agent(*key) == agent_.size() && (loads || locked))
      add(*key, identity.path, false, loads, identity.named);
    if (identity.certificate && (loads || locked))
      add(*identity.certificate, identity.path, false, loads, identity.named);
  }
  void add(const PublicKey& key, const std::string& path, bool in_agent, bool can_sign, bool named) {
    if (allowed_algorithms(key, *client_.settings).empty()) return;
    AskedKey one{key, path, in_agent, can_sign, out_.size()};
    out_.push_back(std::move(one));
    named_.push_back(named);
  }

  const ClientFacts& client_;
  std::vector<PublicKey> agent_;
  std::vector<bool> held_;  // by a named file, of the agent's
  std::vector<AskedKey> out_;
  std::vector<bool> named_;
};

}  // namespace

std::vector<std::string> allowed_algorithms(const PublicKey& key, const SshClientSettings& settings) {
  std::vector<std::string> names = client_algorithms(key);
  const std::vector<std::string> accepted = settings.pubkey_accepted_algorithms();
  if (key.plain_type() == "ssh-rsa" && !key.certificate) names.emplace_back("ssh-rsa");
  if (accepted.empty()) return names;
  std::erase_if(names, [&accepted](const std::string& name) { return !lists_algorithm(accepted, name); });
  return names;
}

std::vector<AskedKey> keys_to_ask(const ClientFacts& client) {
  if (!client.settings || !client.settings->pubkey_authentication()) return {};
  return Order(client).go();
}

}  // namespace reentry
