"""The response cache: the same question, asked again where it may be shared, costs no model call."""
