"""The laptop's words as they are written: nothing that an older service need not know, where it can be left out."""

from contract.laptop_link import FROM_LAPTOP, CallNow, LaptopHello
from contract.media import JoinSteps
from contract.strict import parse
from contract.words import CallState

NOT_JOINED = CallNow(booking_id="b1", state=CallState.JOINING, talk_ms=0, left_ms=60_000)
JOINED = NOT_JOINED.model_copy(update={"joined": JoinSteps(ice=20)})


def test_how_long_joining_took_is_left_out_until_it_is_known_also_in_a_hello() -> None:
    hello = LaptopHello(protocol=1, software="test", call=NOT_JOINED)
    for written in (NOT_JOINED.model_dump_json(), hello.model_dump_json()):
        assert "joined" not in written
    assert parse(NOT_JOINED.model_dump_json(), FROM_LAPTOP) == NOT_JOINED


def test_how_long_joining_took_is_told_once_it_is_known() -> None:
    assert parse(JOINED.model_dump_json(), FROM_LAPTOP) == JOINED
