"""What is changed in aiortc and aioice, in one place: bounds above all. Each stands in its own file with its reason."""

from kiosk.media.dtls import run_nothing_written
from kiosk.media.gate import gate_ports
from kiosk.media.intake import bound_intake
from kiosk.media.reception import bound_reception
from kiosk.media.sources import bound_sources
from kiosk.media.sparse_log import log_sparsely
from kiosk.media.steady_time import steady_aiortc


def bound_aiortc() -> None:
    """Have every connection that is made from now on stay within bounds, whoever is at the other end. Safe twice."""
    gate_ports()
    bound_intake()
    bound_reception()
    bound_sources()
    steady_aiortc()
    run_nothing_written()
    log_sparsely("kiosk.media.engine")
