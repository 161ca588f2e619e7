"""What Prometheus learns of spans; the labels are the steps' names, a closed set."""

from typing import Final

from prometheus_client import Counter, Gauge, Histogram

STEP_SECONDS: Final = Histogram(
    "okr_step_seconds",
    "How long each step of answering a message took.",
    ["step"],
    buckets=(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60),
)
SLOW_STEPS: Final = Counter("okr_slow_steps", "Steps that took longer than their limit.", ["step"])
STEP_MEMORY: Final = Gauge(
    "okr_step_memory_delta_bytes",
    "Resident memory gained by the newest run of each step whose process ran nothing else.",
    ["step"],
    multiprocess_mode="livemostrecent",
)
