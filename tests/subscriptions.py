"""Cut the subscriptions of one database; those of other workers' tests on the same server stay."""

from redis import Redis


def cut_subscriptions(broker: Redis) -> None:
    """Cut what is subscribed through this database now."""
    database = str(broker.get_connection_kwargs()["db"])
    for client in broker.client_list(_type="pubsub"):
        if client["db"] == database:
            broker.client_kill_filter(_id=client["id"])
