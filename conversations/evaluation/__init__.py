"""The golden set: recorded conversations, what must come of them, and what must never happen in any."""
