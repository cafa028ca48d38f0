// From the server's first bytes to its host key, as the client sees them.
#include <algorithm>
#include <string>

#include "base/shown.hpp"
#include "login/exhibits.hpp"
#include "login/walk.hpp"
#include "login/walk_words.hpp"

namespace reentry {
namespace {

constexpr std::size_t kQuoted = 200;

std::string place_of(const WalkFacts& facts) {
  for (const ConnectTry& one : facts.tries) {
    if (one.end == ConnectTry::End::connected) return endpoint(one.address, one.port);
  }
  return facts.through.value_or(facts.lookup.name);
}

Exhibit probe_exhibit(const WalkFacts& facts, std::string text) {
  return {"probe", place_of(facts), 0, std::move(text)};
}

std::string first_words(const BannerReply& banner) {
  return banner.first_bytes.substr(0, std::min(banner.first_bytes.find_first_of("\r\n"), kQuoted));
}

// How a connection ended that was not to end yet, in the client's own words.
std::string end_words(const ProbeReply& reply) {
  switch (reply.end) {
    case ProbeEnd::closed: return "Connection closed by remote host";
    case ProbeEnd::reset: return "Connection reset by peer";
    case ProbeEnd::timed_out: return "no answer in time";
    case ProbeEnd::disconnected:
      return "Received disconnect: " + (reply.disconnect ? reply.disconnect->text : std::string());
    case ProbeEnd::malformed: return reply.fault;
    case ProbeEnd::bad_packet_length: return "Bad packet length";
    case ProbeEnd::bad_mac: return "message authentication code incorrect";
    default: return {};
  }
}

class Banner {
 public:
  explicit Banner(const WalkFacts& facts)
      : facts_(facts), reply_(*facts.reply), gate_(gate_of("banner/identification", GateResult::pass)) {}

  Gate judge() {
    judge_kind();
    if (!gate_.obstacles.empty()) gate_.result = GateResult::refuse;
    return std::move(gate_);
  }

 private:
  void add(Cause cause, bool certain, std::string text) {
    Obstacle& one = gate_.obstacles.emplace_back();
    one.cause = cause;
    one.certain = certain;
    one.at = probe_exhibit(facts_, std::move(text));
  }
  void detail(std::string_view name, std::string value) {
    gate_.obstacles.back().details.emplace_back(name, std::move(value));
  }

  void judge_kind() {
    const BannerReply& banner = reply_.banner;
    const std::string said = first_words(banner);
    switch (banner.kind) {
      case BannerKind::ssh2:
        gate_.detail = say("{}", "{}", shown(banner.identification.value_or("")));
        return;
      case BannerKind::ssh1:
        gate_.detail = say("the server speaks SSH 1 alone: {}", "SSH 1 のみのサーバーです: {}", shown(said));
        return add(Cause::banner_protocol_1, true, said);
      case BannerKind::max_startups:
        gate_.detail = say("the server says: {}", "サーバーの応答: {}", shown(said));
        return add(Cause::banner_max_startups_zero, true, said);
      case BannerKind::not_allowed_now:
        gate_.detail = say("the server says: {}", "サーバーの応答: {}", shown(said));
        return add(Cause::banner_penalty, true, said);
      case BannerKind::http:
      case BannerKind::tls:
      case BannerKind::other: return foreign(banner, said);
      case BannerKind::nothing:
      case BannerKind::unfinished: return silent(banner, said);
    }
  }
  void foreign(const BannerReply& banner, const std::string& said) {
    if (reply_.end == ProbeEnd::endless_banner || banner.dribbled() ||
        (banner.kind == BannerKind::other && reply_.end == ProbeEnd::timed_out)) {
      gate_.detail = say("lines without end, and no identification among them",
                         "識別文字列のない行が際限なく送られてきます");
      return add(Cause::banner_endless, reply_.end == ProbeEnd::endless_banner, said);
    }
    const char* what = banner.kind == BannerKind::http ? "HTTP" : banner.kind == BannerKind::tls ? "TLS" : "";
    gate_.detail = say("what answers there is not SSH: {}", "応答しているのは SSH ではありません: {}",
                       *what != '\0' ? std::string(what) : shown(said));
    add(Cause::banner_not_ssh, true, said);
    detail("what", what);
    add(Cause::service_port_taken, false, said);
  }
  void silent(const BannerReply& banner, const std::string& said) {
    if (reply_.end == ProbeEnd::timed_out || reply_.end == ProbeEnd::endless_banner) {
      const bool dribbles = banner.kind == BannerKind::unfinished;
      gate_.detail = dribbles ? say("the server sends its first line byte by byte, and never ends it",
                                    "最初の行を 1 バイトずつ送り続け、完了しません")
                              : say("the connection is taken, and nobody says a word",
                                    "接続は受け付けられますが、何も送られてきません");
      add(dribbles ? Cause::banner_endless : Cause::banner_silent, false, said);
      for (const Cause cause :
           {Cause::service_no_greeting, Cause::banner_hosts_deny, Cause::network_firewall_drops,
            Cause::service_port_taken, Cause::system_task_limit})
        add(cause, false, said);
      return;
    }
    gate_.detail = say("hung up before its identification: {}", "識別文字列を送る前に切断されました: {}",
                       shown(end_words(reply_)));
    for (const Cause cause :
         {Cause::banner_hosts_deny, Cause::banner_max_startups_zero, Cause::service_privsep_directory,
          Cause::service_host_keys_missing, Cause::service_library_missing, Cause::service_sshd_missing,
          Cause::service_config_syntax, Cause::service_no_greeting, Cause::system_task_limit})
      add(cause, false, end_words(reply_));
  }

  const WalkFacts& facts_;
  const ProbeReply& reply_;
  Gate gate_;
};

struct ClassName {
  AlgorithmClass which;
  const char* words;   // as ssh names it
  const char* option;  // of ssh_config(5) and sshd_config(5)
};
constexpr ClassName kClasses[] = {
    {AlgorithmClass::kex, "key exchange method", "KexAlgorithms"},
    {AlgorithmClass::host_key, "host key type", "HostKeyAlgorithms"},
    {AlgorithmClass::cipher_out, "cipher", "Ciphers"},
    {AlgorithmClass::cipher_in, "cipher", "Ciphers"},
    {AlgorithmClass::mac_out, "MAC", "MACs"},
    {AlgorithmClass::mac_in, "MAC", "MACs"},
    {AlgorithmClass::compression_out, "compression method", "Compression"},
    {AlgorithmClass::compression_in, "compression method", "Compression"},
};

void add_disagreement(const WalkFacts& facts, const Agreement& users, Gate& gate) {
  const AlgorithmClass which = users.nothing_for.front();
  for (const ClassName& one : kClasses) {
    if (one.which != which) continue;
    const std::string theirs = write_name_list(list_of(facts.reply->kex.server, which));
    gate.detail = say("no {} in common ({}); the server offers {}",
                      "共通の {} がありません（{}）。サーバー側: {}", one.words, one.option, shown(theirs));
    gate.obstacles.push_back(
        {Cause::kex_no_common_algorithm,
         probe_exhibit(facts, fmt::format("no matching {} found. Their offer: {}", one.words, theirs)),
         {},
         {{"class", one.words}, {"option", one.option}, {"theirs", theirs}}});
    return;
  }
}

Gate kex_gate(const WalkFacts& facts) {
  const ProbeReply& reply = *facts.reply;
  Gate gate = gate_of("kex/agreement", GateResult::pass);
  const bool ended_here = reply.stage == ProbeStage::kex && reply.end != ProbeEnd::done;
  if (reply.kex.users && !reply.kex.users->nothing_for.empty()) {
    add_disagreement(facts, *reply.kex.users, gate);
  } else if (reply.end == ProbeEnd::no_common_algorithm) {
    return unknown_gate("kex/agreement",
                        {{Why::not_asked, "key exchange", "algorithms that reentry has no code for"}},
                        say("ssh and the server agree, but reentry itself has none of these algorithms",
                            "ssh とサーバーは合意できますが、reentry はこれらの方式に対応していません"));
  } else if (ended_here && reply.end == ProbeEnd::timed_out) {
    gate.detail = say("silence once the key exchange began: {} bytes came",
                      "鍵交換の開始後に応答が止まりました（受信 {} バイト）", reply.bytes_in);
    gate.obstacles.push_back(candidate(Cause::kex_stalled, probe_exhibit(facts, "SSH2_MSG_KEXINIT sent")));
  } else if (ended_here) {
    gate.detail =
        say("the key exchange broke off: {}", "鍵交換が途中で終わりました: {}", shown(end_words(reply)));
    const bool damaged = reply.end == ProbeEnd::bad_packet_length || reply.end == ProbeEnd::bad_mac ||
                         reply.end == ProbeEnd::malformed;
    gate.obstacles.push_back({damaged ? Cause::kex_damaged : Cause::kex_closed,
                              probe_exhibit(facts, end_words(reply)),
                              {},
                              {},
                              false});
  } else {
    const Agreement& one = reply.kex.users ? *reply.kex.users : reply.kex.ours;
    gate.detail = say("{}, {}", "{}、{}", shown(one.kex), shown(one.cipher_out));
  }
  if (!gate.obstacles.empty()) gate.result = GateResult::refuse;
  return gate;
}

std::string fingerprint_of(const std::string& blob) {
  KeyProblem problem{};
  const auto key = key_from_blob(blob, problem);
  return key ? key->fingerprint() : std::string();
}

Exhibit place_exhibit(const HostKeyPlace& place) {
  return {"file", place.file, place.line, place.names + " " + place.type};
}

void judge_known(const WalkFacts& facts, const KnownHostVerdict& verdict, Gate& gate) {
  const HostKeyAnswer& by_name = verdict.by_name;
  const std::string shown_key = fingerprint_of(facts.reply->host_key.blob);
  std::vector<std::pair<std::string, std::string>> details = {
      {"name", by_name.name}, {"fingerprint", shown_key}, {"algorithm", facts.reply->host_key.algorithm}};
  std::vector<Exhibit> places;
  for (const HostKeyPlace& place : by_name.places) places.push_back(place_exhibit(place));
  const Exhibit at = places.empty() ? probe_exhibit(facts, shown_key) : places.back();
  const SshClientSettings& settings = *facts.client.settings;
  const HostKeyChecking checking = settings.strict_host_key_checking();
  // sshconnect.c:check_host_key: BatchMode has nobody to ask; `no` goes on with a warning, without passwords.
  const bool strict =
      checking == HostKeyChecking::yes || (checking == HostKeyChecking::ask && settings.batch_mode());
  const bool lenient = checking == HostKeyChecking::no;
  switch (by_name.standing) {
    case HostKeyStanding::known:
    case HostKeyStanding::authority:
      gate.detail = say("{} is the key that is known for {}", "{} は {} の既知のホスト鍵です", shown_key,
                        shown(by_name.name));
      return;
    case HostKeyStanding::unknown:
      gate.detail = say("{} is not known yet for {}", "{} は {} の鍵としてまだ登録されていません", shown_key,
                        shown(by_name.name));
      if (!verdict.other_names.empty()) places.push_back(place_exhibit(verdict.other_names.front()));
      gate.obstacles.push_back({Cause::hostkey_unknown, at, places, std::move(details)});
      if (strict) gate.result = GateResult::refuse;
      return;
    case HostKeyStanding::changed:
      gate.detail = say("{} is not the key that is known for {}", "{} は {} の既知のホスト鍵と異なります",
                        shown_key, shown(by_name.name));
      gate.obstacles.push_back({Cause::hostkey_changed, at, places, std::move(details)});
      if (!lenient) gate.result = GateResult::refuse;
      return;
    case HostKeyStanding::revoked:
      gate.detail = say("{} is revoked", "{} は失効させられています", shown_key);
      gate.obstacles.push_back({Cause::hostkey_revoked, at, places, std::move(details)});
      if (!lenient) gate.result = GateResult::refuse;
      return;
  }
}

Gate host_key_gate(const WalkFacts& facts) {
  const ProbeReply& reply = *facts.reply;
  Gate gate = gate_of("hostkey/known", GateResult::pass);
  if (reply.end == ProbeEnd::bad_host_signature) {
    gate.result = GateResult::refuse;
    gate.detail = say("the server can't prove that the host key is its own",
                      "サーバーはホスト鍵の所有を証明できません");
    gate.obstacles.push_back({Cause::hostkey_unproved, probe_exhibit(facts, "incorrect signature"), {}, {}});
    return gate;
  }
  if (reply.host_key.blob.empty() || !facts.host_key) return gate_of("hostkey/known", GateResult::skipped);
  judge_known(facts, *facts.host_key, gate);
  return gate;
}

}  // namespace

std::vector<Gate> transport_walk(const WalkFacts& facts) {
  std::vector<Gate> gates;
  if (!facts.reply || facts.reply->end == ProbeEnd::not_connected) return gates;
  gates.push_back(Banner(facts).judge());
  if (facts.reply->banner.kind != BannerKind::ssh2) return gates;
  gates.push_back(kex_gate(facts));
  gates.push_back(host_key_gate(facts));
  return gates;
}

}  // namespace reentry
