"""The site's settings, `site.toml` on the stick: read strictly, once; a fault names the line or the field. Pure.

Secrets of the site go from here to the laptop's own files and nowhere else.
"""

import ipaddress
from enum import StrEnum
from typing import Annotated, Final, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, StringConstraints, ValidationError, model_validator

from contract.enrol_code import EnrolCode
from contract.enrolment import ServiceUrl
from contract.policy_network import HTTPS, Endpoint, endpoint_at, host_of
from contract.policy_text import PolicyWrong, toml_in
from contract.strict import Message
from contract.words import Line
from installer.station.faults import Fault, Stopped
from kiosk.errors import LockdownError
from kiosk.lockdown.policy_file import policy_in

SITE: Final = "site.toml"
Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]  # of a file beside site.toml
Printable = Annotated[str, StringConstraints(min_length=1, max_length=128, pattern=r"^[\x20-\x7e]+$")]
Ssid = Annotated[str, StringConstraints(min_length=1, max_length=32, pattern=r"^[\x20-\x7e]+$")]
WifiKey = Annotated[str, StringConstraints(min_length=8, max_length=63, pattern=r"^[\x20-\x7e]+$")]
HostName = Annotated[str, StringConstraints(max_length=253, pattern=r"^[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*$")]


def _address(text: str) -> str:
    """`192.0.2.21/24`: with the length of the network."""
    if "/" not in text:
        raise ValueError("an address ends with the length of its network, such as /24")
    return str(ipaddress.ip_interface(text))


def _gateway(text: str) -> str:
    return str(ipaddress.ip_address(text))


def _code(text: str) -> str:
    return str(EnrolCode.parse(text))


class Kind(StrEnum):
    """How a laptop is joined to the network."""

    WIRED = "wired"
    WIRED_8021X = "wired-802.1x"
    WIFI_KEY = "wifi-key"
    WIFI_8021X = "wifi-802.1x"


class Method(StrEnum):
    """How a laptop says who it is to an 802.1X network."""

    PEAP = "peap"
    TLS = "tls"


class Eap(Message):
    """802.1X. `authority`, `certificate` and `private_key` name files beside site.toml; `server` is whom it trusts."""

    method: Annotated[Method, Field(strict=False)]
    identity: Printable
    authority: Name
    server: HostName
    password: Annotated[Printable | None, Field(repr=False)] = None
    certificate: Name | None = None
    private_key: Name | None = None

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.method is Method.PEAP and self.password is None:
            raise ValueError("peap needs a password")
        if self.method is Method.TLS and (self.certificate is None or self.private_key is None):
            raise ValueError("tls needs a certificate and a private_key")
        return self


class Network(Message):
    """Without a `gateway` addresses come by DHCP; with one each laptop has its own in the file."""

    kind: Annotated[Kind, Field(strict=False)]
    ssid: Ssid | None = None
    key: Annotated[WifiKey | None, Field(repr=False)] = None
    eap: Eap | None = None
    gateway: Annotated[str, AfterValidator(_gateway)] | None = None

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        is_wifi = self.kind in (Kind.WIFI_KEY, Kind.WIFI_8021X)
        if is_wifi is not (self.ssid is not None):
            raise ValueError("ssid belongs to Wi-Fi, and must be there then")
        if (self.kind is Kind.WIFI_KEY) is not (self.key is not None):
            raise ValueError("key belongs to wifi-key, and must be there then")
        if (self.kind in (Kind.WIRED_8021X, Kind.WIFI_8021X)) is not (self.eap is not None):
            raise ValueError("eap belongs to 802.1x, and must be there then")
        return self


class Laptop(Message):
    """One laptop. Without a `serial` it is whichever laptop has no entry of its own."""

    serial: Line | None = None
    code: Annotated[str, AfterValidator(_code), Field(repr=False)]
    address: Annotated[str, AfterValidator(_address)] | None = None


class ByHand(Message):
    """What a person has done to this laptop's firmware before."""

    firmware_password_set: bool
    by: Line


class Site(Message):
    """The whole file. `offline`: the service cannot be reached from here, so a file is carried there and back.

    `address` is the service's, where `service` calls it by a name: a laptop asks no DNS.
    """

    service: ServiceUrl
    address: Annotated[str, AfterValidator(_gateway)] | None = None
    policy: Name = "policy.toml"
    offline: bool = False
    network: Network
    laptop: Annotated[tuple[Laptop, ...], Field(min_length=1, max_length=500, strict=False)]
    by_hand: ByHand | None = None

    @property
    def endpoint(self) -> Endpoint | None:
        """Where the service is; None where nobody says."""
        if self.address is None:
            return endpoint_at(self.service)
        return Endpoint(host_of(self.address), urlsplit(self.service).port or HTTPS)

    @property
    def service_name(self) -> str | None:
        """The name of the service, where it is called by one."""
        return None if endpoint_at(self.service) is not None else urlsplit(self.service).hostname

    @model_validator(mode="after")
    def _has_addresses(self) -> Self:
        is_static = self.network.gateway is not None
        if any((each.address is not None) is not is_static for each in self.laptop):
            raise ValueError("a gateway and an address for each laptop belong together")
        if (self.service_name is None) is not (self.address is None):
            raise ValueError("address belongs to a service that is called by a name, and must be there then")
        serials = [each.serial for each in self.laptop]
        if len(set(serials)) != len(serials):
            raise ValueError("two laptops have the same serial, or none")
        return self


def site_in(untrusted: bytes) -> Site:
    """What `site.toml` says. Raises Stopped, with the line or the field."""
    try:
        return toml_in(untrusted, Site)
    except PolicyWrong as error:
        raise Stopped(Fault.SITE_WRONG, f"site.toml is {error}.") from None


def laptop_of(site: Site, serial: str) -> Laptop:
    """The entry for the laptop with this serial number. Raises Stopped."""
    found = {each.serial: each for each in site.laptop}
    laptop = found.get(serial) or found.get(None)
    if laptop is None:
        raise Stopped(Fault.NO_CODE, f"Its serial number is {serial}.")
    return laptop


def check_policy(site: Site, untrusted_policy: str) -> None:
    """Raises Stopped where the policy would not let the laptop do what the site's file says it must."""
    try:
        policy = policy_in(untrusted_policy).network
    except (LockdownError, ValidationError) as error:
        raise Stopped(Fault.SITE_WRONG, str(error)) from None
    if site.endpoint not in policy.services:
        raise Stopped(Fault.SITE_WRONG, "The service of site.toml is not among the services of its policy.")
    if site.network.ssid != policy.wireless:
        raise Stopped(Fault.SITE_WRONG, "The ssid of site.toml is not the wireless of its policy.")
    if site.network.gateway is None and not policy.dhcp:
        raise Stopped(Fault.SITE_WRONG, "site.toml has addresses by DHCP, and its policy does not let DHCP through.")
