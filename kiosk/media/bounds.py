"""Every bound that is put on aiortc and aioice, in one place; each stands in its own file with its reason."""

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
    log_sparsely("kiosk.media.engine")
