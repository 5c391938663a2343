"""Recovery codes are shown once: they wait sealed in the session for the page that shows them, and are gone from it then."""

from django.shortcuts import redirect

from alerts.channels import sealing

KEPT = "shown_once"


def show(request, codes: list[str], url: str):
    """To the page that shows them; it leads on to `url`."""
    request.session[KEPT] = {"sealed": sealing.seal({"codes": codes}), "url": url}
    return redirect("account-codes")


def take(request) -> tuple[list[str], str] | None:
    kept = request.session.pop(KEPT, None)
    return (sealing.unseal(kept["sealed"])["codes"], kept["url"]) if kept else None
