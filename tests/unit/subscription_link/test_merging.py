"""What several keys give becomes one subscription only where that is safe."""

from hypothesis import given, settings
from hypothesis import strategies as st

from orbit_domain.subscription_link.content import Content, merged
from orbit_domain.subscription_link.formats import SubscriptionFormat

LINKS = SubscriptionFormat.LINKS
ONE, TWO = "vless://a@one.example:443?b=%2F&a=1#Berlin", "vless://b@two.example:443?x=1#Berlin"

links = st.builds(
    "vless://{}@h.example:443{}".format, st.sampled_from("abc"), st.sampled_from(["", "#A", "#B", "#A%202"])
)
contents = st.lists(st.lists(links, max_size=6).map(lambda parts: Content(LINKS, tuple(parts))), min_size=1, max_size=4)


def test_links_are_joined_byte_for_byte_under_different_names() -> None:
    """Each server once, in the order of the keys; only a name that was used before changes."""
    both = merged([Content(LINKS, (ONE, TWO), 5), Content(LINKS, (ONE.replace("Berlin", "Again"),), 7)])
    assert both == Content(LINKS, (ONE, f"{TWO}%202"), 12)


@given(contents)
@settings(max_examples=60)
def test_no_server_and_no_name_comes_twice(found: list[Content]) -> None:
    """Whatever the panels call their servers: each is there, none twice, and no two are called alike."""
    whole = merged(found)
    assert whole is not None
    servers = [link.partition("#")[0] for link in whole.parts]
    assert set(servers) == {link.partition("#")[0] for content in found for link in content.parts}
    assert len(servers) == len(set(servers))
    names = [link.partition("#")[2] for link in whole.parts if "#" in link]
    assert len(names) == len(set(names))


def test_whole_configurations_are_not_mixed() -> None:
    """Of sing-box and Clash the first key's is served; Xray takes a list of them; nothing makes nothing."""
    for one in (SubscriptionFormat.SING_BOX, SubscriptionFormat.CLASH, SubscriptionFormat.CLASH_META):
        assert merged([Content(one, ("first",), 1), Content(one, ("second",), 2)]) == Content(one, ("first",), 3)
    xray = SubscriptionFormat.XRAY_JSON
    assert merged([Content(xray, ("a", "b")), Content(xray, ("b",), 3)]) == Content(xray, ("a", "b"), None)
    assert merged([]) is None
