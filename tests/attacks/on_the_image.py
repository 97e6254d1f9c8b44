"""The attacks that are tried on the whole image: those that only it can show, and some that a lower tier shows too."""

from typing import Final

from tests.attacks.row import Row, Tier

OF_THE_IMAGE: Final = (
    Row(
        "consoles",
        "Keys that show another console, also just after the compositor was killed",
        Tier.IMAGE,
        "no console beside the screen's, and no compositor that changes to one",
    ),
    Row(
        "restart-keys",
        "Ctrl+Alt+Del once or eight times, Alt+SysRq with any letter",
        Tier.IMAGE,
        "target masked, burst off, `kernel.sysrq=0`",
    ),
    Row(
        "rogue-network",
        "Somebody on the cable hands out addresses, with themselves as gateway, name server and time server",
        Tier.IMAGE,
        "*network*: nftables; nothing but an address and a gateway is taken from DHCP",
    ),
    Row(
        "power-and-sleep",
        "The power button, a lid that is shut, and a suspend that root asks for",
        Tier.IMAGE,
        "logind leaves them alone, sleep is masked; the guard reads the button, which ends a call",
    ),
    Row(
        "power-cut",
        "The power is cut ten times in a call",
        Tier.IMAGE,
        "what is recorded is on the disk before it counts",
    ),
    Row(
        "boot-menu",
        "Keys held at the start, another disk or stick first, words added by the firmware",
        Tier.IMAGE,
        "`timeout menu-disabled`; Secure Boot with our keys; the first program compares the words with the signed ones",
    ),
    Row(
        "flipped-byte",
        "One byte of the signed start, of the root or of its hash tree is another",
        Tier.IMAGE,
        "its signature; dm-verity, and the whole root is read before it is used",
    ),
    Row(
        "disk-elsewhere",
        "The disk in another machine; somebody else's data volume in its place",
        Tier.IMAGE,
        "`/var` opens by this TPM alone",
    ),
    Row(
        "installer-refused",
        "The bench's stick with a part changed, on a laptop that is not fit, with somebody else's Secure Boot keys",
        Tier.IMAGE,
        "signed manifest, hashes, and every fault before the disk is touched",
    ),
)

ON_THE_IMAGE: Final = frozenset(row.id for row in OF_THE_IMAGE) | {
    "keys-chords", "kill-guard", "kill-shell", "kill-usbguard", "kill-compositor", "second-screen", "network-traffic",
    "firewall-absent", "bad-update", "usb-arrival", "disk-full", "files", "link-flap", "link-cut",
}  # fmt: skip
