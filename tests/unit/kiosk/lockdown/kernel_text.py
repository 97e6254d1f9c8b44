"""Status files of threads, as /proc has them."""

from pathlib import Path


def status(*, uid: int = 996, no_new_privs: int = 1, seccomp: int = 2, capabilities: str = "0") -> str:
    return (
        f"Name:\tpython\nUid:\t{uid}\t{uid}\t{uid}\t{uid}\nCapInh:\t0000000000000000\n"
        f"CapPrm:\t{capabilities:0>16}\nCapEff:\t{capabilities:0>16}\nCapBnd:\t000001ffffffffff\n"
        f"CapAmb:\t0000000000000000\nNoNewPrivs:\t{no_new_privs}\nSeccomp:\t{seccomp}\nSeccomp_filters:\t2\n"
    )


def put_threads(root: Path, process: int | str, *texts: str) -> None:
    for number, text in enumerate(texts):
        folder = root / f"proc/{process}/task/{100 + number}"
        folder.mkdir(parents=True)
        (folder / "status").write_text(text)
