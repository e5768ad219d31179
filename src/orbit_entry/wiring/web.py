"""What a process that only serves HTTP can do; every other process can, too."""

from dishka import Provider, Scope, provide_all

from orbit_domain.use_cases.fetch_content import FetchContent
from orbit_domain.use_cases.read_link import ReadLink
from orbit_domain.use_cases.receive_webhook import ReceiveWebhook
from orbit_domain.use_cases.serve_subscription import ServeSubscription
from orbit_entry.wiring.admin import ReportsProvider
from orbit_entry.wiring.start import StartProvider


class WebProvider(Provider):
    """Webhooks of payment providers are recorded, and apps get what is behind their links."""

    scope = Scope.APP
    use_cases = provide_all(ReceiveWebhook, ReadLink, ServeSubscription, FetchContent)


WEB_AREAS = (StartProvider, WebProvider, ReportsProvider)
