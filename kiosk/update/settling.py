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
    if state.trying is None:
        return True
    if state.trying == running:
        return _is_good(files, state, why_not)
    tried = [image for image in images if image.version == state.trying]
    if not tried:  # the power went before its kernel image had come
        files.keep(UpdateState(failed=state.failed, refused=state.refused))
    elif all(image.tries_left == 0 for image in tried):
        why = state.why or NEVER_SEEN
        files.tell(UpdateNews(event="update_failed", version=state.trying, before=running, why=why))
        files.keep(UpdateState(failed=state.trying))
    return True


def _is_good(files: UpdateFiles, state: UpdateState, why_not: str | None) -> bool:
    if why_not is not None:
        files.keep(state.model_copy(update={"why": why_not[:LONGEST_WHY]}))
        return False
    files.tell(UpdateNews(event="updated", version=state.trying, before=state.before))
    files.keep(UpdateState())
    return True
