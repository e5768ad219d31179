"""Numbers about a running process, for Prometheus."""

from pydantic import BaseModel, Field


class MetricsFields(BaseModel):
    """Where a process shows its numbers. They aren't meant for the public."""

    metrics_port: int | None = Field(
        None,
        validation_alias="ORBIT_METRICS_PORT",
        ge=0,
        le=65535,
        description="Numbers for Prometheus are at /metrics on this port; 0 takes a free one. Without it: nowhere.",
        examples=["9464"],
    )
    metrics_host: str = Field(
        "127.0.0.1",
        validation_alias="ORBIT_METRICS_HOST",
        min_length=1,
        description="Where they are shown. Whoever can reach it reads how much the shop sells.",
        examples=["127.0.0.1"],
    )
