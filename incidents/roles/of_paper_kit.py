"""On the paper kit for a dark hour (§5.2.3): telephone numbers leave the system with it."""

from .act import COMMAND, OFFICE, Act

ACTS = (Act("paper_kit.print", "打印纸质应急包", OFFICE | COMMAND, "5.2.3", is_never_drilled=True),)
