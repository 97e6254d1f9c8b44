"""Sockets that systemd opened for the guard are found by name, and only by the process they are for."""

import os
import socket

import pytest

from kiosk.lockdown.given_sockets import given_socket

PID = str(os.getpid())


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"LISTEN_PID": "1", "LISTEN_FDS": "1", "LISTEN_FDNAMES": "firewall-events"},
        {"LISTEN_PID": PID, "LISTEN_FDS": "1", "LISTEN_FDNAMES": "other"},
        {"LISTEN_PID": PID, "LISTEN_FDS": "2", "LISTEN_FDNAMES": "firewall-events"},
        {"LISTEN_PID": PID, "LISTEN_FDS": "many", "LISTEN_FDNAMES": "firewall-events"},
    ],
)
def test_what_was_not_given_to_this_process_by_this_name_is_none(environment: dict[str, str]) -> None:
    assert given_socket("firewall-events", environment) is None


def test_the_same_socket_is_given_again_to_whoever_asks_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """The guard is built anew in the same process, and closes what it had."""
    ours, theirs = socket.socketpair()
    monkeypatch.setattr("kiosk.lockdown.given_sockets.FIRST", theirs.fileno())
    environment = {"LISTEN_PID": PID, "LISTEN_FDS": "1", "LISTEN_FDNAMES": "firewall-events"}
    for word in (b"one", b"two"):
        given = given_socket("firewall-events", environment)
        assert given is not None
        ours.send(word)
        assert given.recv(10) == word
        given.close()
    ours.close()
    theirs.close()
