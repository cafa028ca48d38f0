#!/usr/bin/python3
"""Real reports of real hosts against docs/report.schema.json, and the contract's rules that no schema can say.
Usage: report_schema_test.py PROGRAM [SCENARIO...]. Needs root: the lab makes the hosts."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

try:
    import jsonschema
except ImportError:
    print("SKIPPED: the system's python3 has no jsonschema (package python3-jsonschema)")
    sys.exit(77)

REPOSITORY = pathlib.Path(__file__).resolve().parents[1]
# One of each stage, a chain, a harmless one, and names that need care.
SCENARIOS = ["article-a", "chain-three-config-errors", "fp-home-world-writable",
             "fw-hosts-deny", "kex-no-mac", "ok-untouched", "pam-nologin-file", "sc-allowusers",
             "ses-nologin-shell", "svc-hostkeys-missing", "svc-ld-failure"]


def run(*words, env=None):
    return subprocess.run(words, capture_output=True, timeout=120, check=False, env=env)


def kept_hosts(program):
    return json.loads(run(program, "lab", "list", "--json").stdout)["hosts"]


def without_what_may_differ(report):
    return {key: value for key, value in report.items() if key not in ("timing", "transaction")}


def faults_of_rules(report, status):
    faults = []
    blockers = [one for one in report["findings"] if one["severity"] == "blocker"]
    outcomes = {login["outcome"] for login in report["logins"]}
    severities = [one["severity"] for one in report["findings"]]
    if severities != sorted(severities, key=["blocker", "risk", "notice"].index):
        faults.append(f"findings are not in the order of mending: {severities}")
    if (report["verdict"] == "blocked") != (status == 1):
        faults.append(f"verdict {report['verdict']} and exit status {status}")
    if "refused" in outcomes and not blockers:
        faults.append("a login is refused and nothing blocks")
    for finding in report["findings"]:
        if finding["stage"] != finding["cause"].split("/")[0]:
            faults.append(f"{finding['cause']} in stage {finding['stage']}")
        if not finding["evidence"]:
            faults.append(f"{finding['cause']} has no evidence")
    for login in report["logins"]:
        refusing = [gate for gate in login["gates"] if gate["result"] == "refuse"]
        if (login["outcome"] == "refused") != bool(refusing):
            faults.append(f"{login['user']} is {login['outcome']}, refusing gates: {len(refusing)}")
        if any(gate["cause"] is None for gate in refusing):
            faults.append(f"{login['user']}: a gate refuses without a cause")
    return faults


def faults_of(program, validator, words):
    faults = []
    reports = {}
    for language in ("en", "ja"):
        ran = run(program, *words, "--json", "--lang", language)
        again = run(program, *words, "--json", "--lang", language)
        try:
            report = json.loads(ran.stdout.decode("utf-8"))
            second = json.loads(again.stdout.decode("utf-8"))
        except ValueError as error:
            return [f"{language}: no JSON: {error}: {ran.stderr[-300:]!r}"]
        reports[language] = report
        faults += [f"{language}: {'/'.join(map(str, error.absolute_path))}: {error.message[:200]}"
                   for error in validator.iter_errors(report)]
        faults += [f"{language}: {fault}" for fault in faults_of_rules(report, ran.returncode)]
        if json.dumps(without_what_may_differ(report)) != json.dumps(without_what_may_differ(second)):
            faults.append(f"{language}: the same state gave two different reports")
        if ran.stdout.count(b"\n") > 1 and ran.stdout.strip()[-1:] != b"}":
            faults.append(f"{language}: something stands behind the object")
    causes = {language: [one["cause"] for one in report["findings"]] for language, report in reports.items()}
    if causes["en"] != causes["ja"]:
        faults.append("the languages differ in what is found")
    return faults


def faults_of_scenario(program, validator, scenario, folder):
    """A kept host, so that all reports speak of the same state."""
    before = {host["host"] for host in kept_hosts(program)}
    made = run(program, "lab", "run", scenario, "--keep", "--json")
    # Somebody else may keep hosts of the same scenario.
    mine = [host for host in kept_hosts(program)
            if host["host"].startswith(scenario) and host["host"] not in before]
    if len(mine) != 1:
        return [f"the lab made {len(mine)} hosts: {made.stderr[-300:]!r}"]
    host = mine[0]
    try:
        faults = faults_of(program, validator, ["check", "--root", host["root"]])
        saved = folder / f"{scenario}.facts"
        words = ["check", "--root", host["root"], "--user", "alice", "--password", "--from", "203.0.113.5"]
        faults += faults_of(program, validator, words)
        faults += faults_of(program, validator, ["fix", "--root", host["root"]])
        here = run(program, *words, "--json", "--save-facts", str(saved))
        there = run(program, "check", "--facts", str(saved), *words[3:], "--json")
        if not there.stdout or (without_what_may_differ(json.loads(here.stdout))["findings"]
                                != without_what_may_differ(json.loads(there.stdout))["findings"]):
            faults.append(f"saved facts give other findings: {there.stderr[-300:]!r}")
        return faults
    finally:
        run(program, "lab", "end", host["host"])


def main():
    program = str(pathlib.Path(sys.argv[1]).resolve())
    if os.geteuid() != 0:
        print("SKIPPED: the lab needs root")
        sys.exit(77)
    schema = json.loads((REPOSITORY / "docs/report.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    wrong = 0
    scenarios = sys.argv[2:] or SCENARIOS
    with tempfile.TemporaryDirectory(prefix="reentry-schema-") as folder:
        for scenario in scenarios:
            faults = faults_of_scenario(program, validator, scenario, pathlib.Path(folder))
            wrong += bool(faults)
            for fault in dict.fromkeys(faults):
                print(f"{scenario}: {fault}")
    print(f"reports: {len(scenarios)} hosts, {wrong} wrong")
    sys.exit(1 if wrong else 0)


main()
