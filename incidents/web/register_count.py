"""What the card of a register says on the page 准备."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Count:
    """How many stand in the register, and what in it waits for somebody, in words (nothing: empty)."""

    total: int
    waiting: str = ""
