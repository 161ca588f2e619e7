"""The performance page of the admin: where the time goes, now."""
