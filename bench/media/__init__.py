"""One call, made by the laptop and by Debian's Chromium in turn, measured from outside; never on a laptop."""
