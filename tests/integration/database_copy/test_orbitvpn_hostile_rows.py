"""Rows of an OrbitVPN database that nobody should have written: named, never guessed, never a crash."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orbit_adapters.orbitvpn_import.columns import OPTIONAL, REQUIRED
from orbit_adapters.orbitvpn_import.parsing import just_before, smallest_units
from orbit_adapters.orbitvpn_import.plan import ImportPlan
from orbit_adapters.orbitvpn_import.planning import plan_import
from orbit_adapters.orbitvpn_import.reading import OldRow, OldShop
from orbit_domain.subscription.subscription import Grant, fold
from tests.integration.database_copy.old_shop import CLOCK, ENDS, VERA, OldDatabase, bring, vless

UTC_ZONE = ZoneInfo("UTC")
NOW = CLOCK.now()
DEEP = "[" * 5000 + "]" * 5000


def row(table: str, **cells: str | None) -> OldRow:
    """A row as it is read, NULL where nothing is said."""
    return {**dict.fromkeys((*REQUIRED.get(table, ()), *OPTIONAL.get(table, ()))), **cells}


def planned(**tables: tuple[OldRow, ...]) -> ImportPlan:
    return plan_import(OldShop(**tables), UTC_ZONE, NOW)


def refusals(plan: ImportPlan) -> dict[str, list[str]]:
    return {about.split(":")[-1].strip(): lines for about, lines in plan.refused.lines.items()}


@pytest.mark.parametrize("balance", ["NaN", "Infinity", "1e5", "abc", "", "9" * 25, "0x10", "٣", "1.", "--1"])
def test_senseless_balances_stay_behind(balance: str) -> None:
    """The user comes with nothing, and is named, so that the owner can mend the row and run again."""
    plan = planned(users=(row("users", tg_id="5", balance=balance),))
    assert [user.balance_kopecks for user in plan.users] == [0]
    assert list(plan.refused.lines.values()) == [["user 5"]]


def test_debts_and_fractions_are_named() -> None:
    """A debt comes as nothing and what is finer than a kopeck is rounded up; both are shown."""
    rows = (row("users", tg_id="5", balance="-100"), row("users", tg_id="6", balance="0.001"))
    plan = planned(users=rows)
    assert [user.balance_kopecks for user in plan.users] == [0, 1]
    assert list(plan.odd.lines.values()) == [["user 5: -100 RUB"], ["user 6: 0.001 RUB"]]


@pytest.mark.parametrize("tg_id", [None, "0", "-5", "4503599627370496", "9" * 30, "1.5", "x\x1b[2J"])
def test_nobody_without_an_id_comes(tg_id: str | None) -> None:
    """An id that no person has is refused, and shown without what could spoil a terminal."""
    plan = planned(users=(row("users", tg_id=tg_id),))
    assert plan.users == []
    ((line,),) = plan.refused.lines.values()
    assert line.isprintable()


@pytest.mark.parametrize(
    "end", ["infinity", "-infinity", "0044-03-15 00:00:00 BC", "294276-12-31 23:59:59", "soon", ""]
)
def test_senseless_ends_stay_behind(end: str) -> None:
    """The user comes without time, and is named."""
    plan = planned(users=(row("users", tg_id="5", subscription_end=end),))
    assert [user.ends_at for user in plan.users] == [None]
    assert plan.refused.count == 1


def test_invitations_make_sense() -> None:
    """Inviters come first whatever their ids; circles, strangers and oneself are left out and named."""
    invited_by = {"1": "2", "2": "3", "3": "1", "4": "4", "5": "99", "6": "7", "7": None}
    plan = planned(users=tuple(row("users", tg_id=one, referrer_id=other) for one, other in invited_by.items()))
    come = [user.tg_id for user in plan.users]
    assert sorted(come) == [1, 2, 3, 4, 5, 6, 7]
    for user in plan.users:
        assert user.referrer_id is None or come.index(user.referrer_id) < come.index(user.tg_id)
    assert sum(user.referrer_id is not None for user in plan.users) == 3
    assert plan.odd.count == 3


CONFIGS = {
    "the owner isn't there": {"tg_id": "9", "username": "orbit_9"},
    "the panel login isn't the owner's": {"username": "orbit_6"},
    "the link is no VLESS link": {"vless_link": "javascript:alert(1)"},
    "no sensible owner or number": {"id": "one"},
}


@pytest.mark.parametrize("reason", CONFIGS)
def test_configs_that_make_no_sense_are_refused_by_name(reason: str) -> None:
    """A config that could be somebody else's, or nobody's, isn't brought."""
    config = row(
        "configs", **{"id": "1", "tg_id": "5", "username": "orbit_5", "vless_link": vless(1), **CONFIGS[reason]}
    )
    plan = planned(users=(row("users", tg_id="5"), row("users", tg_id="6")), configs=(config,))
    assert plan.keys == []
    assert list(refusals(plan)) == [reason]


def test_two_configs_with_one_login_are_both_refused() -> None:
    """One of the two links is dead and nothing says which: a new key is made where time is paid."""
    users = (row("users", tg_id="5", subscription_end=str(NOW + timedelta(days=1))),)
    twins = tuple(
        row("configs", id=str(number), tg_id="5", username="orbit_5", vless_link=vless(number)) for number in (1, 2)
    )  # fmt: skip
    plan = planned(users=users, configs=twins)
    assert refusals(plan) == {"several share one panel login": ["config 1 of user 5", "config 2 of user 5"]}
    assert [key.link for key in plan.keys] == [None]


PAYMENTS = {
    "the user isn't there": {"tg_id": "9"},
    "an unknown method or state": {"status": "refunded"},
    "not in roubles": {"currency": "USD"},
    "number, owner or sum make no sense": {"amount": "NaN"},
}


@pytest.mark.parametrize("reason", PAYMENTS)
def test_payments_that_make_no_sense_are_refused_by_name(reason: str) -> None:
    """A payment that can't be read isn't brought, and is named."""
    cells = {"id": "1", "tg_id": "5", "method": "ton", "status": "confirmed", "amount": "200", **PAYMENTS[reason]}
    plan = planned(users=(row("users", tg_id="5"),), payments=(row("payments", **cells),))
    assert plan.payments == []
    assert list(refusals(plan)) == [reason]


def test_comments_used_twice_belong_to_nobody() -> None:
    """A comment that several payments have can't say whose money comes, so it is kept by none."""
    base = {"method": "ton", "status": "expired", "amount": "200", "comment": "same"}
    rows = tuple(row("payments", id=one, tg_id=one, **base) for one in ("1", "2"))
    plan = planned(users=(row("users", tg_id="1"), row("users", tg_id="2")), payments=rows)
    assert [payment.comment for payment in plan.payments] == [None, None]
    assert plan.odd.count == 2


def test_coins_credited_to_nobody_are_named() -> None:
    """The old log stays behind, but what came and wasn't credited is shown to the owner."""
    done = row("ton_transactions", tx_hash="a", amount="1", processed_at="2025-01-01 00:00:00")
    open_ = row("ton_transactions", tx_hash="b", amount="2.5", comment="hello\nworld", created_at="2025-01-01 00:00:00")
    plan = planned(ton_transactions=(done, open_))
    ((line,),) = [lines for about, lines in plan.odd.lines.items() if about.startswith("coins")]
    assert line.startswith("2.5 TON at 2025-01-01 00:00:00, comment hello")
    assert line.isprintable()


async def test_hostile_rows_pass_through_a_real_database(old: OldDatabase, target: str) -> None:
    """What PostgreSQL itself can hold and no shop should: everything else still comes, and the books hold."""
    await old.user(VERA, balance=10, subscription_end=ENDS)
    await old.config(1, VERA)
    await old.run(
        "INSERT INTO users (tg_id, balance, subscription_end, created_at, username, lang) VALUES"
        " (1, 'NaN', 'infinity', '-infinity', repeat('x', 100000), 'zz'), (-5, 1, NULL, NULL, NULL, NULL),"
        " (2, 1e30, '4714-11-24 00:00:00 BC', NULL, '<b>&', E'\\x01'), (3, NULL, NULL, NULL, NULL, NULL);"
        "INSERT INTO payments (id, tg_id, amount, method, status, comment, extra_data, expected_crypto_amount) VALUES"
        " (1, 1, 'NaN', 'ton', 'pending', NULL, '[]', 0), (2, 3, 5, 'ton', 'pending', repeat('c', 100000),"
        f" '{DEEP}', 'NaN'), (3, 3, 5, 'stars', 'failed', '', '{{\"invoice_id\": true}}', -1);"
        "INSERT INTO configs (id, tg_id, username, vless_link) VALUES (7, 3, 'orbit_3', repeat('v', 100000));"
    )
    outlook = await bring(old, target)
    assert outlook.standing.is_complete
    assert not outlook.is_clean
    assert (outlook.books.wrong_balances, outlook.books.wrong_subscriptions) == ((), ())
    assert [user.tg_id for user in outlook.plan.users] == [1, 2, 3, VERA]
    assert [payment.number for payment in outlook.plan.payments] == [2, 3]


CELLS = st.none() | st.text(max_size=40) | st.from_regex(r"-?[0-9]{1,25}(\.[0-9]{1,5})?", fullmatch=True)


@given(data=st.data())
def test_no_row_crashes_the_judge(data: st.DataObject) -> None:
    """Whatever the cells say, every row is either brought or named."""
    shop = OldShop(
        **{
            name: tuple(
                {one: data.draw(CELLS) for one in (*REQUIRED.get(name, ()), *OPTIONAL.get(name, ()))}
                for _ in range(data.draw(st.integers(0, 3)))
            )
            for name in ("users", "configs", "payments", "ton_transactions")
        }
    )
    plan = plan_import(shop, UTC_ZONE, NOW)
    named = sum(about.startswith("payments that") * len(lines) for about, lines in plan.refused.lines.items())
    assert len(plan.payments) + named == len(shop.payments)


@given(end=st.datetimes(timezones=st.just(NOW.tzinfo), min_value=NOW.replace(tzinfo=None) - timedelta(days=9000)))
def test_opening_time_folds_to_the_end(end) -> None:
    """The opening grant ends exactly when the old time ended, and never lies in the future."""
    if end.year > 2190:
        end = end.replace(year=2100, day=1)
    at, seconds = just_before(end, NOW)
    assert at <= NOW
    assert fold(VERA, [Grant("opening:1", VERA, seconds, at)]) == end


@given(kopecks=st.integers(0, 10**15), finer=st.integers(0, 10**6 - 1))
def test_units_are_exact(kopecks: int, finer: int) -> None:
    """A sum is read without rounding, and its part below the smallest unit counts as one unit, for the customer."""
    text = f"{kopecks // 100}.{kopecks % 100:02}{finer:06}"
    assert smallest_units(text, 2) == kopecks + (finer > 0)
