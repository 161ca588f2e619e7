"""How well the rubric agrees with labelled texts, and how long it takes.

`objectives.json` and `key_results.json` grew round by round: each round was written blind, measured once, and
then learned from; they are split into train and test by a hash of the text, and both have been looked at.
A null `good` marks texts whose pass or fail is contested but whose finding is not. `challenge.json` was
written later, and nothing has been changed to suit it. `guides.json` holds texts in the manner of public
guides and galleries, labelled as those would; it was written without knowledge of the rubric, scored
.90 (objectives), .94 (key results) and .92 (hard ones) at first sight, and has been learned from since.
`sittings.json` holds texts written blind, sitting by sitting, each measured once before anything was changed.
What each said at first sight, the estimate for texts nobody has seen, stands in docs/rubric.md.
Run with `python -m tests.benchmarks.bench_rubric [--errors]`.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from hashlib import blake2b
from pathlib import Path
from time import process_time

from knowledge.rubric import (
    RUBRIC_VERSION,
    Severity,
    TextAssessment,
    assess_key_result,
    assess_objective,
    assess_okr,
)

LABELS = Path(__file__).parent / "rubric_labels"
REPORT = Path("var/bench/rubric.json")
PASS_LINE = 60.0
TEST_SHARE = 0.3
PARTS = ("train", "test", "challenge", "guides", "sittings")


@dataclass(frozen=True, slots=True)
class Label:
    """One text with its author's verdict; `good` is None where opinions differ."""

    kind: str
    good: bool | None
    industry: str
    findings: tuple[str, ...]
    text: str
    part: str


@dataclass(frozen=True, slots=True)
class Figures:
    """Agreement on one slice of the labels."""

    texts: int
    accuracy: float
    true_good: int
    false_good: int
    false_bad: int
    true_bad: int
    wrong_flags: float


def part_of(text: str, name: str) -> str:
    """Put a text that was learned from into train or test for ever, by its hash."""
    if name in ("challenge", "guides", "sittings"):
        return name
    share = int.from_bytes(blake2b(text.encode(), digest_size=4).digest(), "big") / 2**32
    return "test" if share < TEST_SHARE else "train"


def labels() -> tuple[Label, ...]:
    """Read every labelled text."""
    found: list[Label] = []
    for path in sorted(LABELS.glob("*.json")):
        for row in json.loads(path.read_text(encoding="utf-8")):
            if row["kind"] == "set":
                continue
            found.append(
                Label(
                    row["kind"],
                    row["good"],
                    row["industry"],
                    tuple(row["findings"]),
                    row["text"],
                    part_of(row["text"], path.stem),
                )
            )
    return tuple(found)


def assess(label: Label) -> TextAssessment:
    """Assess a labelled text as what it is."""
    return assess_objective(label.text) if label.kind == "objective" else assess_key_result(label.text)


def is_hard(label: Label) -> bool:
    """Say whether counting digits would decide this key result wrongly, or nearly."""
    numbers = len([word for word in label.text.split() if any(letter.isdigit() for letter in word)])
    return label.kind == "key_result" and (numbers < 2 if label.good else numbers > 0)


def accuses(assessment: TextAssessment) -> bool:
    """Say whether any finding is more than a note."""
    return any(item.severity is not Severity.LOW for item in assessment.findings)


def figures(pairs: Iterable[tuple[Label, TextAssessment]]) -> Figures:
    """Compare verdicts with labels."""
    cells: Counter[tuple[bool, bool]] = Counter()
    flagged = 0
    for label, assessment in pairs:
        passed = assessment.score >= PASS_LINE
        cells[bool(label.good), passed] += 1
        flagged += bool(label.good) and (accuses(assessment) or not passed)
    total, good = sum(cells.values()), cells[True, True] + cells[True, False]
    right = cells[True, True] + cells[False, False]
    return Figures(
        total,
        round(right / max(1, total), 4),
        cells[True, True],
        cells[False, True],
        cells[True, False],
        cells[False, False],
        round(flagged / max(1, good), 4),
    )


def recalls(pairs: Iterable[tuple[Label, TextAssessment]]) -> dict[str, tuple[int, int]]:
    """Count, for each expected finding, how often it was made."""
    expected: Counter[str] = Counter()
    found: Counter[str] = Counter()
    for label, assessment in pairs:
        codes = {item.code.value for item in assessment.findings}
        for code in label.findings:
            expected[code] += 1
            found[code] += code in codes
    return {code: (found[code], expected[code]) for code in sorted(expected)}


def set_recalls() -> dict[str, tuple[int, int]]:
    """Count expected and false findings on whole OKRs."""
    rows = json.loads((LABELS / "sets.json").read_text(encoding="utf-8"))
    expected: Counter[str] = Counter()
    found: Counter[str] = Counter()
    for row in rows:
        whole = assess_okr(row["objective"], row["key_results"]).set
        codes = {item.code.value for item in whole.findings} if whole else set()
        for code in row["findings"]:
            expected[code] += 1
            found[code] += code in codes
        if not row["findings"]:
            expected["(clean sets)"] += 1
            found["(clean sets)"] += not codes
    return {code: (found[code], expected[code]) for code in sorted(expected)}


def microseconds_per_text(texts: tuple[Label, ...], rounds: int = 3) -> float:
    """Time assessing every text in processor time, best of a few rounds."""
    best = float("inf")
    for _ in range(rounds):
        started = process_time()
        for label in texts:
            assess(label)
        best = min(best, process_time() - started)
    return round(best / len(texts) * 1e6, 1)


def measure() -> dict[str, object]:
    """Measure everything, as plain data."""
    everything = labels()
    pairs = [(label, assess(label)) for label in everything]
    judged = [pair for pair in pairs if pair[0].good is not None]
    slices: dict[str, Figures] = {}
    for part in PARTS:
        for kind in ("objective", "key_result"):
            slices[f"{part} {kind}"] = figures(p for p in judged if p[0].part == part and p[0].kind == kind)
        slices[f"{part} hard key_result"] = figures(p for p in judged if p[0].part == part and is_hard(p[0]))
    return {
        "version": RUBRIC_VERSION,
        "texts": len(everything),
        "slices": {name: asdict(part) for name, part in slices.items()},
        "recall": recalls(pairs),
        "recall_challenge": recalls(pair for pair in pairs if pair[0].part == "challenge"),
        "recall_sets": set_recalls(),
        "microseconds_per_text": microseconds_per_text(everything),
    }


def show(report: dict[str, object]) -> None:
    """Print the report as tables."""
    print(f"{'slice':28} {'n':>4} {'acc':>6} {'TP':>4} {'FP':>4} {'FN':>4} {'TN':>4} {'flags':>6}")
    slices = report["slices"]
    assert isinstance(slices, dict)
    for name, row in slices.items():
        counts = f"{row['true_good']:4} {row['false_good']:4} {row['false_bad']:4} {row['true_bad']:4}"
        print(f"{name:28} {row['texts']:4} {row['accuracy']:6.3f} {counts} {row['wrong_flags']:6.3f}")
    for title in ("recall", "recall_challenge", "recall_sets"):
        table = report[title]
        assert isinstance(table, dict)
        print(f"{title}: " + ", ".join(f"{code} {hit}/{of}" for code, (hit, of) in table.items()))
    print(f"{report['microseconds_per_text']} µs per text")


def show_errors() -> None:
    """Print every text the rubric and its label disagree on."""
    for label in labels():
        assessment = assess(label)
        codes = [item.code.value for item in assessment.findings]
        missing = [code for code in label.findings if code not in codes]
        wrong = label.good is not None and (assessment.score >= PASS_LINE) is not label.good
        flagged = label.good and accuses(assessment)
        if wrong or missing or flagged:
            verdict = {True: "good", False: "bad", None: "?"}[label.good]
            print(f"{label.part} {label.kind} {verdict} {assessment.score} {label.text!r} got={codes}")


def main() -> None:
    """Measure, print and write the report."""
    if "--errors" in sys.argv:
        show_errors()
    report = measure()
    show(report)
    REPORT.parent.mkdir(parents=True, exist_ok=True)
    REPORT.write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
