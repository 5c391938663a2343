"""The product's settings, with which beat can't start and everything else can."""

import sys

from zmd_emergency.settings import *  # noqa: F403

if "beat" in sys.argv:
    sys.exit("no clock today")
