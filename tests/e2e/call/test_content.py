"""Both really see and hear each other: what one side sends is recognised in what the other side shows and plays."""

from functools import partial
from pathlib import Path

from tests.e2e.call.conftest import FAMILY_HERTZ, PRISON_HERTZ
from tests.e2e.kit.clips import COLOURS, share_at
from tests.e2e.kit.family import Family
from tests.e2e.kit.house import House
from tests.e2e.kit.officer import admits
from tests.e2e.kit.picture import another_colour, colour_on
from tests.e2e.kit.screen import Screen
from tests.e2e.kit.sound import LAPTOP, PHONE, Samples, SoundServer
from tests.fakes.eventually import eventually

MOST_COLOURS = 20  # each stands a second; whoever stands still for one has missed it, and the row begins anew
MOST_LISTENS = 4  # a gap in the sound may fill one of them

DISC = """video => {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [320, 180];
  const draw = canvas.getContext("2d", {willReadFrequently: true});
  draw.drawImage(video, 0, 0, 320, 180);
  const data = draw.getImageData(0, 0, 320, 180).data;
  let x = 0, y = 0, n = 0;
  for (let i = 0; i < data.length; i += 4) {
    if (Math.abs(data[i] - 0xE4) < 40 && Math.abs(data[i + 1] - 0x57) < 40 && Math.abs(data[i + 2] - 0x2E) < 40) {
      x += (i / 4) % 320; y += Math.floor(i / 4 / 320); n += 1;
    }
  }
  return n > 60 ? [x / n, y / n] : null;
}"""


async def clip_in_order(screen: Screen) -> list[str]:
    """Five colours on the screen, one after another as the clip has them."""
    order = list(COLOURS)
    row = [await eventually(lambda: colour_on(screen), 20, "the family's picture on the screen")]
    for _ in range(MOST_COLOURS):
        colour = await eventually(partial(another_colour, screen, row[-1]), 20, f"a colour after {row[-1]}")
        follows = order.index(colour) == (order.index(row[-1]) + 1) % len(order)
        row = [*row, colour] if follows else [colour]
        if len(row) == 5:
            return row
    raise AssertionError(f"the clip's colours come in another order than {order}")


async def plays(sound: SoundServer, loudspeaker: str, hertz: float) -> Samples:
    """What a loudspeaker plays, when most of it is this tone."""
    shares = []
    for _ in range(MOST_LISTENS):
        heard = await sound.hear(3, loudspeaker)
        shares.append(share_at(heard, hertz))
        if shares[-1] > 0.5:
            return heard
    raise AssertionError(f"of the sound from {loudspeaker} this much was {hertz} Hz: {shares}")


async def test_both_see_and_hear_each_other(
    house: House, people: Family, screen: Screen, sound: SoundServer, clips: Path
) -> None:
    booked = await house.book()
    await house.start_service()
    await house.start_laptop()
    await people.opens(house.url + booked.link)
    async with sound.speaking(clips / "prison.wav"):
        await admits(screen, people)
        await people.is_at("call")

        # the family's clip on the laptop's screen: its four colours, in its order
        await clip_in_order(screen)

        # the laptop's drawn picture in the family's browser: the orange disc, on the move
        video = await people.picture()
        first = await (await people.page.wait_for_function(DISC, arg=video)).json_value()
        await people.page.wait_for_function(
            f"([video, x, y]) => {{ const at = ({DISC})(video); return at && Math.hypot(at[0] - x, at[1] - y) > 30; }}",
            arg=[video, *first],
        )

        # sound, both ways: what each loudspeaker really plays
        assert share_at(await plays(sound, LAPTOP, FAMILY_HERTZ), PRISON_HERTZ) < 0.1
        assert await video.evaluate("video => !video.muted && !video.paused && video.volume > 0")
        assert share_at(await plays(sound, PHONE, PRISON_HERTZ), FAMILY_HERTZ) < 0.1
