"""The line to the service as the shell has it: what follows for the call and for the time when it changes. No I/O."""

from kiosk.calls import Calls
from kiosk.fitness import Fitness
from kiosk.ipc import LinkNow
from kiosk.memory import Memory
from kiosk.shell_seen import ShellSeen
from kiosk.telling import Telling
from kiosk.time_asking import TimeAsking


class ServiceLine:
    """With the shell the line goes, too. Over it comes the time, which is believed when it checks out."""

    def __init__(
        self,
        shell: ShellSeen,
        calls: Calls,
        fitness: Fitness,
        time: TimeAsking,
        telling: Telling,
        memory: Memory,
    ) -> None:
        self._shell, self._calls, self._fitness = shell, calls, fitness
        self._time, self._telling, self._memory = time, telling, memory

    def shell_now(self, *, up: bool, now_ms: int, silent_ms: int) -> None:
        """The shell came, or went and was silent so long."""
        self._shell.came_or_went(up=up, now_ms=now_ms, at=self._fitness.wall.believed())
        self._time.link_is(self._shell.link.up)
        self._telling.forget()
        if self._calls.now is not None:
            self._calls.now.shell_now(up=up, silent_ms=silent_ms)

    def link_now(self, link: LinkNow) -> None:
        """What the shell says of the line."""
        self._shell.link_now(link, self._fitness.wall.believed())
        self._time.link_is(link.up)
        if self._calls.now is not None:
            self._calls.now.link_now(link)
        if link.up:
            self._telling.carry_soon()

    def time_came(self, untrusted: str) -> None:
        """The service's own time. Raises Untrusted."""
        said = self._time.heard(untrusted)
        self._fitness.wall.service_said(said)
        self._memory.service_said(said)
