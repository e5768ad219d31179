"""Through which connections something reads and writes."""

from typing import Annotated

from dishka import FromComponent

from orbit_domain.storage import Storage

WORKER = "worker"
"""The component whose connections belong to background work, so that its load takes none from customers."""

WorkerStorage = Annotated[Storage, FromComponent(WORKER)]
