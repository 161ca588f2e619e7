"""Records as the rows of a table: one for each objective, key result and check-in."""

from collections.abc import Iterable, Iterator

import orjson

from knowledge.exchange.cells import Cell
from knowledge.exchange.columns import CHECK_IN, KEY_RESULT, OBJECTIVE
from knowledge.exchange.records import CheckInRecord, KeyResultRecord, ObjectiveRecord

Row = dict[str, Cell]


def rows_of(objectives: Iterable[ObjectiveRecord]) -> Iterator[Row]:
    """Give the rows, each below what it belongs to; a column that says nothing is left out."""
    for objective in objectives:
        yield _objective(objective)
        for result in objective.key_results:
            yield _key_result(result, objective.external_id)
            for check_in in result.check_ins:
                yield _check_in(check_in, result.external_id)


def _objective(one: ObjectiveRecord) -> Row:
    return {
        "type": OBJECTIVE,
        "external_id": one.external_id,
        "title": one.title,
        "parent": one.parent,
        "owner": one.owner,
        "team": one.team,
        "cycle": one.cycle,
        "starts_on": one.starts_on,
        "due_on": one.due_on,
        "status": one.status,
        "outcome": one.outcome,
        "commitment": one.commitment,
        "score": one.score,
        "score_reason": one.score_reason,
        "learnings": one.learnings,
        "description": one.description,
        "context": orjson.dumps(dict(one.context)).decode() if one.context else "",
        "carried_from": one.carried_from,
    }


def _key_result(one: KeyResultRecord, objective: str) -> Row:
    return {
        "type": KEY_RESULT,
        "external_id": one.external_id,
        "title": one.title,
        "parent": objective,
        "owner": one.owner,
        "due_on": one.due_on,
        "status": one.status,
        "kind": one.kind,
        "direction": one.direction,
        "baseline": one.baseline,
        "target": one.target,
        "current": one.current,
        "band": one.band,
        "unit": one.unit,
        "weight": one.weight,
        "score": one.score,
        "score_reason": one.score_reason,
        "data_source": one.data_source,
    }


def _check_in(one: CheckInRecord, result: str) -> Row:
    return {
        "type": CHECK_IN,
        "external_id": one.external_id,
        "parent": result,
        "owner": one.author,
        "current": one.value,
        "confidence": one.confidence,
        "note": one.note,
        "date": one.checked_in_at,
    }
