"""The attacks that must fail, each once: what is done, who tries it at which tier, and what answers it.

A test carries `@pytest.mark.attack("id")`, or its whole file is named here; `collected` tells at which tier it runs.
"""

from typing import Final

from tests.attacks.on_the_image import OF_THE_IMAGE
from tests.attacks.row import Row, Tier

U, X, S = Tier.UNIT, Tier.SCREEN, Tier.SCAN

ROWS: Final = (
    Row(
        "keys-chords",
        "Chords that lead out of a program, keys that open menus or take pictures, and ten thousand random ones",
        X,
        "*keys*: the shell hears a short list of keys and no shortcut (`kiosk/ui/input_guard.py`)",
    ),
    Row("keys-flood", "Two hundred chords a second, to hold up the officer", X, "*keys*: END is never behind a queue"),
    Row(
        "pointer-and-text",
        "Right clicks, drags, and names with links, markup, reversed or endless text",
        X,
        "plain text everywhere, no menus (`kiosk/ui/plain.py`)",
    ),
    Row(
        "ways-out",
        "File dialogs, printers, browsers and other programs, reached from the shell's own code",
        S,
        "import contract `no-way-out` (`pyproject.toml`)",
    ),
    Row("kill-guard", "The guard is killed, stopped or hung, in each state", U, "devices shut without it; the journal"),
    Row(
        "kill-shell",
        "The shell is killed, stopped or hung, in each state",
        U,
        "the guard's watch (`kiosk/guarded_day.py`)",
    ),
    Row("kill-usbguard", "USBGuard is killed or is not there", U, "*usb*: nothing new is authorised without it"),
    Row(
        "kill-compositor",
        "The compositor is killed or stopped",
        X,
        "*session*: no shell and no picture outside it; the screen's watchdog",
    ),
    Row(
        "second-screen",
        "A second screen is plugged in, the panel goes and comes back",
        U,
        "*displays*: the kernel's connectors are watched, and a call waits for the panel alone",
        ("tests/attacks/test_displays.py",),
    ),
    Row(
        "network-traffic",
        "Packets to anything that is not the service or its relay: TCP, UDP, ICMP, DNS, IPv6",
        U,
        "*network*: nftables drops by default, both ways",
        (
            "tests/attacks/test_network.py",
            "tests/attacks/test_relay.py",
        ),
    ),
    Row(
        "firewall-absent",
        "The firewall does not load, is emptied, or a rule is added",
        U,
        "*network*: the loaded rules are compared",
    ),
    Row(
        "stolen-certificate",
        "The certificate of a laptop is shown by another machine, without its key and with it",
        U,
        "the key is in the vault alone; one connection an identity; `visits laptop revoke`",
    ),
    Row(
        "day-pack",
        "What is kept of a day: read on a disk that is taken out, damaged, swapped, or put back from an older day",
        U,
        "encrypted under a key of the vault, each entry bound to its name, and judged again "
        "(`kiosk/lockdown/day_pack.py`)",
    ),
    Row(
        "stranger-at-laptops-door",
        "At the laptops' listener: no certificate, another authority's, expired, unknown, TLS 1.2, no TLS",
        U,
        "TLS 1.3 with the private authority alone; the database is asked for every certificate",
    ),
    Row(
        "guessed-code",
        "Enrolment codes are guessed, used twice or used late",
        U,
        "80 random bits, once, for a day; after ten wrong ones all but one each 6 s are only refused",
    ),
    Row(
        "bad-update",
        "A bundle with a changed byte, another key's signature, or a version older than the rules allow",
        U,
        "a signed manifest, checked before and after writing; the policy's least version (`kiosk/update/`)",
    ),
    Row("rogue-service", "Another authority, an expired or misnamed certificate", U, "private authority only"),
    Row("link-flap", "The line goes and comes back all the time", U, "states of a call; links never bar the laptop"),
    Row("link-loss", "30 % of all packets are lost", U, "the same; lost packets of pictures are asked for again"),
    Row("link-cut", "The line is cut for 5 s and for 2 min", U, "the same; what was lost is given back"),
    Row(
        "hostile-peer",
        "A far side that sends garbage, endless candidates, other media, or a stream of another's",
        U,
        "limits and refusals (`kiosk/media/peer.py`), bounds on aiortc (`kiosk/media/bounds.py`)",
        ("tests/attacks/test_hostile_peer.py", "tests/attacks/test_floods.py", "tests/attacks/test_fuzzed_peer.py"),
    ),
    Row(
        "exec-and-co",
        "From inside the shell: exec, fork and exec, ptrace, mount, bpf, keys, new namespaces, foreign sockets",
        U,
        "*exec*: seccomp, no new privileges",
        ("tests/attacks/test_shell_process.py",),
    ),
    Row(
        "files",
        "From inside the shell: secrets, homes, other processes' memory, devices, writing outside its folder",
        U,
        "*files*: Landlock",
        ("tests/attacks/test_shell_process.py",),
    ),
    Row(
        "frozen-list",
        "A SUID, SGID or capable program, a compiler, a writable or executable mount appears",
        U,
        "*packages*, *storage*",
        (
            "tests/unit/kiosk/lockdown/measures/test_packages.py",
            "tests/unit/kiosk/lockdown/measures/test_storage.py",
        ),
    ),
    Row(
        "unknown-process",
        "A program runs that nobody listed",
        U,
        "*processes*",
        ("tests/unit/kiosk/lockdown/measures/test_processes.py",),
    ),
    Row(
        "environment",
        "Plug-in paths, preloads, Python paths and a keyring back end from the environment",
        U,
        "*environment*: cleared, `python -I`",
        ("tests/attacks/test_environment.py",),
    ),
    Row(
        "second-picture",
        "Another program draws on the laptop's screen, or the console is switched by keys",
        X,
        "*session*: one client of cage, sockets for its user only",
    ),
    Row("core-dump", "A crash leaves the shell's memory on the disk", U, "*kernel*: no dumps"),
    Row(
        "disk-full",
        "The disk is full",
        U,
        "*disk*; a reserve for the audit trail (`kiosk/lockdown/audit_file.py`)",
        ("tests/integration/guard/test_disk_full.py", "tests/integration/audit/test_full_disk.py"),
    ),
    Row("disk-inodes", "The disk has no inode left", U, "no PIN is tried that cannot be counted; the trail is open"),
    Row("disk-read-only", "The disk turns read-only", U, "what cannot be recorded does not open; what closes does"),
    Row(
        "clock-set",
        "The time of day is set back, forward, to 1970, or summer time begins or ends",
        U,
        "boot-time clock for durations; *clock*; no call opens by a wrong one (`kiosk/wall_clock.py`)",
        ("tests/unit/kiosk/test_wall_clock.py",),
    ),
    Row(
        "time-replayed",
        "A signed time is said again, held up, made up, or taken from another laptop, to move the clock",
        U,
        "one answer to one question that nobody can guess, within ten seconds (`kiosk/time_asking.py`)",
    ),
    Row(
        "pin-guessing",
        "PINs are guessed, by hand or in a flood, with restarts between the tries",
        U,
        "every try is counted first, delays double and outlast restarts (`kiosk/lockdown/pin_check.py`)",
        ("tests/unit/kiosk/lockdown/test_pin_guessing.py", "tests/unit/kiosk/policy/test_tries_bound.py"),
    ),
    Row(
        "sheet-bad",
        "A policy, call sheet or set of keys that is replayed, rolled back, expired, for another laptop or use, wrongly"
        " signed, huge or deep, or has an unknown critical field, an unknown field or one twice",
        U,
        "signatures, serials, audience and validity (`kiosk/trusted.py`) behind one strict door (`contract/strict.py`);"
        " the one before stays",
    ),
    Row(
        "policy-bad",
        "A policy that is older, replayed, for another laptop, expired, wrongly signed, huge, has unknown fields"
        " or one twice; or one changed on the disk",
        U,
        "judged by signature, audience and serial (`kiosk/trusted.py`), read by one strict door"
        " (`contract/policy_text.py`), verified again whenever it is read (`kiosk/lockdown/kept_policy.py`)",
        ("tests/unit/contract/test_policy.py", "tests/unit/kiosk/lockdown/test_policy_in_force.py"),
    ),
    Row(
        "roster-bad",
        "A list of officers that is another laptop's, older, changed, held back, or read off a stolen disk",
        U,
        "signed, encrypted to one laptop's own key, as old as its signature (`kiosk/lockdown/roster.py`)",
        ("tests/unit/kiosk/lockdown/test_roster.py", "tests/unit/contract/test_only_for.py"),
    ),
    Row(
        "somebody-revoked",
        "A visitor is banned, a prisoner moved or an approval ended while a call is booked or runs",
        U,
        "the next sheet holds the call within seconds, and begins none (`kiosk/revoking.py`)",
        ("tests/unit/kiosk/test_revoking.py",),
    ),
    Row(
        "laptop-revoked",
        "A laptop is lost or stolen, with everything in it, and connects or stays connected",
        U,
        "every connection and every change asks the database (`visits/api/watch.py`)",
    ),
    Row(
        "audit-changed",
        "The audit trail is edited, reordered, cut, rebuilt, or another laptop's",
        U,
        "chain, signed heads, the service's signature (`kiosk/audit/verify.py`)",
        ("tests/integration/audit/test_tamperings.py",),
    ),
    Row(
        "guard-socket",
        "Another user, a second shell, garbage, half a message, a crowd of connections at the guard's sockets",
        U,
        "the kernel's word on who is there, limits, one schema (`kiosk/lockdown/shell_socket.py`)",
        (
            "tests/attacks/test_guard_socket.py",
            "tests/integration/guard/test_shell_socket.py",
            "tests/integration/guard/test_control_socket.py",
        ),
    ),
    Row(
        "end-always",
        "Everything that could keep an officer from ending a call: a hung screen, no network, a full disk",
        U,
        "END goes by key, command and power button to the guard, and waits for nothing",
    ),
    Row(
        "devices-outside-a-call",
        "Camera or microphone are opened, or kept open, outside a call",
        U,
        "*devices*: the guard hands the nodes out for one call",
        ("tests/attacks/test_devices_outside_a_call.py",),
    ),
    Row(
        "usb-arrival",
        "Something is plugged in: storage, keyboard, network, fifty times in five seconds",
        U,
        "*usb*: authorised by id, hash and port only; every arrival is told",
        ("tests/attacks/test_usb.py", "tests/attacks/test_usbguard.py"),
    ),
    *OF_THE_IMAGE,
)

IDS: Final = frozenset(row.id for row in ROWS)
