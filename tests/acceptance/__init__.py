"""Tests that drive the whole stack from outside and break it on purpose."""
