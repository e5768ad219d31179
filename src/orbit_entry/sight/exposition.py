"""The page that Prometheus reads."""

from collections.abc import Iterable, Iterator
from importlib.metadata import version

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import InfoMetricFamily, Metric
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from orbit_entry.config.process import ProcessRoles
from orbit_entry.sight.process_facts import Facts


class _AllFacts(Collector):
    """The metrics of *groups*, as they are when they are asked for."""

    def __init__(self, groups: Iterable[Facts]) -> None:
        self._groups = tuple(groups)

    def collect(self) -> Iterator[Metric]:
        for group in self._groups:
            yield from group()


def process_registry(roles: ProcessRoles, groups: Iterable[Facts]) -> CollectorRegistry:
    """A registry of *groups*, of memory and processor time, and of who this process is."""
    registry = CollectorRegistry(auto_describe=False)
    about = {"version": version("orbit-vpn"), "roles": ",".join(sorted(roles))}

    def this_process() -> Iterator[Metric]:
        yield InfoMetricFamily("orbit_process", "Who this process is", value=about)

    registry.register(_AllFacts((this_process, *groups)))
    ProcessCollector(registry=registry)
    return registry


def metrics_app(registry: CollectorRegistry) -> Starlette:
    """An application with `/metrics`."""

    async def metrics(_: object) -> Response:
        return Response(generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_LATEST})

    return Starlette(routes=[Route("/metrics", metrics)])
