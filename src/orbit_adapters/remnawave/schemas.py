"""Schemas of the panel's answers. Unknown fields are ignored; the fields that we use are validated strictly."""

from typing import Annotated, Generic, Literal, TypeVar
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter, model_validator
from pydantic.alias_generators import to_camel

Value = TypeVar("Value")
# More than any panel carries, and exact in the panel's own numbers.
Bytes = Annotated[int, Field(ge=0, le=2**53)]


class Schema(BaseModel):
    """The base of all schemas. Its repr shows no values, because some of them are secret."""

    model_config = ConfigDict(
        frozen=True, extra="ignore", hide_input_in_errors=True, alias_generator=to_camel, populate_by_name=True
    )

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    __str__ = __repr__


class Envelope(Schema, Generic[Value]):
    """What is around every successful answer."""

    response: Value


class SquadName(Schema):
    """A squad as a user shows it."""

    uuid: UUID


class TrafficSchema(Schema):
    """What a user has used of the present period."""

    used_traffic_bytes: Bytes = 0


class UserSchema(Schema):
    """A user. Panels of the second version have a `uuid`, later ones name users by `id` alone."""

    uuid: UUID | None = None
    id: int | None = Field(default=None, ge=0)
    username: str
    status: Literal["ACTIVE", "DISABLED", "LIMITED", "EXPIRED"]
    traffic_limit_bytes: Bytes
    traffic_limit_strategy: str
    hwid_device_limit: int | None = None
    expire_at: AwareDatetime
    created_at: AwareDatetime
    description: str | None = None
    vless_uuid: UUID
    subscription_url: str
    active_internal_squads: list[SquadName]
    user_traffic: TrafficSchema = TrafficSchema()

    @model_validator(mode="after")
    def _has_a_key(self) -> "UserSchema":
        if self.uuid is None and self.id is None:
            raise ValueError("neither uuid nor id")
        return self

    @property
    def key(self) -> str:
        """What names the user in paths."""
        return f"{self.id if self.uuid is None else self.uuid}"

    @property
    def squads(self) -> frozenset[UUID]:
        """The squads the user is in."""
        return frozenset(squad.uuid for squad in self.active_internal_squads)


class StreamPage(Schema):
    """Users by rising id. `next_cursor` is the last id, None on the last page."""

    users: list[UserSchema]
    next_cursor: Annotated[int, Field(ge=0, le=2**53)] | None = None
    has_more: bool


class SubscriptionSchema(Schema):
    """What clients of a user get."""

    links: list[str]


class InboundSchema(Schema):
    """An inbound of a squad."""

    type: str


class SquadSchema(Schema):
    """An internal squad: who is in it is served by its inbounds."""

    uuid: UUID
    name: str
    inbounds: list[InboundSchema]


class SquadList(Schema):
    """The internal squads."""

    internal_squads: list[SquadSchema]


class ReachedNode(Schema):
    """A node that a squad reaches."""

    uuid: UUID


class ReachedNodes(Schema):
    """The nodes that a squad reaches, connected or not."""

    accessible_nodes: list[ReachedNode]


class NodeSchema(Schema):
    """A server of the panel; its traffic is counted since its last reset, once a month."""

    uuid: UUID
    name: str
    is_connected: bool
    is_disabled: bool
    traffic_used_bytes: Bytes | None = None
    consumption_multiplier: float = Field(default=1.0, ge=0, le=1_000_000)


class MetadataSchema(Schema):
    """What the panel says of itself."""

    version: str = Field(pattern=r"^[0-9A-Za-z.+-]{1,40}$")


class StatsSchema(Schema):
    """The panel's clock, in unix milliseconds."""

    timestamp: Annotated[int, Field(ge=0, le=253_402_300_799_000)]


class HwidSchema(Schema):
    """Whether the panel counts devices."""

    enabled: bool = False


class SubscriptionSettingsSchema(Schema):
    """What the panel does with subscriptions of everybody."""

    is_show_custom_remarks: bool
    hwid_settings: HwidSchema | None = None


class DeletedSchema(Schema):
    """The answer to a removal; panels since the third version send nothing."""

    is_deleted: Literal[True]


class AbsentSchema(Schema):
    """The answer to a client whose short id nobody has."""

    is_found: Literal[False]


class WrongField(Schema):
    """A field of ours that the panel won't take."""

    path: list[str | int] = []

    @property
    def field(self) -> str:
        """The field's name."""
        return ".".join(map(str, self.path))


class ErrorSchema(Schema):
    """The body of an error: one of our calls (with `error_code`), or one of the panel's framework (with the status)."""

    message: str
    errors: list[WrongField] = []
    error_code: Annotated[str, Field(pattern=r"^[A-Z][0-9]{3}$")] | None = None
    status_code: int | None = None


USER = TypeAdapter(Envelope[UserSchema])
STREAM = TypeAdapter(Envelope[StreamPage])
SUBSCRIPTION = TypeAdapter(Envelope[SubscriptionSchema])
SQUADS = TypeAdapter(Envelope[SquadList])
REACHED = TypeAdapter(Envelope[ReachedNodes])
NODES = TypeAdapter(Envelope[list[NodeSchema]])
METADATA = TypeAdapter(Envelope[MetadataSchema])
STATS = TypeAdapter(Envelope[StatsSchema])
SUBSCRIPTION_SETTINGS = TypeAdapter(Envelope[SubscriptionSettingsSchema])
DELETED = TypeAdapter(Envelope[DeletedSchema])
ABSENT = TypeAdapter(AbsentSchema)
ERROR = TypeAdapter(ErrorSchema)
