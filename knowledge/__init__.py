"""What an organization set out to do, and what good looks like."""
