"""From measured times to what should be done about them; pure, without database or clock."""
