"""How long OKR requests take in process, and files of a thousand lines.

Run from the project's root: `python -m tests.benchmarks.bench_okrs`. It starts its own PostgreSQL, prints a
table and writes `var/bench/okrs.json`. `database_ms` is the time inside queries of one request.
"""

import json
import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import django
from django.core.management import call_command

if TYPE_CHECKING:
    from rest_framework.test import APIClient

    from knowledge.models import User

ROUNDS = 200
RESULTS = Path("var/bench/okrs.json")
OKR = {
    "objective": "Make new customers productive in their first week",
    "key_results": [
        "Time to the first finished project falls from 9 days to 3",
        "Share of customers active after 30 days rises from 41 % to 60 %",
        "Support tickets per new customer stay below 0.4",
        "Launch the new onboarding tour",
    ],
    "context": {"industry": "software", "function": "product", "timeframe": "quarter", "team_size": 8},
}


def percentiles(samples: list[float]) -> dict[str, float]:
    """Give milliseconds over all samples."""
    cuts = statistics.quantiles(samples, n=100)
    return {"n": len(samples), "p50_ms": round(cuts[49], 2), "p95_ms": round(cuts[94], 2)}


def timed(action: Callable[[], object], rounds: int = ROUNDS) -> dict[str, float]:
    """Time an action, after some rounds to warm up."""
    samples: list[float] = []
    worked: list[float] = []
    for turn in range(rounds + 10):
        start, start_of_work = time.perf_counter(), time.process_time()
        action()
        if turn >= 10:
            samples.append((time.perf_counter() - start) * 1000)
            worked.append((time.process_time() - start_of_work) * 1000)
    return percentiles(samples) | {"cpu_p50_ms": round(statistics.median(worked), 2)}


def database_time(action: Callable[[], object]) -> dict[str, float]:
    """Count an action's queries and add up their time."""
    from django.db import connection

    spent: list[float] = []

    def measured(execute: Callable[..., object], *rest: object) -> object:
        start = time.perf_counter()
        try:
            return execute(*rest)
        finally:
            spent.append((time.perf_counter() - start) * 1000)

    with connection.execute_wrapper(measured):
        action()
    return {"queries": len(spent), "database_ms": round(sum(spent), 2)}


def measure() -> dict[str, dict[str, float]]:
    """Measure requests and files."""
    from rest_framework.test import APIClient

    from tests.builders import a_user, an_api_key
    from tests.okr_builders import a_check_in, a_key_result, an_objective

    user = a_user()
    for _ in range(200):
        objective = an_objective(user)
        for _ in range(3):
            a_check_in(a_key_result(objective))
    api = APIClient(SERVER_NAME="localhost")
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {an_api_key(user)}")
    return measured_requests(api) | measured_files(user)


def measured_requests(api: "APIClient") -> dict[str, dict[str, float]]:
    """Time requests through the whole of Django."""

    def get(path: str) -> Callable[[], object]:
        return lambda: _ok(api.get(f"/api/v1/{path}"))

    def assess() -> object:
        return _ok(api.post("/api/v1/assessments/", OKR, format="json"))

    lists = {path: get(path) for path in ("objectives/", "objectives/?stale=true", "check-ins/")}
    return {"assessments": timed(assess) | database_time(assess)} | {
        path: timed(action, 50) | database_time(action) for path, action in lists.items()
    }


def measured_files(user: "User") -> dict[str, dict[str, float]]:
    """Time an import of a thousand lines, twice, and exports of what it made."""
    from knowledge.exchange import Format, import_objectives, records_of, render_okrs
    from knowledge.models import Objective
    from knowledge.selectors import objectives_for_export

    lines = ["type,external_id,title,parent,baseline,target,current"]
    for number in range(250):
        lines.append(f"objective,O{number},Customers stay longer {number},,,,")
        lines += [
            f"key_result,O{number}-{k},Retention {k} rises from 1 to 9,O{number},1,9,5" for k in range(3)
        ]
    content = "\n".join(lines).encode()
    results: dict[str, dict[str, float]] = {}
    for name in ("import_1000_lines", "import_again"):
        start = time.perf_counter()
        report = import_objectives(content, user=user)
        results[name] = {"ms": round((time.perf_counter() - start) * 1000), "errors": len(report.errors)}
    records = records_of(objectives_for_export(Objective.objects.filter(external_id__startswith="O")))
    for form in Format:
        start = time.perf_counter()
        file = render_okrs(records, form)
        spent = round((time.perf_counter() - start) * 1000)
        results[f"export_{form.value}_250"] = {"ms": spent, "bytes": len(file.content)}
    return results


def _ok(answer: object) -> object:
    assert getattr(answer, "status_code", None) == 200
    return answer


def main() -> None:
    """Start the servers, measure, print and write."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    django.setup()
    from tests import servers

    with servers.running():
        call_command("migrate", verbosity=0)
        result = measure()
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    RESULTS.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    for name, value in result.items():
        print(f"{name:24} {json.dumps(value)}")


if __name__ == "__main__":
    main()
