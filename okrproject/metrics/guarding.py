"""What the limits did; every label is one of the limits."""

from typing import Final

from prometheus_client import Counter

THROTTLED: Final = Counter("okr_throttled_requests", "Requests refused with 429, by limit.", ["limit"])
UNGUARDED: Final = Counter(
    "okr_unguarded_requests", "Requests let through because the limits' server was away."
)
LOCKED_OUT: Final = Counter("okr_locked_out_logins", "Sign-ins refused after too many failures.")
