"""Makes a picture as small as its rung, once, and only where it is larger. Never makes one larger."""

from av import VideoFrame
from av.video.reformatter import Interpolation, VideoReformatter

from kiosk.media.fit import Size, fit


class Shrink:
    """swscale, set up once for each pair of sizes."""

    def __init__(self) -> None:
        self._reformatter = VideoReformatter()

    def to(self, frame: VideoFrame, width: int, height: int) -> VideoFrame:
        """`frame`, or a smaller one of the same shape, with the same time and even sides."""
        if frame.width <= width and frame.height <= height:
            return frame
        size = fit(Size(frame.width, frame.height), Size(width, height))
        small = self._reformatter.reformat(
            frame,
            width=max(2, size.width // 2 * 2),
            height=max(2, size.height // 2 * 2),
            format="yuv420p",
            interpolation=Interpolation.FAST_BILINEAR,
            threads=1,
        )
        small.pts, small.time_base = frame.pts, frame.time_base
        return small
