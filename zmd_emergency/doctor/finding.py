"""One line of the doctor's report."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    GRAVE = "严重"
    MIND = "注意"
    FINE = "正常"


@dataclass(frozen=True)
class Finding:
    level: Level
    about: str
    words: str
    remedy: str = ""


def grave(about: str, words: str, remedy: str) -> Finding:
    return Finding(Level.GRAVE, about, words, remedy)


def mind(about: str, words: str, remedy: str) -> Finding:
    return Finding(Level.MIND, about, words, remedy)


def fine(about: str, words: str) -> Finding:
    return Finding(Level.FINE, about, words)
