"""Only what an app could connect with is taken for a subscription."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orbit_adapters.subscription_content.reading import FormatReader
from orbit_adapters.subscription_content.rendering import body_of, words_as_nodes
from orbit_domain.subscription_link.formats import SubscriptionFormat
from orbit_domain.subscription_link.ports import BadContent

LINKS, XRAY, SING_BOX, META, CLASH = (
    SubscriptionFormat.LINKS,
    SubscriptionFormat.XRAY_JSON,
    SubscriptionFormat.SING_BOX,
    SubscriptionFormat.CLASH_META,
    SubscriptionFormat.CLASH,
)
ZERO = "00000000-0000-0000-0000-000000000000"
GOOD = "vless://6ccbfa39@[2001:db8::1]:443?path=%2F&x=a+b#%F0%9F%9A%80 Берлин"
VMESS = "vmess://" + base64.b64encode(json.dumps({"add": "h.example", "port": "443", "id": "x"}).encode()).decode()
SING_BOX_BODY = '{"outbounds":[{"type":"direct"},{"server":"h.example"}]}'
CLASH_BODY = "a: 1\nproxies:\n- {name: x, server: h.example}\n"
QUOTED_BODY = 'proxies:\n  - name: x\n    server: "h.example"\n'
DEAD = f"vless://{ZERO}@0.0.0.0:1?type=tcp#Expired"


def packed(*lines: str) -> bytes:
    """A list as panels send it."""
    return base64.b64encode("\n".join(lines).encode())


def xray(address: str) -> dict[str, object]:
    """One configuration with one server."""
    return {"outbounds": [{"protocol": "vless", "settings": {"vnext": [{"address": address, "port": 443}]}}]}


@pytest.mark.parametrize(
    ("wanted", "body", "parts"),
    [
        (LINKS, packed(GOOD.replace(" ", "%20"), DEAD), (GOOD.replace(" ", "%20"), DEAD)),
        (LINKS, packed("", "#name: x", "https://other.example/sub", VMESS, "happ://routing/add/x"), (VMESS,)),
        (LINKS, base64.urlsafe_b64encode(f"{VMESS}\r\n".encode()).rstrip(b"="), (VMESS,)),
        (LINKS, f"\ufeff{VMESS}\n".encode(), (VMESS,)),
        (
            LINKS,
            packed("ss://YWVzOnB3@h.example:8388#a", "hy2://p@h.example"),
            ("ss://YWVzOnB3@h.example:8388#a", "hy2://p@h.example"),
        ),
        (XRAY, json.dumps(xray("h.example")).encode(), (json.dumps(xray("h.example"), separators=(",", ":")),)),
        (
            SING_BOX,
            b'{"outbounds":[{"type":"direct"},{"server":"h.example"}]}',
            ('{"outbounds":[{"type":"direct"},{"server":"h.example"}]}',),
        ),
        (
            META,
            b"a: 1\nproxies:\n- {name: x, server: h.example}\n",
            ("a: 1\nproxies:\n- {name: x, server: h.example}\n",),
        ),
        (
            CLASH,
            b'proxies:\n  - name: x\n    server: "h.example"\n',
            ('proxies:\n  - name: x\n    server: "h.example"\n',),
        ),
    ],
)
def test_what_an_app_can_use_is_read(wanted: SubscriptionFormat, body: bytes, parts: tuple[str, ...]) -> None:
    """Each format in the shapes that panels send; share links byte for byte, without what isn't a server."""
    assert FormatReader().read(wanted, body) == parts


@pytest.mark.parametrize("wanted", SubscriptionFormat)
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<!doctype html><html><title>502</title>vless://a@h.example:443</html>",
        b"Not Found",
        b"\xff\xfe\x00",
        b"[" * 100_000,
        b'{"detail": "Not Found"}',
        b"[]",
        b"[1]",
        b"{}",
        b'{"outbounds": 1}',
        b'{"outbounds": [{"server": "127.0.0.1"}, {"server": 5}, 3]}',
        json.dumps([xray("0.0.0.0"), xray("")]).encode(),
        b"proxies: []\nrules: []\n",
        b"server: h.example\nproxies:\n- {server: 0.0.0.0}\n",
        packed(
            DEAD,
            f"vless://{ZERO}@h.example:443#No",
            "vless://a@localhost:443",
            "vless://a@127.0.0.1:9",
            "vless://a@h:1",
        ),
        packed(
            "https://h.example/s/1",
            "javascript:alert(1)",
            "vmess://e30=",
            "vmess://!",
            "vless://a@[::1:443",
            "vless://a@h:x",
        ),
    ],
)
def test_what_no_app_could_use_is_refused(wanted: SubscriptionFormat, body: bytes) -> None:
    """Pages, errors, empty lists, placeholders and nonsense never become a good copy, in no format."""
    with pytest.raises(BadContent) as refused:
        FormatReader().read(wanted, body)
    assert str(refused.value) == f"no {wanted} with a node that could work"


@given(st.sampled_from(SubscriptionFormat), st.binary(max_size=200))
def test_no_body_breaks_the_reader(wanted: SubscriptionFormat, body: bytes) -> None:
    """Any bytes at all are read or refused."""
    for given_body in (body, base64.b64encode(body), b"proxies:\n" + body, b"vless://" + body):
        try:
            assert FormatReader().read(wanted, given_body)
        except BadContent as refused:
            assert refused.args  # noqa: PT017 - either outcome is right, a third isn't


@pytest.mark.parametrize("wanted", SubscriptionFormat)
def test_words_are_never_taken_for_a_good_copy(wanted: SubscriptionFormat) -> None:
    """What we say in place of nodes is no subscription, should a shop ever be asked by another shop."""
    body = body_of(wanted, words_as_nodes(wanted, ('Подписка: "конец" #1', "a\nb")))
    assert "Подписка" in body.decode() or wanted is LINKS
    with pytest.raises(BadContent):
        FormatReader().read(wanted, body)
