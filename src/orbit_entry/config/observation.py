"""Where errors and spans are sent, besides the logs."""

import re

from pydantic import BaseModel, Field, SecretStr, field_validator

_DSN = re.compile(r"https?://[^\s/@:]+(:[^\s/@]*)?@[^\s/@]+/(\S*/)?\d+")
_HEADER = re.compile(r"[A-Za-z0-9_-]+=[^\s,]+")


class ObservationFields(BaseModel):
    """Sentry gets errors, an OpenTelemetry collector gets spans. Neither gets what customers write, nor a secret."""

    sentry_dsn: SecretStr | None = Field(
        None,
        validation_alias="SENTRY_DSN",
        description="Where errors are sent, as Sentry shows it in the project's settings. Without it: nowhere.",
        examples=["https://public-key@sentry.example.org/1"],
    )
    sentry_environment: str = Field(
        "production",
        validation_alias="SENTRY_ENVIRONMENT",
        pattern=r"^[A-Za-z0-9._-]{1,64}$",
        description="How Sentry tells this shop from your others.",
        examples=["production"],
    )
    sentry_traces_sample_rate: float = Field(
        0.0,
        validation_alias="SENTRY_TRACES_SAMPLE_RATE",
        ge=0,
        le=1,
        description="Which part of updates, requests and jobs Sentry also gets the duration of, from 0 to 1.",
        examples=["0.05"],
    )
    otlp_endpoint: str | None = Field(
        None,
        validation_alias="OTEL_EXPORTER_OTLP_ENDPOINT",
        pattern=r"^https?://[^\s@?#]+$",
        description="An OpenTelemetry collector that takes OTLP over HTTP; it gets spans. Without it: none are made.",
        examples=["http://localhost:4318"],
    )
    otlp_headers: SecretStr | None = Field(
        None,
        validation_alias="OTEL_EXPORTER_OTLP_HEADERS",
        description="Headers that the collector asks for: name=value, with commas between them.",
        examples=["api-key=the-key-of-your-collector"],
    )

    @field_validator("sentry_dsn")
    @classmethod
    def _is_a_dsn(cls, dsn: SecretStr | None) -> SecretStr | None:
        if dsn is not None and _DSN.fullmatch(dsn.get_secret_value()) is None:
            raise ValueError("isn't a DSN: https, a key, @, a host, and the number of the project")
        return dsn

    @field_validator("otlp_headers")
    @classmethod
    def _are_headers(cls, headers: SecretStr | None) -> SecretStr | None:
        if headers is not None and not all(map(_HEADER.fullmatch, headers.get_secret_value().split(","))):
            raise ValueError("must be name=value, with commas between several")
        return headers

    @property
    def otlp_header_pairs(self) -> dict[str, str]:
        """The headers by their names."""
        given = "" if self.otlp_headers is None else self.otlp_headers.get_secret_value()
        return {name: value for name, _, value in (pair.partition("=") for pair in given.split(",") if pair)}
