"""The public port."""

import socket

from okrproject.stack.listening import bound


def test_answers_on_a_kept_connection_wait_for_no_acknowledgement() -> None:
    with bound("127.0.0.1", 0) as listening:
        listening.listen()
        with socket.create_connection(listening.getsockname()):
            listening.setblocking(True)
            accepted, _ = listening.accept()
            with accepted:
                assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
