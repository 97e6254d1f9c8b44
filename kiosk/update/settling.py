"""What has come of an update, at the start after it: found good, found wanting, or given up for the one before.

Nothing here blesses or restarts: a boot that is found wanting fails its unit, and systemd does both or neither.
"""

from typing import Final

from kiosk.lockdown.update_files import LONGEST_WHY, UpdateFiles, UpdateNews, UpdateState
from kiosk.update.boot_folder import Image

NEVER_SEEN: Final = "It did not start, or not far enough to say why."


def settle(files: UpdateFiles, images: tuple[Image, ...], running: str, why_not: str | None) -> bool:
    """Whether this boot may count as good. `why_not` is what it lacks; of one that is tried no more, that is for IT.

    Raises OSError. Safe twice.
    """
    state = files.state()
    if why_not is not None and is_trial(images, running):
        files.keep(state.model_copy(update={"trying": running, "why": why_not[:LONGEST_WHY]}))
        return False
    if state.trying == running and why_not is None:
        files.tell(UpdateNews(event="updated", version=running, before=state.before))
        files.keep(UpdateState())
    elif state.trying is not None and state.trying != running:
        _look_back(files, state, images, running)
    return True


def is_trial(images: tuple[Image, ...], running: str) -> bool:
    """Whether this boot is counted, and there is another version to go back to: by the names of the images alone."""
    is_counted = any(each.version == running and each.tries_left is not None for each in images)
    return is_counted and any(each.version != running and each.tries_left != 0 for each in images)


def _look_back(files: UpdateFiles, state: UpdateState, images: tuple[Image, ...], running: str) -> None:
    tried = [image for image in images if image.version == state.trying]
    if not tried:  # the power went before its kernel image had come
        files.keep(UpdateState(failed=state.failed, refused=state.refused))
    elif all(image.tries_left == 0 for image in tried):
        why = state.why or NEVER_SEEN
        files.tell(UpdateNews(event="update_failed", version=state.trying, before=running, why=why))
        files.keep(UpdateState(failed=state.trying))
