"""What happens to a job, told while it happens: the closed set of events, and the half that writes them."""
