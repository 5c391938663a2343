"""How much waits in the inbox unread."""

from alerts.models import Notification
from alerts.models.notification import REAL, counted_in


def unread_of(request) -> int:
    """Of the drill that he is in, or else of what is real."""
    user = request.user
    if not user.is_authenticated:
        return 0
    drill = getattr(request, "drill", None)
    return Notification.objects.filter(counted_in(drill), person=user, read_at=None).count()


def unread_in_earnest(user) -> int:
    """What is real beside the drill that he is in; that a drill begins is not."""
    return Notification.objects.filter(REAL, person=user, read_at=None).count()
