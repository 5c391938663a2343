"""What the content policy lets pages fetch from elsewhere."""

import re


def origins_of(tiles: str) -> list[str]:
    """The origin of a tile server's address; `{s}`, one of several hosts, is any of them. Our own needs no word."""
    found = re.match(r"(https?)://(\{s\}\.)?([A-Za-z0-9.-]+(?::\d+)?)(?=/|$)", tiles)
    if found is None:
        return []
    scheme, any_host, host = found.groups()
    return [f"{scheme}://{'*.' if any_host else ''}{host}"]
