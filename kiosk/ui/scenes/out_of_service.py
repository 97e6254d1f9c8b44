"""Out of service: what everybody should do, and what is wrong, in words, for the officer."""

from PySide6.QtWidgets import QWidget

from kiosk.scenes import Fault, OutOfService
from kiosk.ui.design import Tone
from kiosk.ui.pieces.text import Style, TextBlock
from kiosk.ui.scenes.message import MessageView
from kiosk.ui.words import say


class OutOfServiceView(MessageView):
    """ "This laptop cannot be used. Please use another one."; while it starts, "Please wait a moment." """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.sign = self.crown("laptop_off", Tone.WARNING)
        self.officer = TextBlock(self, Style(18, bold=True, tone=Tone.SOFT, centred=True))
        self.fault = TextBlock(self, Style(20, centred=True, most_lines=3))
        self.reference = TextBlock(self, Style(16, tone=Tone.SOFT, centred=True))
        self.add(self.officer, gap=32)
        self.add(self.fault, gap=4)
        self.add(self.reference, gap=16)

    def draw(self, scene: OutOfService) -> None:
        """Show the scene. Starting is no fault, and a guard that fell silent is back within seconds: both ask for
        patience, the first for nothing else.
        """
        starting = scene.fault is Fault.STARTING
        passes = scene.fault in (Fault.STARTING, Fault.GUARD_SILENT)
        self.sign.turn_into(*(("laptop", Tone.ACCENT) if passes else ("laptop_off", Tone.WARNING)))
        self.title.say(say("out_of_service.starting" if passes else "out_of_service.title"))
        self.lead.say(say("out_of_service.wait" if passes else "out_of_service.body"))
        self.officer.say("" if starting else say("out_of_service.officer"))
        self.fault.say("" if starting else _why(scene))
        self.reference.say(say("out_of_service.reference", reference=scene.reference) if scene.reference else "")


def _why(scene: OutOfService) -> str:
    """What is wrong and what to do: of a measure of the lockdown, its own sentence."""
    if scene.measure is not None:
        return say(f"measure.fault.{scene.measure.value}")
    return say(f"out_of_service.fault.{scene.fault.value}")
