"""Every weight and threshold of the rubric, as data; docs and prompts read them from here."""

from typing import Final

OBJECTIVE_WEIGHTS: Final = {
    "outcome": 0.28,
    "inspiration": 0.18,
    "ambition": 0.16,
    "clarity": 0.14,
    "alignment": 0.14,
    "scope": 0.10,
}
KEY_RESULT_WEIGHTS: Final = {
    "outcome": 0.30,
    "quantification": 0.25,
    "feasibility": 0.15,
    "independence": 0.15,
    "challenge": 0.15,
}
SET_WEIGHTS: Final = {
    "content": 0.60,
    "coherence": 0.15,
    "completeness": 0.10,
    "balance": 0.10,
    "achievability": 0.05,
}
OBJECTIVE_SHARE: Final = 0.4
PASS_LINE: Final = 60.0
WORDS_IN_AN_OBJECTIVE: Final = (4, 18)
KEY_RESULTS_IN_A_SET: Final = (2, 4)
MOST_KEY_RESULTS: Final = 5
#: A relative change below this, or a rate's gap closed by less, is too easy.
TIMID_CHANGE: Final = 0.03
TIMID_GAP: Final = 0.08
TINY_PERCENT: Final = 2.0
#: A relative change from baseline to target that nobody would call timid.
BOLD_CHANGE: Final = 0.15
ABSURD_MULTIPLE: Final = 50.0
