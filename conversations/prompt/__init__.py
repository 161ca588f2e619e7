"""What the model is told: pure functions from facts to a prompt, and the wording in `templates/`."""
