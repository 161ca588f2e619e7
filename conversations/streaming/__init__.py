"""The reading half: whoever watches a job, without holding a thread."""
