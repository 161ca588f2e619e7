"""What stands between an attempt and the provider: the fleet neither floods it nor waits for it in vain."""
