"""What somebody sends after his session has ended is not lost: it waits, on the server, until the same person has signed
in again, and is sent by one press of a button. Files can't be kept, and it is said which.

It lies in the new, still anonymous session, which signing in carries on.
"""

from dataclasses import asdict, dataclass

from django.contrib.auth.views import redirect_to_login
from django.urls import reverse

from incidents.services.identity import signed_in
from incidents.web.middleware import LAST_HERE

KEPT = "kept_form"
NOT_KEPT = {"csrfmiddlewaretoken"}
SECRET = "password"  # nosec B105 # part of a field's name


@dataclass(frozen=True)
class KeptForm:
    person: int
    path: str
    fields: dict[str, list[str]]
    files: list[str]

    @property
    def pairs(self) -> list[tuple[str, str]]:
        return [(name, value) for name, values in self.fields.items() for value in values]

    @property
    def words(self) -> list[str]:
        """What was typed, as far as it can be recognised by who typed it."""
        return [value for _, value in self.pairs if len(value) > 1 and not value.isascii()]


def keep(request) -> bool:
    """Whether it was kept: only of whom the last session in this browser says who he was, and nothing that holds a secret,
    as the forms do by which one keeps one's own account."""
    person = signed_in.owner_of(request.COOKIES.get(LAST_HERE, ""))
    holds_secrets = request.path.startswith(reverse("account")) or any(
        SECRET in name for name in request.POST
    )
    if person is None or holds_secrets:
        return False
    fields = {name: values for name, values in request.POST.lists() if name not in NOT_KEPT}
    files = [file.name for name in request.FILES for file in request.FILES.getlist(name)]
    request.session[KEPT] = asdict(KeptForm(person, request.get_full_path(), fields, files))
    return True


def to_sign_in():
    return redirect_to_login(reverse("session-resume"), reverse("login"))


def of(request) -> KeptForm | None:
    """The signed-in person's own; another's is thrown away."""
    if KEPT not in request.session:
        return None
    form = KeptForm(**request.session[KEPT])
    if form.person != request.user.pk:
        forget(request)
        return None
    return form


def forget(request):
    request.session.pop(KEPT, None)


def sent(request):
    """It has arrived where it was meant to go; from there on that page looks after what was typed."""
    if KEPT in request.session and request.session[KEPT]["path"] == request.get_full_path():
        forget(request)
