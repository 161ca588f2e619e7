"""The fault suite: many sessions talk while everything that can break is broken by a seeded schedule."""
