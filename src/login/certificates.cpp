#include "login/certificates.hpp"

#include <algorithm>
#include <utility>

#include "base/time.hpp"
#include "facts/pattern.hpp"
#include "login/exhibits.hpp"
#include "login/keys_command.hpp"

namespace reentry {
namespace {

Obstacle refused(Cause cause, const PublicKey& key, Exhibit at, std::string_view reason) {
  Obstacle obstacle;
  obstacle.cause = cause;
  obstacle.at = std::move(at);
  obstacle.details = {{"fingerprint", key.fingerprint()},
                      {"key_id", key.certificate->key_id},
                      {"reason", std::string(reason)}};
  return obstacle;
}

// sshd's words are in `reason`; the certificate itself is the client's, so the locus is where its CA is
// trusted.
void judge_validity(const KeyContext& context, const PublicKey& key, const Exhibit& at, KeyOutcome& out) {
  const Certificate& certificate = *key.certificate;
  if (certificate.host) {
    out.obstacles.push_back(refused(Cause::auth_cert_untrusted, key, at, "not a user certificate"));
  }
  if (context.facts().now <= 0) {
    out.unknown.push_back({Why::not_asked, "clock", "the time on the target"});
    return;
  }
  const auto now = static_cast<std::uint64_t>(context.facts().now);
  if (now < certificate.valid_after) {
    Obstacle obstacle = refused(Cause::auth_cert_not_yet_valid, key, at, "not yet valid");
    obstacle.details.emplace_back("valid_after",
                                  utc_timestamp(static_cast<std::int64_t>(certificate.valid_after)));
    obstacle.details.emplace_back("now", utc_timestamp(context.facts().now));
    out.obstacles.push_back(std::move(obstacle));
  }
  if (now >= certificate.valid_before) {
    Obstacle obstacle = refused(Cause::auth_cert_expired, key, at, "expired");
    obstacle.details.emplace_back("valid_before",
                                  utc_timestamp(static_cast<std::int64_t>(certificate.valid_before)));
    obstacle.details.emplace_back("now", utc_timestamp(context.facts().now));
    out.obstacles.push_back(std::move(obstacle));
  }
}

bool contains(const std::vector<std::string>& list, std::string_view name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

Obstacle wrong_principal(const PublicKey& key, const Exhibit& at, std::string_view reason,
                         std::string wanted) {
  Obstacle obstacle = refused(Cause::auth_cert_principal, key, at, reason);
  obstacle.details.emplace_back("principals", joined(key.certificate->principals));
  obstacle.details.emplace_back("wanted", std::move(wanted));
  return obstacle;
}

// sshkey.c:sshkey_cert_check_authority, the part about principals. Before 10.3 an empty list passed where
// `needs_list` is false.
void judge_user_name(const KeyContext& context, const PublicKey& key, bool needs_list, bool match_name,
                     const Exhibit& at, KeyOutcome& out) {
  const std::vector<std::string>& principals = key.certificate->principals;
  if (principals.empty()) {
    if (needs_list || context.build().at_least(10, 3)) {
      out.obstacles.push_back(
          wrong_principal(key, at, "Certificate lacks principal list", context.user.name));
    }
  } else if (match_name && !contains(principals, context.user.name)) {
    out.obstacles.push_back(wrong_principal(key, at, "name is not a listed principal", context.user.name));
  }
}

// The addresses of a source-address option (addrmatch.c:addr_match_cidr_list).
void judge_source(const KeyContext& context, const PublicKey& key, const std::string& list, const Exhibit& at,
                  KeyOutcome& out) {
  const std::optional<std::string>& address = context.input.question.from;
  if (!address && address_list_is_valid(list)) {
    out.unknown.push_back(
        {Why::not_asked, at.path, "source-address=" + list + ": the client's address was not given"});
    return;
  }
  if (address && match_address_list(*address, list) == ListMatch::yes) return;
  Obstacle obstacle = refused(Cause::auth_cert_source_address, key, at, "source-address");
  obstacle.details.emplace_back("list", list);
  obstacle.details.emplace_back("address", address.value_or(""));
  out.obstacles.push_back(std::move(obstacle));
}

void judge_critical_options(const KeyContext& context, const PublicKey& key, const Exhibit& at,
                            KeyOutcome& out, AcceptedKey& accepted) {
  const Certificate& certificate = *key.certificate;
  for (const auto& option : certificate.critical_options) {
    if (option.first == "source-address") {
      judge_source(context, key, option.second, at, out);
    } else if (option.first == "force-command") {
      if (accepted.forced_command && *accepted.forced_command != option.second) {
        out.obstacles.push_back(
            refused(Cause::auth_cert_option, key, at, "forced command options do not match"));
      }
      accepted.forced_command = option.second;
    } else if (option.first != "verify-required" || !context.build().at_least(8, 4)) {
      Obstacle obstacle = refused(Cause::auth_cert_option, key, at, "critical option is not supported");
      obstacle.details.emplace_back("option", option.first);
      out.obstacles.push_back(std::move(obstacle));
    }
  }
  accepted.pty = accepted.pty && contains(certificate.extensions, "permit-pty");
  accepted.port_forwarding =
      accepted.port_forwarding && contains(certificate.extensions, "permit-port-forwarding");
  accepted.agent_forwarding =
      accepted.agent_forwarding && contains(certificate.extensions, "permit-agent-forwarding");
  accepted.x11_forwarding =
      accepted.x11_forwarding && contains(certificate.extensions, "permit-X11-forwarding");
  accepted.user_rc = accepted.user_rc && contains(certificate.extensions, "permit-user-rc");
}

AcceptedKey accepted_by(const Exhibit& at, const PublicKey& key) {
  AcceptedKey accepted;
  accepted.at = at;
  accepted.fingerprint = key.fingerprint();
  accepted.certificate = true;
  return accepted;
}

// auth2-pubkeyfile.c:auth_check_principals_line. Nothing when the line does not name a principal of the
// certificate.
std::optional<KeyOutcome> judge_principals_line(const KeyContext& context, std::string_view line,
                                                const Exhibit& at, const PublicKey& key) {
  line = line.substr(0, line.find('\0'));
  line = line.substr(0, line.find('#'));
  while (!line.empty() && (line.front() == ' ' || line.front() == '\t')) line.remove_prefix(1);
  while (!line.empty() && (line.back() == ' ' || line.back() == '\t')) line.remove_suffix(1);
  std::size_t split = line.rfind(' ');
  if (split == std::string_view::npos) split = line.rfind('\t');
  const std::string_view name = split == std::string_view::npos ? line : line.substr(split + 1);
  if (name.empty() || !contains(key.certificate->principals, name)) return std::nullopt;
  KeyOutcome out;
  out.accepted = accepted_by(at, key);
  if (split == std::string_view::npos) return out;
  std::string error;
  const std::optional<KeyOptions> options = parse_key_options(line.substr(0, split), context.build(), error);
  if (!options) {
    Obstacle obstacle = refused(Cause::auth_key_option_invalid, key, at, "bad principals options");
    obstacle.details.emplace_back("error", error);
    out.obstacles.push_back(std::move(obstacle));
    return out;
  }
  out.accepted->forced_command = options->command;
  judge_options(context, *options, false, at, out);
  return out;
}

// A principals file that ends its lines in CR LF names nobody: the CR belongs to the name.
bool has_crlf(std::string_view bytes) {
  return bytes.find("\r\n") != std::string_view::npos;
}

KeyOutcome judge_principals_file(const KeyContext& context, const KeysFile& file, const PublicKey& key) {
  KeyOutcome out;
  out.unknown = file.unknown;
  Exhibit at;
  at.path = file.path();
  if (file.state == KeysFileState::fatal) {
    at = config_exhibit(context.facts(), context.setting("authorizedprincipalsfile").at);
    Obstacle obstacle = refused(Cause::auth_keys_file_token, key, at, "unknown token");
    obstacle.details.emplace_back("token", file.name.token);
    out.obstacles.push_back(std::move(obstacle));
    return out;
  }
  out.obstacles = file.obstacles;
  if (file.state != KeysFileState::present || !file.fact->bytes) {
    if (out.unknown.empty()) {
      out.obstacles.push_back(wrong_principal(
          key, at, file.state == KeysFileState::missing ? "principals file is missing" : "principals file",
          ""));
    }
    return out;
  }
  std::string_view rest = *file.fact->bytes;
  std::optional<KeyOutcome> best;
  for (std::size_t number = 1; !rest.empty(); ++number) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    at.line = number;
    at.text = std::string(rest.substr(0, end));
    std::optional<KeyOutcome> line = judge_principals_line(context, rest.substr(0, end), at, key);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (line && (!best || (line->obstacles.empty() && !best->obstacles.empty()))) best = std::move(line);
  }
  if (best) {
    out.add(std::move(*best));
    return out;
  }
  at.line = 0;
  at.text.clear();
  out.obstacles.push_back(wrong_principal(key, at,
                                          has_crlf(*file.fact->bytes) ? "lines end in CR LF" : "not listed",
                                          "a name in " + file.path()));
  return out;
}

// Principals by file or command when one is configured, else by the user's name.
KeyOutcome judge_principals(const KeyContext& context, const PublicKey& key, const Exhibit& at) {
  KeyOutcome out;
  const std::string& pattern = context.setting("authorizedprincipalsfile").first();
  const KeysCommand command = keys_command(context, "authorizedprincipalscommand");
  const KeyPath name = expand_key_path(pattern, context.user, context.accounts(), context.build());
  const bool by_file = name.state != KeyPathState::none;
  if (!by_file && command.state == KeysCommandState::unset) {
    out.accepted = accepted_by(at, key);
    judge_user_name(context, key, true, true, at, out);
    return out;
  }
  if (by_file) out = judge_principals_file(context, open_as_user(context, name), key);
  if (!out.may_let_in() && command.state != KeysCommandState::unset) {
    if (command.state == KeysCommandState::broken) {
      out.obstacles.insert(out.obstacles.end(), command.obstacles.begin(), command.obstacles.end());
    } else {
      out = KeyOutcome{};
      out.unknown.push_back(command.unknown);
    }
  }
  if (!out.accepted) out.accepted = accepted_by(at, key);
  judge_user_name(context, key, true, false, at, out);
  return out;
}

// authfile.c:sshkey_in_file: the CA's line, 0 when it is not found; reading stops at a line that is no key.
std::size_t ca_line(std::string_view bytes, std::string_view ca_blob, std::size_t& bad_line) {
  for (std::size_t number = 1; !bytes.empty(); ++number) {
    const std::size_t end = std::min(bytes.find('\n'), bytes.size());
    std::string_view line = bytes.substr(0, end);
    bytes.remove_prefix(std::min(end + 1, bytes.size()));
    while (!line.empty() && (line.front() == ' ' || line.front() == '\t')) line.remove_prefix(1);
    if (line.empty() || line.front() == '#') continue;
    KeyProblem problem = KeyProblem::none;
    const std::optional<PublicKey> key = key_from_line(line, problem);
    if (!key) {
      bad_line = number;
      return 0;
    }
    if (key->blob == ca_blob) return number;
  }
  return 0;
}

Obstacle untrusted(const PublicKey& key, Exhibit at, std::string_view reason) {
  Obstacle obstacle = refused(Cause::auth_cert_untrusted, key, std::move(at), reason);
  KeyProblem problem = KeyProblem::none;
  const std::optional<PublicKey> ca = key_from_blob(key.certificate->ca_blob, problem);
  if (ca) obstacle.details.emplace_back("ca_fingerprint", ca->fingerprint());
  return obstacle;
}

}  // namespace

KeyOutcome judge_certificate_line(const KeyContext& context, const KeysFile& file, const AuthorizedLine& line,
                                  const PublicKey& key) {
  const Exhibit at = line_exhibit(file, line);
  KeyOutcome out;
  judge_options(context, line.options, true, at, out);
  AcceptedKey accepted = accepted_by(at, key);
  accepted.forced_command = line.options.command;
  accepted.pty = line.options.pty;
  accepted.port_forwarding = line.options.port_forwarding;
  accepted.agent_forwarding = line.options.agent_forwarding;
  accepted.x11_forwarding = line.options.x11_forwarding;
  accepted.user_rc = line.options.user_rc;
  judge_critical_options(context, key, at, out, accepted);
  if (line.options.principals) {
    const std::string& list = *line.options.principals;
    const bool listed = std::any_of(key.certificate->principals.begin(), key.certificate->principals.end(),
                                    [&list](const std::string& name) {
                                      return ("," + list + ",").find("," + name + ",") != std::string::npos &&
                                             name.find(',') == std::string::npos;
                                    });
    if (!listed) {
      out.obstacles.push_back(
          wrong_principal(key, at, "Certificate does not contain an authorized principal", list));
    }
  }
  judge_validity(context, key, at, out);
  judge_user_name(context, key, false, !line.options.principals, at, out);
  out.accepted = std::move(accepted);
  return out;
}

KeyOutcome judge_trusted_ca(const KeyContext& context, const PublicKey& key) {
  KeyOutcome out;
  const Setting& setting = context.setting("trustedusercakeys");
  const std::string& file = setting.first();
  if (file.empty() || file == "none") return out;
  const HostPath path(file);
  const FileFact* fact = context.facts().paths.find(path);
  Exhibit at;
  at.path = path.str();
  if (fact == nullptr || (!fact->bytes && !fact->bytes.is_absent())) {
    out.unknown.push_back(missing_fact(fact, path));
    return out;
  }
  if (!fact->bytes) {
    Obstacle obstacle =
        untrusted(key, config_exhibit(context.facts(), setting.at), "TrustedUserCAKeys file is missing");
    obstacle.details.emplace_back("path", path.str());
    out.obstacles.push_back(std::move(obstacle));
    return out;
  }
  std::size_t bad_line = 0;
  at.line = ca_line(*fact->bytes, key.certificate->ca_blob, bad_line);
  if (at.line == 0) {
    at.line = bad_line;
    out.obstacles.push_back(
        untrusted(key, at, bad_line == 0 ? "CA is not listed" : "a line before it is not a key"));
    return out;
  }
  at.text = line_of(*fact->bytes, at.line);
  out = judge_principals(context, key, at);
  judge_validity(context, key, at, out);
  AcceptedKey accepted = out.accepted.value_or(accepted_by(at, key));
  judge_critical_options(context, key, at, out, accepted);
  out.accepted = std::move(accepted);
  return out;
}

}  // namespace reentry
