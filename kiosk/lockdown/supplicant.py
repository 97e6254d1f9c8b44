"""What the machine's Wi-Fi may join, by the files of whoever joins for it; it starts and changes none of them."""

import re
from typing import Final

from kiosk.lockdown.machine import Machine

FOLDER: Final = "/etc/wpa_supplicant"
OTHERS: Final = (  # each would join networks of its own
    "/var/lib/iwd",
    "/etc/NetworkManager/system-connections",
    "/run/NetworkManager/system-connections",
    "/etc/network/interfaces.d",
)
SAFE: Final = frozenset({"WPA-PSK", "WPA-PSK-SHA256", "WPA-EAP", "WPA-EAP-SHA256", "SAE"})
# Over its socket, or by a file it includes, a supplicant can be told of other networks; by the others it finds its own.
DOORS: Final = ("ctrl_interface", "update_config", "include", "blob", "interworking", "cred", "p2p", "wps", "ap_scan")
SETTING: Final = re.compile(r"^\s*([a-z0-9_]+)(?:-[a-z0-9_-]+)?\s*=\s*(.*?)\s*$")


def what_is_wrong(machine: Machine, ssid: str) -> str | None:
    """Why something other than `ssid` could be joined; None if nothing could. Raises OSError."""
    for folder in OTHERS:
        if names := machine.names(folder):
            return f"{folder}/{names[0]} may join networks of its own: remove it"
    files = [name for name in machine.names(FOLDER) if name.endswith(".conf")]
    if len(files) != 1:
        return f"{FOLDER} has {len(files)} configurations and must have the one for '{ssid}'"
    return _wrong_in(machine.text(f"{FOLDER}/{files[0]}"), f"{FOLDER}/{files[0]}", ssid)


def _wrong_in(text: str, file: str, ssid: str) -> str | None:
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.strip().startswith("#")]
    if sum(line.replace(" ", "") == "network={" for line in lines) != 1:
        return f"{file} must have one network"
    settings = [(found[1], found[2]) for line in lines if (found := SETTING.match(line)) is not None]
    door = next((name for name, _ in settings if name.startswith(DOORS)), None)
    if door is not None:
        return f"{file} sets {door}, by which other networks could be joined"
    named = [value for name, value in settings if name == "ssid"]
    if named not in ([f'"{ssid}"'], [ssid.encode().hex()]):
        return f"{file} does not name '{ssid}', the network of the policy, and only that"
    keys = [set(value.split()) for name, value in settings if name == "key_mgmt"]
    if len(keys) != 1 or not keys[0] or not keys[0] <= SAFE:
        return f"{file} must say key_mgmt, and nothing weaker than WPA"
    return None
