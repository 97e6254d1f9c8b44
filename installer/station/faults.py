"""Every way in which an installation stops: a code, a sentence for the screen, and what to do. It decides nothing."""

from enum import Enum

from kiosk.errors import KioskError


class Fault(Enum):
    """`code` is what IT reads out; `sentence` says what is wrong, `remedy` what to do about it."""

    NO_DISK = "E10", "There is no disk inside that a laptop can be installed on.", "Have the disk looked at."
    TWO_DISKS = "E11", "There are several disks inside, and none is chosen.", "Take out all but one."
    DISK_TOO_SMALL = "E12", "The disk is too small.", "Use a laptop with a larger disk."
    NO_TPM = "E13", "There is no TPM 2.0.", "Switch it on in the firmware's settings."
    NO_UEFI = "E14", "This machine was not started by UEFI.", "Switch off legacy boot in the firmware's settings."
    OTHER_KEYS = (
        "E15",
        "Secure Boot is not in setup mode, and its keys are not ours.",
        "Clear the Secure Boot keys in the firmware's settings, then start the stick again.",
    )
    SECURE_BOOT_OFF = "E16", "Secure Boot has our keys and is off.", "Switch it on in the firmware's settings."
    NOT_MEASURED = (
        "E17",
        "The firmware does not tell the TPM how it started.",
        "Update the firmware, or use another laptop.",
    )
    TPM_OWNED = (
        "E18",
        "The TPM is held by a former owner.",
        "Clear the TPM in the firmware's settings, then start again.",
    )
    NOTHING_LASTS = (
        "E19",
        "It was started from the network, and there is no stick that can keep its report.",
        "Put in a stick with FAT that is called REPORTS, then start again.",
    )
    NO_PAYLOAD = "E20", "A part of the release is not on the stick.", "Write the stick again."
    PAYLOAD_REFUSED = "E21", "The release on the stick is not to be trusted.", "Write the stick again."
    PAYLOAD_DAMAGED = "E22", "The release on the stick is damaged.", "Write the stick again, or use another stick."
    NO_STICK = (
        "E23",
        "The stick cannot be read.",
        "Leave it in and start again; if it stays so, write it again, or use another stick.",
    )
    NO_SITE = "E30", "There is no site.toml on the stick.", "Copy the site's file to the stick."
    SITE_WRONG = "E31", "The site's settings are wrong.", "Correct the file on the stick."
    NO_CODE = "E32", "site.toml has no enrolment code for this laptop.", "Add one, with this laptop's serial number."
    DISK_FAULT = "E40", "The disk could not be written.", "Start again; if it stays so, change the disk."
    DATA_FAULT = "E41", "The encrypted part of the disk could not be made.", "Clear the TPM, then start again."
    USB_FAULT = "E42", "The built-in USB devices could not be read.", "Unplug all but the stick, then start again."
    KEYS_FAULT = "E50", "The Secure Boot keys could not be set.", "Clear them in the firmware, then start again."
    NO_NETWORK = "E60", "The network does not come up.", "Check the cable and site.toml, then start again."
    NOT_ENROLLED = "E61", "The service did not enrol this laptop.", "Ask for a new code, then start again."
    ANSWER_WRONG = "E62", "The service's answer on the stick is not for this laptop.", "Delete it, then start again."
    NOT_UPDATED = "E63", "The laptop was not updated, and starts as before.", "See what is said; else install it."
    READ_BACK = "E70", "What was written reads back otherwise.", "Start again; if it stays so, change the disk."
    NO_REPORT = "E80", "The acceptance report could not be made.", "Start again, with room on the stick."
    UNFORESEEN = "E99", "Something went wrong that nobody foresaw.", "Start again, and tell who made this release."

    def __init__(self, code: str, sentence: str, remedy: str) -> None:
        self.code, self.sentence, self.remedy = code, sentence, remedy


class Stopped(KioskError):
    """The installation cannot go on. `detail` says more, for IT; no secret is in it."""

    def __init__(self, fault: Fault, detail: str = "") -> None:
        self.fault, self.detail = fault, detail
        super().__init__(" ".join(part for part in (fault.sentence, detail, fault.remedy) if part))
