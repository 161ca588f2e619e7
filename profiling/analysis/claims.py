"""What a document says about a run, held against the run itself."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

SHIPPED = Path(__file__).with_name("claims.json")


@dataclass(frozen=True, slots=True)
class Claim:
    """One figure a document states: what it says, and which of our figures that is."""

    document: str
    where: str
    says: str
    figure: str
    stated: float | str
    decimals: int


@dataclass(frozen=True, slots=True)
class Difference:
    """A claim that the data do not bear out."""

    claim: Claim
    measured: str


def claims_about(timestamp: str, path: Path = SHIPPED) -> tuple[Claim, ...]:
    """Give what the shipped documents say about the run of this timestamp."""
    found: list[Claim] = []
    for document in json.loads(path.read_text()):
        if document["timestamp"] == timestamp:
            found += [
                Claim(
                    document=document["document"],
                    where=one["where"],
                    says=one["says"],
                    figure=one["figure"],
                    stated=one["stated"],
                    decimals=one.get("decimals", 0),
                )
                for one in document["claims"]
            ]
    return tuple(found)


def differences(claims: Sequence[Claim], figures: Mapping[str, float | str]) -> tuple[Difference, ...]:
    """Give the claims that differ from the data by more than their own rounding."""
    return tuple(
        Difference(claim, _shown(figures[claim.figure], claim.decimals))
        for claim in claims
        if claim.figure in figures and not _agrees(claim, figures[claim.figure])
    )


def _agrees(claim: Claim, measured: float | str) -> bool:
    if isinstance(claim.stated, str) or isinstance(measured, str):
        return claim.stated == measured
    # A hair more than half a unit of the last place: rounding 0.5 either way is no difference.
    return abs(claim.stated - measured) <= 0.5001 * 10.0**-claim.decimals


def _shown(measured: float | str, decimals: int) -> str:
    return measured if isinstance(measured, str) else f"{measured:,.{max(0, decimals)}f}"
