"""The composition root: settings, URLs, processes; nothing imports it."""
