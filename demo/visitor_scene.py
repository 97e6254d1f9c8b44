"""The built-in visitor's picture: a drawn living room, somebody waving, and a blue balloon on a known path."""

import math
from typing import Final

import cv2
import numpy as np
from av import VideoFrame

from kiosk.media.canvas import Canvas, Patch, Stamp
from kiosk.media.i420 import Pixels
from kiosk.media.pace import Pace

WIDTH: Final = 1280
HEIGHT: Final = 720
BALLOON_RGB: Final = (0x2A, 0x5B, 0xD7)
BALLOON_RADIUS: Final = 62
_WAVES: Final = 30  # drawings of one wave of the hand
_FRAMES_PER_DRAWING: Final = 2
_FIGURE_LEFT: Final = 380
_FIGURE_TOP: Final = 190
_FIGURE_SIDE: Final = 500

WALL, SKIRTING, FLOOR = (206, 226, 238), (232, 240, 244), (92, 132, 172)
SOFA, SOFA_DARK, LAMP, WOOD = (128, 134, 72), (104, 110, 56), (150, 214, 246), (58, 88, 124)
SKY, HILL, GRASS, CURTAIN = (232, 206, 170), (150, 176, 132), (104, 160, 116), (122, 150, 214)
SKIN, HAIR, JUMPER, JUMPER_DARK = (172, 200, 236), (44, 62, 96), (84, 184, 226), (64, 156, 200)
FUR, FUR_DARK, INK, MOUTH = (214, 226, 234), (96, 122, 150), (52, 46, 44), (86, 86, 176)
Colour = tuple[int, int, int]


class LivingRoom:
    """A picture source like a camera: 1280x720 at 30 frames a second."""

    def __init__(self, pace: Pace) -> None:
        room = _room()
        self._pace = pace
        self._canvas = Canvas(room)
        self._figures = [_figure(room, drawing / _WAVES) for drawing in range(_WAVES)]
        self._balloon = _balloon()

    def read(self) -> VideoFrame:
        """Wait until the next frame is due and draw it."""
        return self.draw(self._pace.next())

    def draw(self, number: int) -> VideoFrame:
        """Frame `number`: the balloon stands at `balloon_centre(number)`."""
        x, y = balloon_centre(number)
        self._canvas.wipe()
        self._canvas.draw(self._figures[number // _FRAMES_PER_DRAWING % _WAVES], _FIGURE_LEFT, _FIGURE_TOP)
        self._canvas.draw(self._balloon, x - BALLOON_RADIUS, y - BALLOON_RADIUS)
        return self._canvas.frame()

    def close(self) -> None:
        """Nothing is held open."""


def balloon_centre(number: int) -> tuple[int, int]:
    """Where the middle of the balloon is in frame `number`, in pixels."""
    turn = 2 * math.pi * number / 240
    return int(1070 + 110 * math.sin(turn)) // 2 * 2, int(200 + 70 * math.sin(2 * turn)) // 2 * 2


def _room() -> Pixels:
    picture = np.full((HEIGHT, WIDTH, 3), WALL, np.uint8)
    cv2.rectangle(picture, (0, 560), (WIDTH, HEIGHT), FLOOR, -1)
    cv2.rectangle(picture, (0, 548), (WIDTH, 562), SKIRTING, -1)
    for x in range(-200, WIDTH, 160):
        cv2.line(picture, (x + 120, 562), (x, HEIGHT), WOOD, 1, cv2.LINE_AA)
    _window(picture)
    _lamp(picture)
    _sofa(picture)
    return picture


def _window(picture: Pixels) -> None:
    cv2.rectangle(picture, (70, 80), (330, 380), SKIRTING, -1)
    outdoors = picture[94:366, 84:316]
    outdoors[:] = SKY
    cv2.ellipse(outdoors, (66, 272), (150, 90), 0, 180, 360, HILL, -1, cv2.LINE_AA)
    cv2.rectangle(outdoors, (0, 236), (232, 272), GRASS, -1)
    cv2.circle(outdoors, (178, 54), 24, LAMP, -1, cv2.LINE_AA)
    cv2.rectangle(picture, (194, 94), (206, 366), SKIRTING, -1)
    cv2.rectangle(picture, (70, 366), (330, 380), SKIRTING, -1)
    for left in (44, 300):
        cv2.rectangle(picture, (left, 66), (left + 56, 430), CURTAIN, -1)


def _lamp(picture: Pixels) -> None:
    cv2.rectangle(picture, (946, 330), (954, 600), WOOD, -1)
    shade = np.array([[905, 340], [995, 340], [975, 262], [925, 262]], np.int32)
    cv2.fillPoly(picture, [shade], LAMP, cv2.LINE_AA)
    cv2.ellipse(picture, (950, 602), (46, 12), 0, 0, 360, WOOD, -1, cv2.LINE_AA)


def _sofa(picture: Pixels) -> None:
    _cushion(picture, (330, 400), (900, 620), SOFA)
    _cushion(picture, (290, 480), (370, 660), SOFA_DARK)
    _cushion(picture, (860, 480), (940, 660), SOFA_DARK)
    _cushion(picture, (360, 590), (870, 670), SOFA_DARK)


def _cushion(picture: Pixels, corner: tuple[int, int], opposite: tuple[int, int], colour: Colour) -> None:
    (left, top), (right, bottom), r = corner, opposite, 28
    cv2.rectangle(picture, (left + r, top), (right - r, bottom), colour, -1)
    cv2.rectangle(picture, (left, top + r), (right, bottom - r), colour, -1)
    for x, y in ((left + r, top + r), (right - r, top + r), (left + r, bottom - r), (right - r, bottom - r)):
        cv2.circle(picture, (x, y), r, colour, -1, cv2.LINE_AA)


def _figure(room: Pixels, part: float) -> Stamp:
    """Somebody on the sofa and their cat, at `part` (0 to 1) of one wave."""
    side = np.s_[_FIGURE_TOP : _FIGURE_TOP + _FIGURE_SIDE, _FIGURE_LEFT : _FIGURE_LEFT + _FIGURE_SIDE]
    drawing = room[side].copy()
    _body(drawing, part)
    _face(drawing, part)
    _cat(drawing, part)
    return Stamp.of(drawing)


def _body(drawing: Pixels, part: float) -> None:
    cv2.ellipse(drawing, (230, 420), (112, 150), 0, 180, 360, JUMPER, -1, cv2.LINE_AA)
    cv2.line(drawing, (146, 356), (112, 430), JUMPER_DARK, 44, cv2.LINE_AA)
    lean = 0.35 * math.sin(4 * math.pi * part)
    elbow = (348, 352)
    hand = (int(elbow[0] + 118 * math.sin(0.25 + lean)), int(elbow[1] - 118 * math.cos(0.25 + lean)))
    cv2.line(drawing, (302, 326), elbow, JUMPER_DARK, 44, cv2.LINE_AA)
    cv2.line(drawing, elbow, hand, JUMPER_DARK, 40, cv2.LINE_AA)
    cv2.circle(drawing, hand, 27, SKIN, -1, cv2.LINE_AA)
    cv2.rectangle(drawing, (208, 250), (252, 300), SKIN, -1)


def _face(drawing: Pixels, part: float) -> None:
    cv2.circle(drawing, (230, 176), 92, HAIR, -1, cv2.LINE_AA)
    cv2.ellipse(drawing, (230, 192), (72, 86), 0, 0, 360, SKIN, -1, cv2.LINE_AA)
    cv2.ellipse(drawing, (230, 132), (74, 40), 0, 180, 360, HAIR, -1, cv2.LINE_AA)
    eye = 2 if part > 0.93 else 9
    for x in (202, 258):
        cv2.ellipse(drawing, (x, 188), (8, eye), 0, 0, 360, INK, -1, cv2.LINE_AA)
    opening = int(8 + 7 * math.sin(10 * math.pi * part))
    cv2.ellipse(drawing, (230, 232), (26, opening), 0, 0, 180, MOUTH, -1, cv2.LINE_AA)
    cv2.ellipse(drawing, (230, 232), (26, 4), 0, 0, 180, MOUTH, -1, cv2.LINE_AA)


def _cat(drawing: Pixels, part: float) -> None:
    swing = int(24 * math.sin(2 * math.pi * part))
    tail = np.array([[462, 400], [480, 350], [474 + swing, 310], [468 + 2 * swing, 296]], np.int32)
    cv2.polylines(drawing, [tail.clip(8, _FIGURE_SIDE - 8)], False, FUR_DARK, 16, cv2.LINE_AA)
    cv2.ellipse(drawing, (424, 404), (56, 44), 0, 0, 360, FUR, -1, cv2.LINE_AA)
    for x in (376, 412):
        ear = np.array([[x - 16, 352], [x, 312], [x + 16, 352]], np.int32)
        cv2.fillPoly(drawing, [ear], FUR_DARK, cv2.LINE_AA)
    cv2.circle(drawing, (394, 370), 40, FUR, -1, cv2.LINE_AA)
    for x in (380, 408):
        cv2.circle(drawing, (x, 364), 5, INK, -1, cv2.LINE_AA)
    cv2.circle(drawing, (394, 380), 4, MOUTH, -1, cv2.LINE_AA)


def _balloon() -> Patch:
    side = 2 * BALLOON_RADIUS
    opacity = np.zeros((side, side), np.uint8)
    cv2.circle(opacity, (BALLOON_RADIUS, BALLOON_RADIUS), BALLOON_RADIUS - 2, 255, -1, cv2.LINE_AA)
    pixels = np.empty((side, side, 3), np.uint8)
    pixels[:] = BALLOON_RGB[::-1]
    return Patch.of(pixels, opacity)
