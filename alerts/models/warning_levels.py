"""A warning's levels in the words of §4.4."""

from incidents.models import Level

COLOURS = {Level.I: "红色", Level.II: "橙色", Level.III: "黄色", Level.IV: "蓝色"}
GRAVITY = {Level.I: "特别严重", Level.II: "严重", Level.III: "较重", Level.IV: "一般"}


def level_words(level: int) -> str:
    """红色预警（Ⅰ级，特别严重）"""
    return f"{COLOURS[level]}预警（{Level(level).roman}级，{GRAVITY[level]}）"
