"""What stands in front of the views: pace limits, login limits and the browser's rules."""
