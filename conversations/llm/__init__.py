"""The way to the model: a port, its Anthropic adapter, and a scripted one for tests."""
