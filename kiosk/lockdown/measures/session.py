"""Who has the screen: the shell alone, inside cage, on the one console that nobody can leave. It only looks."""

import stat
from typing import Final

from kiosk.lockdown.accounts import uid_of
from kiosk.lockdown.machine import Machine
from kiosk.lockdown.manager_settings import is_masked, setting
from kiosk.lockdown.measure import OFTEN_S, Look, all_of, holds, lost
from kiosk.lockdown.platform import Platform
from kiosk.lockdown.running import Process, processes, terminal_of
from kiosk.policy.measures import MeasureName, Severity

CAGE: Final = "/usr/bin/cage"
# "(sd-pam)" waits to close the session of a unit with PAMName=; it is forked off by what then becomes cage.
SESSION_KEEPERS: Final = frozenset({"/usr/lib/systemd/systemd", "/usr/lib/systemd/systemd-executor"})
SWITCHES_CONSOLES: Final = "-s"  # of cage(1)
RUNTIME: Final = "/run/visit-shell"
CONSOLE: Final = "tty1"
CONSOLE_DEVICE: Final = (4, 1)
UNIX_SOCKETS: Final = "/proc/net/unix"
CONNECTED: Final = "03"  # SS_CONNECTED, in the column St
TURNS: Final = 4  # looks until everything was asked for its terminal
AT_MOST_NAMED: Final = 3
BURST: Final = "CtrlAltDelBurstAction"


class Session:
    """One shell, one compositor, one client of it, one console; no other way to any prompt."""

    name = MeasureName.SESSION
    threat = "Keys or a second program bring up another screen, a prompt or a picture of the call."
    severity = Severity.BLOCK
    every_s = OFTEN_S

    def __init__(self, machine: Machine, platform: Platform) -> None:
        self._machine, self._platform = machine, platform
        self._without_terminal: set[Process] = set()
        self._turn = 0

    def apply(self) -> None:
        """Nothing: the units and the image make it so."""

    def look(self) -> Look:
        """Processes, socket, console and units. Raises OSError or Unavailable."""
        shell_uid = uid_of(self._machine, self._platform.shell_user)
        running = list(processes(self._machine))
        return all_of(
            self._screen([each for each in running if shell_uid in each.uids], shell_uid),
            self._terminals(running, shell_uid),
            self._console(),
            self._units(),
            self._burst(),
        )

    def _screen(self, of_the_shell: list[Process], shell_uid: int) -> Look:
        """The shell's own processes: cage, and one child of it. None at all is a shell that is being started."""
        if not of_the_shell:
            return lost("the shell is not running; it is started again by itself", Severity.INTERRUPT)
        cages = [each for each in of_the_shell if each.exe == CAGE and each.uids == {shell_uid}]
        if not cages:
            return lost(f"the shell does not run inside {CAGE}: " + ", ".join(map(str, of_the_shell[:2])))
        keepers = [each for each in of_the_shell if each.exe in SESSION_KEEPERS and each.parent in (1, cages[0].pid)]
        shells = [each for each in of_the_shell if each.parent == cages[0].pid and each not in keepers]
        others = [each for each in of_the_shell if each not in (*cages[:1], *shells[:1], *keepers[:1])]
        if others:
            return lost("runs beside the shell: " + ", ".join(map(str, others[:2])))
        if not shells:
            return lost("cage runs without the shell; it is started again by itself", Severity.INTERRUPT)
        if SWITCHES_CONSOLES in self._machine.text(f"/proc/{cages[0].pid}/cmdline").split("\0"):
            return lost(f"cage (pid {cages[0].pid}) runs with {SWITCHES_CONSOLES}: its keys change the console")
        return all_of(holds(f"the shell (pid {shells[0].pid}) is alone in cage"), *self._sockets(shell_uid))

    def _sockets(self, shell_uid: int) -> list[Look]:
        """Cage's socket: for the shell's user only, and with one client."""
        names = [name for name in self._machine.names(RUNTIME) if name.startswith("wayland-")]
        names = [name for name in names if not name.endswith(".lock")]
        if len(names) != 1:
            return [
                lost(
                    f"{RUNTIME} has {len(names)} sockets of a compositor, not one",
                    None if names else Severity.INTERRUPT,
                )
            ]
        place = f"{RUNTIME}/{names[0]}"
        folder, found = self._machine.path(RUNTIME).lstat(), self._machine.path(place).lstat()
        if folder.st_uid != shell_uid or folder.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            return [lost(f"{RUNTIME} is open to others: mode {stat.S_IMODE(folder.st_mode):o}, uid {folder.st_uid}")]
        if found.st_uid != shell_uid or not stat.S_ISSOCK(found.st_mode):
            return [lost(f"{place} is not cage's socket: uid {found.st_uid}")]
        if found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):  # to connect is to write
            return [lost(f"{place} is open to others: mode {stat.S_IMODE(found.st_mode):o}")]
        clients = self._clients(place)
        if clients > 1:
            return [lost(f"{clients} programs show pictures on the screen, not one")]
        return [holds(f"its only client ({place})")]

    def _clients(self, place: str) -> int:
        rows = [line.split(None, 7) for line in self._machine.text(UNIX_SOCKETS).splitlines()[1:]]
        return sum(1 for row in rows if len(row) == 8 and row[7] == place and row[5] == CONNECTED)

    def _terminals(self, running: list[Process], shell_uid: int) -> Look:
        """Nothing has a terminal, but for what runs as the shell's user on its console.

        The kernel takes its time to say so: what is new is asked at once, what had none is asked again in turn.
        """
        self._turn = (self._turn + 1) % TURNS
        clean = {each for each in running if each in self._without_terminal and each.pid % TURNS != self._turn}
        for each in running:
            if each not in clean:
                terminal = terminal_of(self._machine, each.pid)
                if terminal and not (terminal == CONSOLE_DEVICE and shell_uid in each.uids):
                    self._without_terminal = clean
                    return lost(f"{each} has a terminal (device {terminal[0]}:{terminal[1]})")
                clean.add(each)
        self._without_terminal = clean
        return holds("nothing has a terminal")

    def _console(self) -> Look:
        active = self._machine.text("/sys/class/tty/tty0/active")
        if active != CONSOLE:
            return lost(f"the screen shows {active or 'no console'}, not {CONSOLE}")
        return holds(f"{CONSOLE} is shown")

    def _units(self) -> Look:
        open_ways = [unit for unit in self._platform.masked if not is_masked(self._machine, unit)]
        if open_ways:
            more = f" and {len(open_ways) - AT_MOST_NAMED} more" if len(open_ways) > AT_MOST_NAMED else ""
            return lost("not masked: " + ", ".join(open_ways[:AT_MOST_NAMED]) + more)
        return holds(f"{len(self._platform.masked)} units masked")

    def _burst(self) -> Look:
        found = setting(self._machine, BURST)
        if found != "none":
            return lost(f"{BURST} is {found or 'not set'}, not none: Ctrl+Alt+Del seven times restarts the laptop")
        return holds("Ctrl+Alt+Del does nothing")
