"""The laptop: a locked-down shell that shows only the scheduled call, and the guard that decides."""
