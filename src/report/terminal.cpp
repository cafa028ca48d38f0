#include "report/terminal.hpp"

#include <algorithm>
#include <map>
#include <string_view>
#include <vector>

#include "base/shown.hpp"
#include "report/canvas.hpp"
#include "report/login_words.hpp"
#include "report/steps.hpp"

namespace reentry {
namespace {

// Beyond this many logins their gates are summed up; beyond this many findings of one cause, too.
constexpr std::size_t kLoginsInFull = 3;
constexpr std::size_t kOfOneKind = 3;
constexpr std::size_t kUnseenShown = 8;
constexpr std::size_t kEvidenceShown = 4;
// Of causes that look the same from outside.
constexpr std::size_t kCandidatesShown = 5;
constexpr std::size_t kCandidatesNamed = 12;

class TerminalReport {
 public:
  TerminalReport(const Diagnosis& diagnosis, const TerminalOptions& options)
      : diagnosis_(diagnosis),
        options_(options),
        canvas_(options.language, options.color, options.utf8, options.width) {}

  std::string render() {
    canvas_.paragraph(verdict_of(diagnosis_), 0, {}, 0, ink_of(diagnosis_.verdict));
    canvas_.paragraph(target_words(diagnosis_), 0, {}, 0, Ink::faint);
    logins();
    findings();
    unseen();
    closing();
    return canvas_.take();
  }

 private:
  static Ink ink_of(Standing standing) {
    switch (standing) {
      case Standing::blocked: return Ink::bad;
      case Standing::open: return Ink::good;
      default: return Ink::unsure;
    }
  }

  void logins() {
    if (diagnosis_.logins.size() <= kLoginsInFull) {
      for (const LoginTrace& trace : diagnosis_.logins) gates(trace);
      return;
    }
    summary();
    if (!options_.verbose) return;
    for (const LoginTrace& trace : diagnosis_.logins) {
      if (trace.outcome != Outcome::accepted) gates(trace);
    }
  }

  // How many are refused where, in the order of the gates' first appearance.
  void summary() {
    std::vector<std::pair<std::string_view, std::vector<std::string>>> refused;
    std::size_t accepted = 0;
    std::size_t undecided = 0;
    for (const LoginTrace& trace : diagnosis_.logins) {
      accepted += trace.outcome == Outcome::accepted ? 1 : 0;
      undecided += trace.outcome == Outcome::unknown ? 1 : 0;
      const Gate* gate = trace.first_refusal();
      if (gate == nullptr) continue;
      const std::string_view cause =
          gate->obstacles.empty() ? gate->id : id_of(gate->obstacles.front().cause);
      auto entry = std::find_if(refused.begin(), refused.end(),
                                [cause](const auto& one) { return one.first == cause; });
      if (entry == refused.end()) entry = refused.insert(refused.end(), {cause, {}});
      entry->second.push_back(trace.question.user);
    }
    canvas_.blank();
    if (accepted > 0) tally("✓", "+", Ink::good, say("{} accepted", "{} 件: ログインできます", accepted));
    for (const auto& entry : refused) {
      std::string names;
      for (std::size_t i = 0; i < std::min<std::size_t>(entry.second.size(), 4); ++i)
        names += (i == 0 ? "" : ", ") + shown(entry.second[i]);
      if (entry.second.size() > 4) names += ", …";
      tally(
          "✗", "x", Ink::bad,
          say("{} refused by {}: {}", "{} 件: {} により拒否（{}）", entry.second.size(), entry.first, names));
    }
    if (undecided > 0)
      tally("?", "?", Ink::unsure, say("{} can't be judged", "{} 件: 判定できません", undecided));
  }

  void tally(std::string_view sign, std::string_view ascii, Ink ink, const Text& text) {
    canvas_.paragraph(text, 2, canvas_.inked(canvas_.utf8() ? sign : ascii, ink) + " ", 2);
  }

  void gates(const LoginTrace& trace) {
    canvas_.blank();
    if (diagnosis_.logins.size() > 1 || !trace.question.asked)
      canvas_.paragraph(verdict_of(trace), 0, {}, 0, Ink::bold);
    std::string passed;
    std::string skipped;
    for (const Gate& gate : trace.gates) {
      if (diagnosis_.target.kind == TargetKind::host && gate.result == GateResult::skipped) {
        skipped += (skipped.empty() ? "" : " ") + std::string(gate.id);
        continue;
      }
      const bool plain = gate.result == GateResult::pass || gate.result == GateResult::skipped;
      if (plain && !options_.verbose) {
        passed += (passed.empty() ? "" : " ") + std::string(gate.id);
        continue;
      }
      flush_passed(passed);
      gate_line(gate);
    }
    flush_passed(passed);
    if (!skipped.empty())
      canvas_.paragraph(say("not reached: {}", "未到達: {}", skipped), 2,
                        canvas_.inked("-", Ink::faint) + " ", 2, Ink::faint);
  }

  void flush_passed(std::string& passed) {
    if (passed.empty()) return;
    canvas_.paragraph(passed, 2, canvas_.inked(canvas_.utf8() ? "✓" : "+", Ink::good) + " ", 2, Ink::faint);
    passed.clear();
  }

  void gate_line(const Gate& gate) {
    struct Sign {
      std::string_view utf8, ascii;
      Ink ink;
    };
    const Sign sign = gate.result == GateResult::pass      ? Sign{"✓", "+", Ink::good}
                      : gate.result == GateResult::refuse  ? Sign{"✗", "x", Ink::bad}
                      : gate.result == GateResult::unknown ? Sign{"?", "?", Ink::unsure}
                                                           : Sign{"-", "-", Ink::faint};
    std::string detail = canvas_.in(gate.detail);
    if (detail.empty() && !gate.obstacles.empty()) detail = id_of(gate.obstacles.front().cause);
    const std::string text = std::string(gate.id) + (detail.empty() ? "" : ": " + detail);
    canvas_.paragraph(text, 2, canvas_.inked(canvas_.utf8() ? sign.utf8 : sign.ascii, sign.ink) + " ", 2,
                      gate.result == GateResult::pass ? Ink::plain
                      : sign.ink == Ink::bad          ? Ink::bold
                                                      : Ink::plain);
  }

  void findings() {
    std::map<Cause, std::size_t> of_kind;
    std::size_t number = 0;
    std::vector<const Finding*> candidates;
    for (const Finding& one : diagnosis_.findings) {
      const std::size_t before = of_kind[one.cause]++;
      if (is_candidate(one)) {
        candidates.push_back(&one);
        continue;
      }
      ++number;
      if (before < kOfOneKind || options_.verbose) finding(number, one);
    }
    this->candidates(number, candidates);
    for (const auto& kind : of_kind) {
      if (kind.second <= kOfOneKind || options_.verbose) continue;
      canvas_.blank();
      canvas_.paragraph(say("and {} more of {} (--verbose or --json shows them all)",
                            "ほかに {} 件の {} があります（--verbose または --json ですべて表示します）",
                            kind.second - kOfOneKind, id_of(kind.first)),
                        0);
    }
  }

  [[nodiscard]] bool is_candidate(const Finding& one) const {
    return diagnosis_.target.kind == TargetKind::host && one.certainty == Certainty::possible;
  }

  // Causes on the server that a client can't tell from one another: the likeliest, what tells each of them
  // apart, and once the evidence and the question that decides.
  void candidates(std::size_t number, const std::vector<const Finding*>& all) {
    if (all.empty()) return;
    canvas_.blank();
    canvas_.paragraph(say("What would look like this from here, the likeliest first:",
                          "ここからは区別できない原因の候補（可能性の高い順）:"),
                      0, {}, 0, Ink::bold);
    if (number == 0) evidence(*all.front());
    std::string others;
    for (std::size_t i = 0; i < all.size(); ++i) {
      const Finding& one = *all[i];
      if (i >= kCandidatesNamed && !options_.verbose) continue;
      if (i >= kCandidatesShown && !options_.verbose) {
        others += (others.empty() ? "" : ", ") + std::string(id_of(one.cause));
        continue;
      }
      const std::string head = std::to_string(++number) + ". ";
      canvas_.paragraph(one.title, 0, head, head.size(), Ink::bold);
      canvas_.line(canvas_.inked(id_of(one.cause), Ink::faint), 3);
      canvas_.paragraph(one.explanation, 3);
    }
    if (all.size() > kCandidatesNamed && !options_.verbose) others += ", …";
    if (!others.empty()) canvas_.paragraph(say("Also: {}", "ほか: {}", others), 3, {}, 0, Ink::faint);
    for (const Remedy& remedy : all.front()->remedies) this->remedy(remedy);
  }

  void finding(std::size_t number, const Finding& one) {
    const std::string head = std::to_string(number) + ". ";
    const Ink ink = one.severity == Severity::blocker ? Ink::bad : Ink::bold;
    canvas_.blank();
    canvas_.paragraph(one.title, 0, head, head.size(), ink);
    const std::string kind = severity_words(one);
    canvas_.line(canvas_.inked(std::string(id_of(one.cause)) + "  " + kind, Ink::faint), 3);
    evidence(one);
    canvas_.paragraph(one.explanation, 3);
    for (const Remedy& remedy : one.remedies) this->remedy(remedy);
    hidden(one);
  }

  void evidence(const Finding& one) {
    if (!one.locus.path.empty()) canvas_.line(place_of(one.locus), 3);
    std::size_t quoted = 0;
    for (const Exhibit& exhibit : one.evidence) {
      if (!options_.verbose && ++quoted > kEvidenceShown) break;
      const bool elsewhere = place_of(exhibit) != place_of(one.locus);
      if (elsewhere) canvas_.line(place_of(exhibit), 3);
      if (!exhibit.text.empty()) canvas_.quote(exhibit.text, 3);
    }
  }

  std::string severity_words(const Finding& one) const {
    Text words;
    switch (one.severity) {
      case Severity::blocker: words = say("refuses", "拒否の原因"); break;
      case Severity::risk: words = say("will refuse", "今後拒否される要因"); break;
      case Severity::notice: words = say("notice", "参考"); break;
    }
    if (one.certainty == Certainty::likely) words = {words.en + ", likely", words.ja + "（可能性が高い）"};
    if (one.certainty == Certainty::possible) words = {words.en + ", possibly", words.ja + "（可能性あり）"};
    return canvas_.in(words);
  }

  void remedy(const Remedy& remedy) {
    const bool arrow = canvas_.utf8();
    canvas_.paragraph(remedy.text, 3, canvas_.inked(arrow ? "→" : ">", Ink::good) + " ", 2);
    if (remedy.automatic()) {
      const Text how = remedy.risk == Risk::safe
                           ? say("`reentry fix` does it:", "`reentry fix` で自動修復できます:")
                           : say("a decision: `reentry fix --risk choice` does it:",
                                 "方針の変更になります。`reentry fix --risk choice` で実行できます:");
      canvas_.paragraph(how, 5);
      for (const Step& step : remedy.steps) canvas_.paragraph(words_for(step, options_.names), 7);
    }
    for (const std::string& command : remedy.commands) canvas_.line("$ " + shown(command, 0), 7);
  }

  void hidden(const Finding& one) {
    if (one.hides.empty()) return;
    std::string causes;
    for (const Cause cause : one.hides) causes += (causes.empty() ? "" : ", ") + std::string(id_of(cause));
    canvas_.paragraph(
        say("Behind it, met only once this is mended: {}", "これを直した後に初めて現れる原因: {}", causes),
        3);
  }

  void unseen() {
    if (diagnosis_.unseen.empty()) return;
    canvas_.blank();
    canvas_.paragraph(say("Not seen, so not judged:", "確認できず、判定していないもの:"), 0, {}, 0,
                      Ink::bold);
    std::size_t shown_lines = 0;
    for (const Missing& missing : diagnosis_.unseen) {
      if (!options_.verbose && shown_lines++ == kUnseenShown) {
        canvas_.paragraph(say("and {} more", "ほか {} 件", diagnosis_.unseen.size() - kUnseenShown), 2);
        break;
      }
      canvas_.paragraph(words_for(missing), 2, canvas_.inked("?", Ink::unsure) + " ", 2);
    }
    needs_root();
  }

  void needs_root() {
    const bool denied = std::any_of(diagnosis_.unseen.begin(), diagnosis_.unseen.end(),
                                    [](const Missing& missing) { return missing.why == Why::denied; });
    if (options_.privileged || !denied) return;
    std::string command = "sudo reentry check";
    for (const std::string& words : {options_.target, options_.login}) {
      if (!words.empty()) command += " " + words;
    }
    canvas_.paragraph(say("This needs root:", "root 権限が必要です:"), 0);
    canvas_.line("$ " + command, 2);
  }

  void closing() {
    bool safe = false;
    bool choice = false;
    for (const Finding& one : diagnosis_.findings) {
      if (one.severity == Severity::notice) continue;
      for (const Remedy& remedy : one.remedies) {
        safe = safe || (remedy.automatic() && remedy.risk == Risk::safe);
        choice = choice || (remedy.automatic() && remedy.risk == Risk::choice);
      }
    }
    if (!safe && !choice) return;
    std::string target = options_.target.empty() ? std::string() : " " + options_.target;
    if (!options_.login.empty()) target += " " + options_.login;
    canvas_.blank();
    canvas_.paragraph(
        say("See the changes first, then make them:", "まず変更内容を確認し、それから適用します:"), 0);
    const std::string risk = safe ? "" : " --risk choice";
    canvas_.line("reentry fix" + target + risk, 2);
    canvas_.line("reentry fix" + target + risk + " --apply", 2);
  }

  const Diagnosis& diagnosis_;
  const TerminalOptions& options_;
  Canvas canvas_;
};

}  // namespace

std::string render_terminal(const Diagnosis& diagnosis, const TerminalOptions& options) {
  return TerminalReport(diagnosis, options).render();
}

}  // namespace reentry
