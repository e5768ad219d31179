"""What an app says of its device is taken for what it is: a hint, from anybody."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from orbit_domain.subscription_link.device import (
    FORGOTTEN_AFTER,
    DeviceLimit,
    DeviceSign,
    device_hash,
    device_sign,
)
from orbit_testing import samples
from orbit_testing.samples import NOW

ONE, TWO = samples.link_device(1), samples.link_device(2)
SECOND = timedelta(seconds=1)


@given(st.text(max_size=100), st.text(max_size=100), st.text(max_size=100))
def test_any_headers_are_a_device_or_none(identifier: str, model: str, system: str) -> None:
    """However hostile: what is kept of a device is short and printable, and its identifier is never part of it."""
    sign = device_sign(identifier, model, system)
    if sign is not None:
        assert len(sign.name) <= 60
        assert sign.name.isprintable()
        assert sign.identifier not in device_hash(sign, "token")


def test_one_device_is_one_however_it_is_spelled() -> None:
    """Case and hyphens differ between versions of an app; another link or another device is another hash."""
    spelled = [device_sign(one, "", "") for one in ("AB-CD-EF-01", " abcdef01", "ab-cdef-01")]
    assert spelled == [DeviceSign("abcdef01", "")] * 3
    sign = DeviceSign("abcdef01", "")
    assert device_hash(sign, "a") != device_hash(sign, "b") != device_hash(DeviceSign("abcdef02", ""), "b")
    assert device_sign("abcde", "iPhone", "iOS") is None


def test_a_known_device_always_has_its_place() -> None:
    """The limit holds for new ones only; who wasn't seen for a month leaves a place; without a limit all may."""
    known, new = (ONE, TWO), "f" * 64
    assert DeviceLimit(2).admits(known, ONE.hash, NOW)
    assert not DeviceLimit(2).admits(known, new, NOW)
    assert DeviceLimit(3).admits(known, new, NOW)
    assert DeviceLimit(None).admits(known, new, NOW)
    later = ONE.last_seen_at + FORGOTTEN_AFTER
    assert not DeviceLimit(2).admits(known, new, later - SECOND)
    assert DeviceLimit(2).admits(known, new, later)
    assert DeviceLimit(1).admits((ONE,), new, later)
