"""Map tiles behind the counties' outlines: none, unless the installation names a server (`MAP_TILES_URL`)."""

from django.conf import settings


def tiles() -> dict | None:
    """What the map's script needs to show them."""
    if not settings.MAP_TILES_URL:
        return None
    return {"url": settings.MAP_TILES_URL, "attribution": settings.MAP_TILES_ATTRIBUTION}
