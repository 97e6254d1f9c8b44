"""The networks of the table, by name. Data only."""

from typing import Final

from bench.media.line import Condition

CLEAN: Final = Condition("clean")
CONDITIONS: Final = (
    CLEAN,
    *(Condition(f"{kbps} kbit/s", kbps=kbps, delay_ms=20) for kbps in (2000, 1000, 500, 300)),
    *(Condition(f"loss {loss} %", loss_percent=loss, delay_ms=20) for loss in (2, 5, 10, 20)),
    *(Condition(f"loss {loss} % in bursts", loss_percent=loss, burst=4, delay_ms=20) for loss in (2, 5, 10, 20)),
    Condition("100 ± 50 ms", delay_ms=100, jitter_ms=50),
    Condition("5 s cut", cut_s=5, delay_ms=20),
)
