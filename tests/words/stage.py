"""Doing an act through its form, as a browser sends it."""

from django.test import Client

from tests.screens.stage import form_of, sign_in, text_of


def do(actor, url: str, **typed):
    """Posts the form of this act with what is typed; the answer of the page that it leads to."""
    client = actor if isinstance(actor, Client) else sign_in(actor)
    return client.post(url, form_of(client, url, **typed), follow=True)


def done(actor, url: str, **typed) -> str:
    """The same, for what must succeed; the words of the page that it leads to."""
    answer = do(actor, url, **typed)
    assert answer.status_code == 200 and answer.redirect_chain, text_of(answer)[:1500]
    return text_of(answer)


def refused(actor, url: str, status: int, **typed) -> str:
    """The same, for what must be refused by the form that was open, with this status."""
    client = sign_in(actor)
    answer = client.post(url, {"token": "another", "seen": "0"} | typed)
    assert answer.status_code == status, (answer.status_code, text_of(answer)[:800])
    return text_of(answer)
