"""The parts of the media room, one test file each; no network, no device."""
