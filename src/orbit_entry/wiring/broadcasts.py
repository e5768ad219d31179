"""Messages to many customers."""

from dishka import Provider, Scope, provide, provide_all

from orbit_domain.clock import Clock
from orbit_domain.ids import Ids
from orbit_domain.use_cases.change_broadcast_buttons import ChangeBroadcastButtons
from orbit_domain.use_cases.draft_broadcast import DraftBroadcast
from orbit_domain.use_cases.preview_broadcast import PreviewBroadcast
from orbit_domain.use_cases.queue_broadcasts import QueueBroadcasts
from orbit_domain.use_cases.show_broadcasts import ListBroadcasts, ShowAudience, ShowBroadcast
from orbit_domain.use_cases.steer_broadcast import SteerBroadcast
from orbit_entry.wiring.storages import WorkerStorage


class BroadcastsProvider(Provider):
    """What the staff does with broadcasts, and what the worker does."""

    scope = Scope.APP
    use_cases = provide_all(
        DraftBroadcast,
        ChangeBroadcastButtons,
        PreviewBroadcast,
        SteerBroadcast,
        ShowAudience,
        ShowBroadcast,
        ListBroadcasts,
    )

    @provide
    def queue_broadcasts(self, storage: WorkerStorage, clock: Clock, ids: Ids) -> QueueBroadcasts:
        return QueueBroadcasts(storage, clock, ids)
