"""A media room in a process of its own, as in the shell: facts go out and wishes come in as lines of JSON."""

import json
import sys
import threading
from dataclasses import asdict

from PySide6.QtCore import QCoreApplication, QMetaObject, Qt

from contract.media import IceServer
from contract.words import Purpose
from kiosk.latest import Latest, Picture
from kiosk.media.facts import Fact, SelfTested
from kiosk.media.request import SelfTest
from kiosk.media.room import MediaRoom, SessionRequest

NO_CAMERA = "/dev/no-such-camera"


def say(fact: Fact) -> None:
    """One fact, one line."""
    said = asdict(fact)
    if isinstance(fact, SelfTested):
        said["found"] = [each.model_dump(mode="json") for each in fact.found]
    say_line({"fact": type(fact).__name__, **said})


def say_line(line: dict[str, object]) -> None:
    """One line of JSON."""
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def obey(room: MediaRoom) -> None:
    """Do what the lines say until there are no more."""
    for line in sys.stdin:
        wish = json.loads(line)
        match wish.pop("wish"):
            case "connect":
                room.connect(
                    SessionRequest(wish["session"], "b1", "page-0001", Purpose(wish["purpose"]), synthetic=True)
                )
            case "answer":
                room.answer(wish["session"], wish["sdp"])
            case "test":
                servers = tuple(IceServer.model_validate(each) for each in wish["ice_servers"])
                room.test_itself(SelfTest(wish["check"], wish.get("devices", True), True, servers))
            case "disconnect":
                room.disconnect()
    app = QCoreApplication.instance()
    assert app is not None
    QMetaObject.invokeMethod(app, "quit", Qt.ConnectionType.QueuedConnection)


def main() -> None:
    """Run until standard input ends."""
    app = QCoreApplication(sys.argv)
    family: Latest[Picture] = Latest()
    own: Latest[Picture] = Latest()
    room = MediaRoom(on_fact=say, family=family, own=own, camera=NO_CAMERA)
    room.start()
    threading.Thread(target=obey, args=(room,), daemon=True).start()
    app.exec()
    room.close()
    left = [thread.name for thread in threading.enumerate() if thread.name.startswith("media")]
    say_line({"fact": "Closed", "left": left})


if __name__ == "__main__":
    main()
