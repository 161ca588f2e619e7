"""The knowledge library: examples, metrics, templates and anti-patterns the coach can show."""
