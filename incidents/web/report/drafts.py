"""Half-typed forms, kept per person on the server until filed, discarded, handed over or signed out."""

from datetime import datetime

from incidents.models import IntakeDraft, User

KEPT_PER_PERSON = 20
NEVER_KEPT = {"csrfmiddlewaretoken", "_drill"}


def save(person: User, form: str, fields: dict[str, list[str]], at: datetime) -> None:
    fields = {
        name.replace("\0", ""): [value.replace("\0", "") for value in values]
        for name, values in fields.items()
        if name not in NEVER_KEPT
    }
    IntakeDraft.objects.update_or_create(
        person=person, form=form, defaults={"fields": fields, "saved_at": at}
    )
    kept = IntakeDraft.objects.filter(person=person).order_by("-saved_at")[:KEPT_PER_PERSON]
    IntakeDraft.objects.filter(person=person).exclude(pk__in=[draft.pk for draft in kept]).delete()


def load(person: User, form: str) -> IntakeDraft | None:
    return IntakeDraft.objects.filter(person=person, form=form).first()


def forget(person: User, form: str | None = None) -> None:
    """After filing or discarding one form; without a form all of them, at sign-out and hand-over."""
    drafts = IntakeDraft.objects.filter(person=person)
    (drafts.filter(form=form) if form else drafts).delete()


def as_initial(draft: IntakeDraft) -> dict:
    """The draft as a form's initial values: a list only where several were chosen."""
    return {name: values[0] if len(values) == 1 else values for name, values in draft.fields.items()}
