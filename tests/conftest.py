"""For every test: Qt without a screen."""

import os

os.environ["QT_QPA_PLATFORM"] = "offscreen"  # before Qt is loaded
