"""Praktik's settings with the reference page added."""

from praktik.settings import *  # noqa: F403

ROOT_URLCONF = "benchmarks.site.urls"
