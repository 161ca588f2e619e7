"""Cut the subscriptions of one database; those of other workers' tests on the same server stay."""

from redis import Redis


def cut_subscriptions(broker: Redis) -> frozenset[str]:
    """Cut what is subscribed through this database now, and tell whom by their ids."""
    cut = _subscribers(broker)
    for client in cut:
        broker.client_kill_filter(_id=client)
    return cut


def is_subscribed_anew(broker: Redis, cut: frozenset[str]) -> bool:
    """Tell whether those who were cut are gone and somebody is subscribed again."""
    now = _subscribers(broker)
    return bool(now) and now.isdisjoint(cut)


def _subscribers(broker: Redis) -> frozenset[str]:
    database = str(broker.get_connection_kwargs()["db"])
    clients = broker.client_list(_type="pubsub")
    return frozenset(client["id"] for client in clients if client["db"] == database)
