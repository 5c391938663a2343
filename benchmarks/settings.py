"""The product's settings, and the bare views beside its paths."""

from zmd_emergency.settings import *  # noqa: F403

ROOT_URLCONF = "benchmarks.bare"
