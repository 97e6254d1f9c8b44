"""The kernel's switches: set where they can be, lost where they are not, and where the kernel has none."""

from pathlib import Path

import pytest

from kiosk.lockdown.measure import finding
from kiosk.lockdown.measures.kernel import Kernel
from kiosk.lockdown.required import SYSCTLS
from kiosk.policy.measures import Severity, Verdict
from tests.fakes.laptop_root import LaptopRoot, hardened, lost_with


def file_of(name: str) -> str:
    return "/proc/sys/" + name.replace(".", "/")


@pytest.fixture
def root(tmp_path: Path) -> LaptopRoot:
    laptop = LaptopRoot(tmp_path)
    hardened(laptop)
    return laptop


@pytest.fixture
def kernel(root: LaptopRoot) -> Kernel:
    return Kernel(root.machine, root.platform)


def test_it_holds_where_every_switch_stands_right(kernel: Kernel) -> None:
    found = finding(kernel)
    assert found.verdict is Verdict.HOLDS
    assert found.evidence.startswith(f"{len(SYSCTLS)} switches")


@pytest.mark.parametrize("name", SYSCTLS)
def test_a_switch_that_stands_wrong_blocks_and_applying_sets_it(root: LaptopRoot, kernel: Kernel, name: str) -> None:
    root.put(file_of(name), "-1" if SYSCTLS[name].startswith(">=") else "7")
    found = finding(kernel)
    lost_with(found, f"{name} is ")
    assert found.severity is Severity.BLOCK
    kernel.apply()
    kernel.apply()
    assert finding(kernel).verdict is Verdict.HOLDS


@pytest.mark.parametrize("name", SYSCTLS)
def test_a_switch_that_this_kernel_does_not_have_blocks(root: LaptopRoot, kernel: Kernel, name: str) -> None:
    root.drop(file_of(name))
    kernel.apply()
    lost_with(finding(kernel), f"this kernel has no {name}")


def test_a_stricter_value_is_as_good_and_is_left(root: LaptopRoot, kernel: Kernel) -> None:
    root.put(file_of("kernel.yama.ptrace_scope"), "3")
    kernel.apply()
    assert root.machine.text(file_of("kernel.yama.ptrace_scope")) == "3"
    assert finding(kernel).verdict is Verdict.HOLDS


@pytest.mark.parametrize("found", ["", "x", "2 3", "-"])
def test_a_value_that_is_no_number_is_not_met(root: LaptopRoot, kernel: Kernel, found: str) -> None:
    root.put(file_of("kernel.yama.ptrace_scope"), found)
    lost_with(finding(kernel), "kernel.yama.ptrace_scope is")


def test_a_switch_that_cannot_be_read_is_lost(root: LaptopRoot, kernel: Kernel) -> None:
    root.unreadable(file_of("kernel.sysrq"))
    kernel.apply()
    lost_with(finding(kernel), "could not look")


@pytest.mark.parametrize(
    ("path", "said"),
    [("/proc/sys/kernel/modules_disabled", "1"), ("/sys/module/module/parameters/sig_enforce", "Y")],
)
def test_foreign_modules_are_kept_out_in_one_of_three_ways(
    root: LaptopRoot, kernel: Kernel, path: str, said: str
) -> None:
    root.put("/sys/kernel/security/lockdown", "[none] integrity confidentiality")
    lost_with(finding(kernel), "modules that nobody signed")
    root.put(path, said)
    assert finding(kernel).verdict is Verdict.HOLDS


def test_swap_blocks_and_is_named(root: LaptopRoot, kernel: Kernel) -> None:
    root.put("/proc/swaps", "Filename Type\n/dev/zram0 partition 1 0 100\n")
    lost_with(finding(kernel), "swapped to /dev/zram0")


def test_a_kernel_that_does_not_say_whether_it_swaps_is_lost(root: LaptopRoot, kernel: Kernel) -> None:
    root.drop("/proc/swaps")
    lost_with(finding(kernel), "could not look: FileNotFoundError")
