"""Shows a newcomer the whole main job on one machine; never installed on a laptop."""
