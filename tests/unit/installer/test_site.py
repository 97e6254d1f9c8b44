"""site.toml: each kind of network, each way of being wrong, and no secret where it does not belong."""

from pathlib import Path

import pytest

from installer.station.faults import Stopped
from installer.station.install import Ended
from installer.station.site import Site, check_policy, laptop_of, site_in
from installer.station.site_files import hosts_file, network_files, networkd, supplicant
from kiosk.acceptance.looking import network
from kiosk.lockdown.machine import Machine
from kiosk.lockdown.supplicant import FOLDER, what_is_wrong
from tests.fakes.bench import POLICY, SERIAL, OnTheBench

CODE = "0123-4567-89AB-CDEF-GHJK-MNPQ-RSTV-WXYZ-0123"
WIRED = 'kind = "wired"'
WIFI = 'kind = "wifi-key"\nssid = "Visits"\nkey = "correct horse \\" battery"'
EAP = '[network.eap]\nmethod = "peap"\nidentity = "laptop@hmp"\nserver = "radius.hmp"\nauthority = "ca.pem"\n'
PEAP = EAP + 'password = "pw"'
TLS = PEAP.replace('"peap"', '"tls"').replace('password = "pw"', 'certificate = "c.pem"\nprivate_key = "k.pem"')
WIFI_EAP = f'kind = "wifi-802.1x"\nssid = "Visits"\n{PEAP}'
WIRED_EAP = f'kind = "wired-802.1x"\n{TLS}'


def toml(network: str = WIRED, more: str = "", head: str = "") -> bytes:
    text = f'service = "https://192.0.2.10:8443"\n{head}\n[network]\n{network}\n[[laptop]]\ncode = "{CODE}"\n{more}'
    return text.encode()


def site(network: str = WIRED, more: str = "") -> Site:
    return site_in(toml(network, more))


def written(folder: Path, found: Site) -> Machine:
    """A machine with the files of this site, as the installed laptop has them."""
    machine = Machine(folder)
    for each in network_files(found.network, found.laptop[0], "wlp1s0"):
        for place in (f"/var/lib/visit-site/{each.name}", f"{FOLDER}/{Path(each.name).name}"):
            machine.path(place).parent.mkdir(parents=True, exist_ok=True)
            machine.path(place).write_bytes(each.content)
    return machine


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (WIRED, "wired, DHCP"),
        (WIFI, "Wi-Fi with a key, DHCP"),
        (WIFI_EAP, "Wi-Fi with 802.1X, DHCP"),
        (WIRED_EAP, "wired with 802.1X, DHCP"),
    ],
)
def test_the_kind_of_network_is_known_again_from_the_files(tmp_path: Path, kind: str, said: str) -> None:
    assert network(written(tmp_path, site(kind))) == said


@pytest.mark.parametrize("kind", [WIFI, WIFI_EAP])
def test_the_guard_finds_nothing_wrong_with_the_one_network_that_may_be_joined(tmp_path: Path, kind: str) -> None:
    machine = written(tmp_path, site(kind))
    assert what_is_wrong(machine, "Visits") is None
    assert what_is_wrong(machine, "Other") is not None


def test_a_static_address_is_the_laptops_own() -> None:
    found = site(f'{WIRED}\ngateway = "192.0.2.1"', 'address = "192.0.2.21/24"')
    text = networkd(found.network, found.laptop[0])
    assert "Address=192.0.2.21/24\nGateway=192.0.2.1\n" in text
    assert "DHCP" not in text


def test_no_name_or_time_server_comes_from_the_network() -> None:
    text = networkd(site().network, site().laptop[0])
    assert {"UseDNS=no", "UseNTP=no", "IPv6AcceptRA=no", "LLMNR=no", "MulticastDNS=no"} <= set(text.splitlines())


def test_texts_in_the_supplicants_file_are_no_syntax() -> None:
    text = supplicant(site(WIFI_EAP.replace('"pw"', '"a\\"}b"')).network)
    hidden = b'a"}b'.hex()
    assert f"password={hidden}" in text.splitlines()
    assert text.count("}") == 1


def test_secrets_are_for_root_alone_and_in_no_representation() -> None:
    found = site(WIFI_EAP)
    files = {each.name: each.mode for each in network_files(found.network, found.laptop[0], "wlp1s0")}
    assert files == {"network/50-visit.network": 0o644, "wpa_supplicant/visit.conf": 0o600, "supplicant.env": 0o644}
    assert "pw" not in repr(found)
    assert CODE not in repr(found)


WRONG = [
    (toml(head="colour = 1"), "colour: there is no field of this name"),
    (toml(WIFI.replace("key =", "# key =")), "key belongs to wifi-key"),
    (toml(WIFI.replace("ssid =", "# ssid =")), "ssid belongs to Wi-Fi"),
    (toml('kind = "wired-802.1x"'), "eap belongs to 802.1x"),
    (toml(WIFI_EAP.replace("password", "# password")), "peap needs a password"),
    (toml(WIRED_EAP.replace("private_key", "# private_key")), "tls needs a certificate"),
    (toml(more='address = "192.0.2.21/24"'), "a gateway and an address"),
    (toml(f'{WIRED}\ngateway = "router"', 'address = "192.0.2.21/24"'), "network.gateway"),
    (toml(f'{WIRED}\ngateway = "192.0.2.1"', 'address = "192.0.2.21"'), "laptop.0.address: an address ends"),
    (toml(more=f'[[laptop]]\ncode = "{CODE}"'), "two laptops have the same serial"),
    (toml().replace(CODE.encode(), b"0123"), "laptop.0.code"),
    (toml().replace(b"https", b"http"), "service"),
    (toml().replace(b"192.0.2.10", b"visits.example"), "address belongs to a service"),
    (toml(head='address = "192.0.2.10"'), "address belongs to a service"),
    (toml(WIFI_EAP.replace('"ca.pem"', '"../ca.pem"')), "network.eap.authority"),
    (b"\xff", "not TOML"),
]


@pytest.mark.parametrize(("text", "said"), WRONG)
def test_what_is_wrong_is_said_with_its_field_and_without_its_value(text: bytes, said: str) -> None:
    with pytest.raises(Stopped) as caught:
        site_in(text)
    assert said in caught.value.detail
    assert "pw" not in caught.value.detail.split()


def test_a_service_that_is_called_by_name_is_found_without_asking_anybody() -> None:
    named = site_in(toml(head='address = "192.0.2.10"').replace(b"https://192.0.2.10", b"https://visits.example"))
    check_policy(named, POLICY)
    text = hosts_file(named.service_name, named.address).content.decode()
    assert text.splitlines()[-1] == "192.0.2.10 visits.example"
    assert b"192" not in hosts_file(None, None).content


def test_a_laptop_has_its_own_entry_before_the_one_for_all() -> None:
    found = site(more=f'[[laptop]]\nserial = "{SERIAL}"\ncode = "{CODE.replace("0", "Z")}"')
    assert laptop_of(found, SERIAL).serial == SERIAL
    assert laptop_of(found, "other").serial is None


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        (POLICY.replace("8443", "443"), "not among the services"),
        (POLICY + 'wireless = "Visits"\n', "is not the wireless"),
        (POLICY.replace("dhcp = true", ""), "does not let DHCP through"),
        ("[network]", "network.services"),
    ],
)
def test_a_policy_that_would_not_let_the_laptop_speak_is_refused_at_once(policy: str, said: str) -> None:
    with pytest.raises(Stopped) as caught:
        check_policy(site(), policy)
    assert said in caught.value.detail


def test_no_secret_of_the_site_is_in_the_report_or_on_the_screen(tmp_path: Path) -> None:
    bench = OnTheBench(tmp_path)
    bench.laptop.put("/sys/class/net/wlp1s0/device/vendor", "0x8086")
    bench.laptop.put("/sys/class/net/wlp1s0/wireless/x", "")
    (bench.stick / "ca.pem").write_text("the authority")
    (bench.stick / "policy.toml").write_text(POLICY + 'wireless = "Visits"\n')
    bench.site(network=WIFI_EAP.replace('"pw"', '"s3cret-of-the-site"'))
    assert bench.installed() is Ended.ACCEPTED
    everything = "".join(bench.said) + (bench.stick / f"acceptance-{SERIAL}.json").read_text()
    assert "s3cret" not in everything
    assert b"s3cret".hex() not in everything
    assert bench.code not in everything
    assert "laptop@hmp" not in everything
