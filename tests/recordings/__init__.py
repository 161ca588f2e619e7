"""The provider's streams and errors, as files, and a server that replays them."""
