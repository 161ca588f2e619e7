"""What the sessions of an experiment came to, asked of PostgreSQL in one bounded query."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from conversations.experiments.measures import Measure, SessionFigures, values_of
from conversations.experiments.verdict import Plan, Verdict, verdict_of
from conversations.models import Experiment
from conversations.pipeline.steps import TOTAL
from conversations.sql import rows

# The horizon's greatest value for two or three variants; more would only make the page slow.
MOST_SESSIONS: Final = 60_000
# Where sessions count at once, with whatever they come to.
_FOREVER_SECONDS: Final = 1e9
# Each session as it was when it had ripened: what came later would favour the sessions that began first.
_SESSIONS: Final = """
    WITH answered AS (
        SELECT job.variant_id, job.session_id, job.turn, job.phase, job.assessment, job.timings, job.id,
               job.input_tokens + job.cache_read_input_tokens + job.cache_creation_input_tokens
                   + job.output_tokens AS tokens,
               job.cost_usd, began.created_at AS began
          FROM conversations_job AS job
          JOIN conversations_session AS began ON began.id = job.session_id
         WHERE job.variant_id = ANY(%(variants)s) AND job.status = 'succeeded'
           AND began.created_at <= statement_timestamp() - make_interval(secs => %(ripe)s)
           AND job.finished_at <= began.created_at + make_interval(secs => %(until)s))
    SELECT variant_id,
           (array_agg(COALESCE((assessment->'set'->>'score')::float,
                               (assessment->'objective'->>'score')::float, 0)
                      ORDER BY turn DESC))[1] / count(*),
           (min(turn) FILTER (WHERE phase = 'completed'))::float,
           bool_or(phase = 'completed'),
           (SELECT bool_or(jsonb_array_length(COALESCE(moved.evidence->'waived', '[]')) > 0)
              FROM conversations_transition AS moved
             WHERE moved.session_id = answered.session_id AND moved.trigger = 'user_approved'
               AND NOT moved.forced),
           avg(tokens)::float,
           avg((timings->>%(total)s)::float),
           avg(cost_usd)::float
      FROM answered GROUP BY variant_id, session_id
     ORDER BY min(began), session_id LIMIT %(most)s
"""


@dataclass(frozen=True, slots=True)
class VariantSummary:
    """The plain figures of one variant: how many sessions, and the mean of each measure."""

    name: str
    version: str
    model: str
    weight: int
    sessions: int
    means: dict[Measure, float | None]


@dataclass(frozen=True, slots=True)
class Results:
    """What an experiment's page shows."""

    summaries: tuple[VariantSummary, ...]
    verdict: Verdict | None
    samples: dict[str, Sequence[SessionFigures]]


def results_of(experiment: Experiment) -> Results:
    """Read an experiment's sessions and judge them; two queries, however many sessions there are."""
    variants = list(experiment.variants.select_related("prompt"))
    samples: dict[int, list[SessionFigures]] = {one.pk: [] for one in variants}
    ripe = experiment.ripens_after.total_seconds()
    found = rows(
        _SESSIONS,
        variants=list(samples),
        ripe=ripe,
        until=ripe or _FOREVER_SECONDS,
        total=TOTAL,
        most=MOST_SESSIONS,
    )
    for variant_id, quality, messages, approval, flag, tokens, latency, cost in found:
        samples[variant_id].append(SessionFigures(quality, messages, approval, flag, tokens, latency, cost))
    named = {one.name: samples[one.pk] for one in variants}
    return Results(
        summaries=tuple(
            VariantSummary(
                name=one.name,
                version=one.prompt.version,
                model=one.model,
                weight=one.weight,
                sessions=len(samples[one.pk]),
                means={measure: _mean(values_of(measure, samples[one.pk])) for measure in Measure},
            )
            for one in variants
        ),
        verdict=verdict_of(plan_of(experiment), named) if len(named) > 1 else None,
        samples=dict(named),
    )


def plan_of(experiment: Experiment) -> Plan:
    """Give the plan as the statistics take it."""
    return Plan(
        primary=Measure(experiment.primary_metric),
        least_effect=experiment.least_effect,
        sessions_each=experiment.sessions_each,
        alpha=experiment.alpha,
    )


def _mean(values: list[float]) -> float | None:
    return sum(values) / len(values) if values else None
