"""What everybody gets of a broadcast, and its author before all others."""

from orbit_domain.broadcast.broadcast import Broadcast
from orbit_domain.notice.announcement import Announcement


def announcement_of(broadcast: Broadcast) -> Announcement:
    """The message that *broadcast* is now."""
    buttons = tuple((button.label, button.target) for button in broadcast.buttons)
    return Announcement(broadcast.id, broadcast.html, broadcast.picture, buttons)
