"""A panel's connection is stored with its secrets sealed, and comes back whole where it belongs."""

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, SecretStr

from orbit_adapters.marzban.settings import MarzbanConnection
from orbit_adapters.panel_plugin.sealed_settings import (
    UnreadableConnection,
    document_of,
    sealed_anew,
    sealed_texts,
    settings_of,
    shown_document,
)
from orbit_adapters.secret_box.secret_box import BrokenSeal, SecretBox
from orbit_adapters.secret_box.secret_keys import KEY_BYTES, SecretKey
from orbit_domain.ids import PanelId

OLD, NEW = (SecretKey(name, name[:1].encode() * KEY_BYTES) for name in ("old", "new"))
BOX = SecretBox([OLD])
FRA, AMS = PanelId("fra"), PanelId("ams")
CONNECTION = MarzbanConnection(
    base_url="https://fra.example.org:8000",
    username="orbit",
    password=SecretStr("canary-password"),
    ca_file=Path("/etc/ca.pem"),
    nodes={"Frankfurt": {"inbound_tags": ['VLESS "FRA"'], "capacity": 5}},
)


def stored(document: object) -> Any:
    """*document* as a database gives it back."""
    return json.loads(json.dumps(document))


def test_a_connection_comes_back_whole() -> None:
    """Every field that was given, secrets, paths and nested ones too; what wasn't given isn't stored."""
    document = stored(document_of(CONNECTION, FRA, BOX))
    assert settings_of(MarzbanConnection, document, FRA, BOX) == CONNECTION
    assert "verify_tls" not in document
    assert "canary" not in json.dumps(document)


def test_secrets_are_sealed_at_any_depth() -> None:
    """A family may keep secrets in lists and in settings within its settings."""

    class Inner(BaseModel):
        token: SecretStr

    class Outer(BaseModel):
        tokens: tuple[SecretStr, ...]
        inner: Inner

    outer = Outer(tokens=(SecretStr("canary1"), SecretStr("canary2")), inner=Inner(token=SecretStr("canary3")))
    document = stored(document_of(outer, FRA, BOX))
    assert len(list(sealed_texts(document))) == 3
    assert "canary" not in json.dumps(document)
    assert settings_of(Outer, document, FRA, BOX) == outer
    document["tokens"].reverse()
    with pytest.raises(BrokenSeal):
        settings_of(Outer, document, FRA, BOX)


def test_a_password_goes_to_no_other_address() -> None:
    """Whoever writes another address, or moves the secret to another panel, gets no login sent there."""
    document = stored(document_of(CONNECTION, FRA, BOX))
    for changes in ({"base_url": "https://evil.example.org"}, {"verify_tls": False}, {"username": "other"}):
        with pytest.raises(BrokenSeal):
            settings_of(MarzbanConnection, document | changes, FRA, BOX)
    with pytest.raises(BrokenSeal):
        settings_of(MarzbanConnection, document, AMS, BOX)


def test_what_does_not_fit_any_more_is_named_without_its_value() -> None:
    """Another version's field is an error with the field's name."""

    class Older(MarzbanConnection):
        region: int

    older = Older(**dict(CONNECTION), region=7)
    document = stored(document_of(older, FRA, BOX))
    with pytest.raises(UnreadableConnection, match=r"doesn't fit: region$") as refused:
        settings_of(MarzbanConnection, document, FRA, BOX)
    assert "canary" not in f"{refused.value!r} {refused.value.__cause__!r} {refused.value.__context__!r}"


def test_a_rotation_seals_anew_what_opens_as_before() -> None:
    """After it the new key alone is enough, and all that is plain is as it was."""
    document = stored(document_of(CONNECTION, FRA, BOX))
    again = stored(sealed_anew(document, FRA, SecretBox([NEW, OLD])))
    assert settings_of(MarzbanConnection, again, FRA, SecretBox([NEW])) == CONNECTION
    assert shown_document(again) == shown_document(document) == {**document, "password": "(sealed)"}
