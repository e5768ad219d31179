"""What an account may show for its key, and what is a finding."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from orbit_domain.access.account import AccountState, AccountStatus, QuotaReset, TrafficQuota
from orbit_domain.access.key import Key
from orbit_domain.access.panel_audit import (
    AccountPlace,
    Aspect,
    ChangedAccount,
    Difference,
    MisplacedAccount,
    MissingAccount,
    OwnerlessAccount,
    compare,
    home_of,
)
from orbit_domain.ids import KeyId, PanelId
from orbit_testing import samples
from orbit_testing.samples import NOW

MAIN = PanelId("main")
KEY = samples.placed(samples.key(applied_revision=1, desired_revision=0), MAIN, "home", ("in",))
HOME = AccountPlace(MAIN, KEY.username, KEY.id)
SEEN = AccountState(
    KEY.username,
    AccountStatus.ACTIVE,
    KEY.expires_at,
    "https://p/sub/1",
    ("vless://1",),
    traffic=TrafficQuota(50 * 1024**3),
)


def differences(key: Key, seen: AccountState, now: datetime = NOW) -> list[Aspect]:
    """What of *seen* isn't as *key* says."""
    finding = compare(HOME, key, seen, now)
    if finding is None:
        return []
    assert isinstance(finding, ChangedAccount)
    return [one.aspect for one in finding.differences]


def test_an_account_as_confirmed_is_no_finding() -> None:
    """The panel may round the end up to a whole second."""
    assert home_of(KEY) == HOME
    assert differences(KEY, SEEN) == []
    assert differences(KEY, replace(SEEN, expires_at=KEY.expires_at + timedelta(microseconds=999_999))) == []


@pytest.mark.parametrize("by", [timedelta(microseconds=-1), timedelta(seconds=1), timedelta(days=30), None])
def test_another_end_is_a_finding(by: timedelta | None) -> None:
    """An end a moment too early, a second too late, or none at all."""
    ends_at = None if by is None else KEY.expires_at + by
    assert differences(KEY, replace(SEEN, expires_at=ends_at)) == [Aspect.END]


def test_a_difference_says_what_was_confirmed_and_what_is_seen() -> None:
    """Ends in ISO format, traffic in bytes, states by their names: what the owner compares."""
    ends_at = KEY.expires_at + timedelta(days=30)
    seen = replace(SEEN, expires_at=ends_at, traffic=TrafficQuota(7), status=AccountStatus.DISABLED)
    assert compare(HOME, KEY, seen, NOW) == ChangedAccount(
        HOME,
        KEY.tg_id,
        (
            Difference(Aspect.END, KEY.expires_at.isoformat(), ends_at.isoformat()),
            Difference(Aspect.TRAFFIC, f"{KEY.traffic_bytes} bytes", "7 bytes"),
            Difference(Aspect.STATUS, "active", "disabled"),
        ),
    )
    disabled = replace(KEY, enabled=False)
    endless = replace(SEEN, expires_at=None)
    assert compare(HOME, disabled, endless, NOW) == ChangedAccount(
        HOME,
        KEY.tg_id,
        (
            Difference(Aspect.END, KEY.expires_at.isoformat(), "never"),
            Difference(Aspect.STATUS, "disabled", "active"),
        ),
    )
    assert home_of(samples.key()) is None


@pytest.mark.parametrize(
    "traffic",
    [
        TrafficQuota(),
        TrafficQuota(1),
        TrafficQuota(KEY.traffic_bytes + 1),
        TrafficQuota(KEY.traffic_bytes, QuotaReset.OTHERWISE),
    ],
)
def test_another_limit_is_a_finding(traffic: TrafficQuota) -> None:
    """No limit isn't the limit that was bought, nor is one that isn't given again each month."""
    assert differences(KEY, replace(SEEN, traffic=traffic)) == [Aspect.TRAFFIC]


@pytest.mark.parametrize(
    ("enabled", "status", "fits"),
    [
        (True, AccountStatus.ACTIVE, True),
        (True, AccountStatus.LIMITED, True),
        (True, AccountStatus.EXPIRED, False),
        (True, AccountStatus.DISABLED, False),
        (False, AccountStatus.DISABLED, True),
        (False, AccountStatus.ACTIVE, False),
        (False, AccountStatus.LIMITED, False),
        (False, AccountStatus.EXPIRED, False),
    ],
)
def test_the_status_must_fit(enabled: bool, status: AccountStatus, fits: bool) -> None:
    """Used traffic is the customer's matter; disabled, or expired before the end, is ours."""
    found = differences(replace(KEY, enabled=enabled), replace(SEEN, status=status))
    assert found == ([] if fits else [Aspect.STATUS])


@pytest.mark.parametrize(("before_end", "fits"), [(timedelta(minutes=1), True), (timedelta(minutes=2), False)])
def test_an_end_that_is_near_may_have_passed_on_the_panel(before_end: timedelta, fits: bool) -> None:
    """The panel's clock may be a minute ahead of ours."""
    expired = replace(SEEN, status=AccountStatus.EXPIRED)
    assert differences(KEY, expired, KEY.expires_at - before_end) == ([] if fits else [Aspect.STATUS])


@pytest.mark.parametrize(
    ("seen", "found"),
    [
        ({"in"}, []),
        (None, []),
        (set(), [Aspect.GROUPS]),
        ({"in", "b"}, [Aspect.FURTHER_GROUPS]),
        ({"b"}, [Aspect.GROUPS, Aspect.FURTHER_GROUPS]),
    ],
)
def test_an_account_is_served_where_its_key_says(seen: set[str] | None, found: list[Aspect]) -> None:
    """Lost and further places are findings, those of an account that is off or of a key without any are none."""
    shown = replace(SEEN, groups=None if seen is None else frozenset(seen))
    assert differences(KEY, shown) == found
    assert differences(replace(KEY, enabled=False), replace(shown, status=AccountStatus.DISABLED)) == []
    imported = samples.placed(samples.key(applied_revision=1, desired_revision=0), MAIN, "home")
    assert differences(imported, shown) == []


def test_several_differences_are_one_finding() -> None:
    """Whatever was changed is told together, with both values."""
    seen = replace(SEEN, expires_at=None, traffic=TrafficQuota(7), status=AccountStatus.DISABLED)
    finding = compare(HOME, KEY, seen, NOW)
    assert isinstance(finding, ChangedAccount)
    assert [(one.aspect, one.confirmed, one.seen) for one in finding.differences] == [
        (Aspect.END, KEY.expires_at.isoformat(), "never"),
        (Aspect.TRAFFIC, f"{KEY.traffic_bytes} bytes", "7 bytes"),
        (Aspect.STATUS, "active", "disabled"),
    ]


def test_a_missing_account_counts_while_its_time_runs() -> None:
    """An account that is gone after the end, or of a key that is off, harms nobody."""
    assert compare(HOME, KEY, None, NOW) == MissingAccount(HOME, KEY.tg_id)
    assert compare(HOME, KEY, None, KEY.expires_at) is None
    assert compare(HOME, replace(KEY, enabled=False), None, NOW) is None


@pytest.mark.parametrize("place", [replace(HOME, username="orbit_1001_2"), replace(HOME, panel_id=PanelId("other"))])
def test_an_account_elsewhere_is_a_second_one(place: AccountPlace) -> None:
    """Another name or another panel: the key is served twice. Where nothing is, nothing is wrong."""
    assert compare(place, KEY, SEEN, NOW) == MisplacedAccount(place, KEY.tg_id, HOME)
    assert compare(place, KEY, None, NOW) is None


def test_an_account_without_a_key_has_no_owner() -> None:
    """Our note with the id of no key; when the account is gone as well, all is well."""
    place = replace(HOME, key_id=KeyId(UUID(int=404)))
    assert compare(place, None, SEEN, NOW) == OwnerlessAccount(place)
    assert compare(place, None, None, NOW) is None


@pytest.mark.parametrize("seen", [None, replace(SEEN, expires_at=None)])
@pytest.mark.parametrize("place", [HOME, replace(HOME, username="orbit_1001_2")])
def test_a_key_under_way_accuses_nothing(place: AccountPlace, seen: AccountState | None) -> None:
    """Until the panel has confirmed the wanted state, it may hold the old one, the new one, both or none."""
    under_way = KEY.request_change(KEY.expires_at + timedelta(days=30), 0, NOW)
    assert compare(place, under_way, seen, NOW) is None
    assert compare(place, samples.key(), seen, NOW) is None


def test_an_account_that_is_to_go_by_itself_accuses_nothing() -> None:
    """While a key moves, what it leaves is there rightly, also when it has arrived; when it is gone, nothing is."""
    leaving = samples.placed(KEY, "other")
    arrived = leaving.confirm(1, leaving.home.desired_revision, SEEN, NOW)
    gone = arrived.confirm_removal(0)
    assert [compare(HOME, key, SEEN, NOW) for key in (leaving, arrived)] == [None, None]
    assert isinstance(compare(HOME, gone, SEEN, NOW), MisplacedAccount)
