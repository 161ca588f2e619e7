"""People talk about their goals, and the coach answers."""
