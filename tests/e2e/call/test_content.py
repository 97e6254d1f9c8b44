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
from tests.e2e.kit.sound import LAPTOP, PHONE, SoundServer
from tests.fakes.eventually import eventually

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
        seen = [await eventually(lambda: colour_on(screen), 20, "the family's picture on the screen")]
        while len(seen) < 5:
            seen.append(await eventually(partial(another_colour, screen, seen[-1]), 5, f"a colour after {seen[-1]}"))
        order = list(COLOURS)
        start = order.index(seen[0])
        assert seen == [order[(start + step) % len(order)] for step in range(5)]

        # the laptop's drawn picture in the family's browser: the orange disc, on the move
        video = await people.picture()
        await people.page.wait_for_function(f"video => ({DISC})(video) !== null", arg=video)
        first = await video.evaluate(DISC)
        await people.page.wait_for_function(
            f"([video, x, y]) => {{ const at = ({DISC})(video); return at && Math.hypot(at[0] - x, at[1] - y) > 30; }}",
            arg=[video, *first],
        )

        # sound, both ways: what each loudspeaker really plays
        heard = await sound.hear(3, LAPTOP)
        assert share_at(heard, FAMILY_HERTZ) > 0.5, "the family's tone from the laptop's loudspeaker"
        assert share_at(heard, PRISON_HERTZ) < 0.1
        assert await video.evaluate("video => !video.muted && !video.paused && video.volume > 0")
        heard = await sound.hear(3, PHONE)
        assert share_at(heard, PRISON_HERTZ) > 0.5, "the prison's tone from the family's loudspeaker"
        assert share_at(heard, FAMILY_HERTZ) < 0.1
