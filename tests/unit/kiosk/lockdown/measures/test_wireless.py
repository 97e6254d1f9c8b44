"""Measure wireless: interfaces, radios, Bluetooth, and what may be joined, on a machine made of files."""

from pathlib import Path

import pytest

from kiosk.errors import LockdownError
from kiosk.lockdown.machine import Machine
from kiosk.lockdown.measure import finding
from kiosk.lockdown.measures.wireless import Wireless
from kiosk.lockdown.policy_file import PLACE
from kiosk.policy.measures import Finding, Severity, Verdict

POLICY = '[network]\nservices = ["192.0.2.10:443"]\n'
CONF = "/etc/wpa_supplicant/wpa_supplicant-wlan0.conf"
NETWORK = 'network={\n\tssid="HMP Visits"\n\tkey_mgmt=WPA-PSK SAE\n\tpsk="a long passphrase"\n}\n'
UP, DOWN = "0x1003", "0x1002"


class Laptop(Machine):
    """A machine made of files."""

    def put(self, absolute: str, text: str = "") -> None:
        self.path(absolute).parent.mkdir(parents=True, exist_ok=True)
        self.write(absolute, text)

    def interface(self, name: str, flags: str, *, mark: str | None = "phy80211") -> None:
        self.put(f"/sys/class/net/{name}/flags", flags)
        if mark is not None:
            self.path(f"/sys/class/net/{name}/{mark}").mkdir()

    def radio(self, name: str, kind: str, *, soft: str = "0", hard: str = "0") -> None:
        for file, text in (("type", kind), ("soft", soft), ("hard", hard)):
            self.put(f"/sys/class/rfkill/{name}/{file}", text)


@pytest.fixture
def laptop(tmp_path: Path) -> Laptop:
    made = Laptop(tmp_path)
    made.put(PLACE, POLICY)
    made.interface("lo", "0x9", mark=None)
    made.interface("eth0", UP, mark=None)
    return made


def look(laptop: Laptop) -> Finding:
    return finding(Wireless(laptop))


def joins(laptop: Laptop, conf: str = NETWORK) -> None:
    laptop.put(PLACE, POLICY + 'wireless = "HMP Visits"\n')
    laptop.interface("wlan0", UP)
    laptop.put(CONF, conf)


def test_a_machine_with_a_cable_and_no_radio_holds(laptop: Laptop) -> None:
    assert look(laptop).verdict is Verdict.HOLDS


@pytest.mark.parametrize("mark", ["wireless", "phy80211"])
def test_wireless_that_is_up_blocks_when_the_policy_names_none_even_before_it_has_joined(
    laptop: Laptop, mark: str
) -> None:
    laptop.interface("wlan0", UP, mark=mark)
    found = look(laptop)
    assert (found.is_lost, found.severity) == (True, Severity.BLOCK)
    assert "wlan0" in found.evidence


def test_wireless_that_is_down_holds(laptop: Laptop) -> None:
    laptop.interface("wlan0", DOWN)
    laptop.radio("rfkill0", "wlan", soft="1")
    assert look(laptop).verdict is Verdict.HOLDS


@pytest.mark.parametrize("flags", ["", "yes"])
def test_an_interface_that_cannot_be_read_is_lost(laptop: Laptop, flags: str) -> None:
    laptop.interface("wlan0", flags)
    assert look(laptop).is_lost


def test_the_one_network_of_the_policy_may_be_joined(laptop: Laptop) -> None:
    joins(laptop)
    laptop.radio("rfkill0", "wlan")
    found = look(laptop)
    assert found.verdict is Verdict.HOLDS
    assert "may join 'HMP Visits' alone" in found.evidence


@pytest.mark.parametrize(
    ("conf", "told"),
    [
        ("", "must have one network"),
        (NETWORK + NETWORK, "must have one network"),
        (NETWORK.replace("HMP Visits", "Other"), "does not name 'HMP Visits'"),
        (NETWORK.replace('ssid="HMP Visits"', 'ssid="HMP Visits"\n\tssid="Other"'), "does not name"),
        (NETWORK.replace('\tssid="HMP Visits"\n', ""), "does not name"),
        (NETWORK.replace("key_mgmt=WPA-PSK SAE", "key_mgmt=NONE"), "weaker than WPA"),
        (NETWORK.replace("key_mgmt=WPA-PSK SAE", "key_mgmt=WPA-PSK NONE"), "weaker than WPA"),
        (NETWORK.replace("\tkey_mgmt=WPA-PSK SAE\n", ""), "weaker than WPA"),
        ("ctrl_interface=/run/wpa_supplicant\n" + NETWORK, "ctrl_interface"),
        ("update_config=1\n" + NETWORK, "update_config"),
        ("ap_scan=2\n" + NETWORK, "ap_scan"),
        ("cred={\n\trealm=x\n}\n" + NETWORK, "cred"),
    ],
)
def test_whatever_lets_it_join_another_network_is_lost(laptop: Laptop, conf: str, told: str) -> None:
    joins(laptop, conf)
    assert told in look(laptop).evidence
    assert look(laptop).is_lost


def test_a_second_configuration_or_a_second_joiner_is_lost(laptop: Laptop) -> None:
    joins(laptop)
    laptop.put("/etc/wpa_supplicant/other.conf", NETWORK)
    assert "has 2 configurations" in look(laptop).evidence
    laptop.path("/etc/wpa_supplicant/other.conf").unlink()
    laptop.put("/var/lib/iwd/Other.psk")
    assert "/var/lib/iwd/Other.psk may join" in look(laptop).evidence


def test_a_radio_without_a_use_is_lost_until_apply_switches_it_off(laptop: Laptop) -> None:
    for number, kind in enumerate(("wlan", "bluetooth", "wwan")):
        laptop.radio(f"rfkill{number}", kind)
    assert "a radio is on: rfkill0 (wlan), rfkill1 (bluetooth), rfkill2 (wwan)" in look(laptop).evidence
    Wireless(laptop).apply()
    Wireless(laptop).apply()
    assert look(laptop).verdict is Verdict.HOLDS


def test_apply_leaves_wireless_on_when_the_policy_names_a_network(laptop: Laptop) -> None:
    joins(laptop)
    laptop.radio("rfkill0", "wlan")
    laptop.radio("rfkill1", "bluetooth")
    Wireless(laptop).apply()
    assert laptop.text("/sys/class/rfkill/rfkill0/soft") == "0"
    assert look(laptop).verdict is Verdict.HOLDS


def test_without_a_policy_every_radio_is_switched_off_and_it_is_lost(laptop: Laptop) -> None:
    laptop.path(PLACE).unlink()
    laptop.radio("rfkill0", "wlan")
    with pytest.raises(LockdownError):
        Wireless(laptop).apply()
    assert laptop.text("/sys/class/rfkill/rfkill0/soft") == "1"
    assert look(laptop).is_lost


@pytest.mark.parametrize(
    ("place", "told"),
    [
        ("/sys/class/bluetooth/hci0/address", "a Bluetooth adapter: hci0"),
        ("/sys/module/btusb/refcnt", "loaded into the kernel: btusb"),
        ("/usr/lib/modules/6.1.0/kernel/drivers/bluetooth/btusb.ko", "drivers are installed"),
        ("/usr/lib/modules/6.1.0/kernel/net/bluetooth/bluetooth.ko", "drivers are installed"),
    ],
)
def test_any_trace_of_bluetooth_blocks(laptop: Laptop, place: str, told: str) -> None:
    laptop.put(place)
    found = look(laptop)
    assert (found.is_lost, found.severity) == (True, Severity.BLOCK)
    assert told in found.evidence
