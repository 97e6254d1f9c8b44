"""What a laptop needs to know of its site, as files of its own below /var: each with its mode. Pure.

The image's /etc has links to them, so that nothing of a site is in an image, and systemd and USBGuard find them.
"""

from dataclasses import dataclass, field
from typing import Final

from installer.station.site import Eap, Kind, Laptop, Method, Network
from kiosk.acceptance.looking import SITE
from kiosk.lockdown.usb_rules import Enrolment, render_enrolment, render_rules

FOLDER: Final = SITE
READABLE, SECRET = 0o644, 0o600
NETWORK_NAME, SUPPLICANT_NAME = "network/50-visit.network", "wpa_supplicant/visit.conf"
INTERFACE_NAME: Final = "supplicant.env"
DHCP: Final = "[DHCPv4]\nUseDNS=no\nUseNTP=no\nUseHostname=no\nSendHostname=no\nUseDomains=no\n"


@dataclass(frozen=True)
class SiteFile:
    """One of them, by its place in the folder."""

    name: str
    content: bytes = field(repr=False)
    mode: int = READABLE


def usb_files(enrolment: Enrolment) -> tuple[SiteFile, ...]:
    """For the guard, and for USBGuard."""
    return (
        SiteFile("usb.toml", render_enrolment(enrolment).encode()),
        SiteFile("usbguard-rules.conf", render_rules(enrolment).encode(), SECRET),
    )


def hosts_file(service_name: str | None, address: str | None) -> SiteFile:
    """The names a laptop knows: its own, and its service's."""
    lines = ["127.0.0.1 localhost", "::1 localhost"]
    lines += [] if service_name is None else [f"{address} {service_name}"]
    return SiteFile("hosts", ("\n".join(lines) + "\n").encode())


def network_files(network: Network, laptop: Laptop, interface: str) -> tuple[SiteFile, ...]:
    """For systemd-networkd and, where the network asks who comes, for wpa_supplicant on `interface`."""
    files = [SiteFile(NETWORK_NAME, networkd(network, laptop).encode())]
    if network.kind is not Kind.WIRED:
        driver = "wired" if network.kind is Kind.WIRED_8021X else "nl80211"
        files.append(SiteFile(SUPPLICANT_NAME, supplicant(network).encode(), SECRET))
        files.append(SiteFile(INTERFACE_NAME, f"INTERFACE={interface}\nDRIVER={driver}\n".encode()))
    return tuple(files)


def networkd(network: Network, laptop: Laptop) -> str:
    """The one `.network` file: no name server, no time server and no address of the link's own making."""
    kind = "wlan" if network.ssid is not None else "ether"
    lines = ["[Match]", f"Type={kind}", "", "[Network]", "LinkLocalAddressing=no", "IPv6AcceptRA=no"]
    lines += ["LLMNR=no", "MulticastDNS=no", "LLDP=no"]
    if laptop.address is None:
        return "\n".join([*lines, "DHCP=ipv4", "", DHCP])
    return "\n".join([*lines, f"Address={laptop.address}", f"Gateway={network.gateway}", ""])


def supplicant(network: Network) -> str:
    """The one network that may be joined. Texts are in hex where they can be, so that nothing in them is syntax."""
    lines = [] if network.ssid is not None else ["ap_scan=0"]
    lines.append("network={")
    if network.ssid is not None:
        lines += [f"ssid={_hex(network.ssid)}", "scan_ssid=1", "ieee80211w=1"]
    if network.key is not None:
        lines += ["key_mgmt=WPA-PSK WPA-PSK-SHA256 SAE", f'psk="{network.key}"']
    if network.eap is not None:
        words = "IEEE8021X" if network.ssid is None else "WPA-EAP WPA-EAP-SHA256"
        lines += [f"key_mgmt={words}", *_eap(network.eap)]
    return "\n".join([*lines, "}", ""])


def eap_files(eap: Eap) -> dict[str, tuple[str, int]]:
    """The files beside site.toml that 802.1X needs, by their name there: their name on the laptop, and their mode."""
    found = {eap.authority: ("authority.pem", READABLE)}
    if eap.method is Method.TLS and eap.certificate is not None and eap.private_key is not None:
        found |= {eap.certificate: ("certificate.pem", READABLE), eap.private_key: ("private-key.pem", SECRET)}
    return found


def _eap(eap: Eap) -> list[str]:
    lines = [f"eap={eap.method.value.upper()}", f"identity={_hex(eap.identity)}"]
    lines += [f'ca_cert="{FOLDER}/authority.pem"', f'domain_suffix_match="{eap.server}"']
    if eap.method is Method.PEAP:
        return [*lines, f"password={_hex(eap.password or '')}", 'phase2="auth=MSCHAPV2"']
    return [*lines, f'client_cert="{FOLDER}/certificate.pem"', f'private_key="{FOLDER}/private-key.pem"']


def _hex(text: str) -> str:
    return text.encode().hex()
