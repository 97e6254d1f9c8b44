"""A laptop's day by the rules alone: people and faults from a file, a fake clock; no device and no network."""
