"""Invalid rows of an OrbitVPN database are listed, never guessed, and never crash the import."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orbit_adapters.orbitvpn_import.columns import OPTIONAL, REQUIRED
from orbit_adapters.orbitvpn_import.parsing import just_before, parse_units
from orbit_adapters.orbitvpn_import.plan import ImportPlan
from orbit_adapters.orbitvpn_import.planning import plan_import
from orbit_adapters.orbitvpn_import.reading import OrbitvpnData, OrbitvpnRow
from orbit_domain.subscription.subscription import Grant, fold
from tests.integration.orbitvpn_import.orbitvpn_database import CLOCK, ENDS, VERA, OrbitvpnDatabase, run_import, vless

UTC_ZONE = ZoneInfo("UTC")
NOW = CLOCK.now()
DEEP = "[" * 5000 + "]" * 5000


def row(table: str, **cells: str | None) -> OrbitvpnRow:
    """A row as it is read, NULL where nothing is said."""
    return {**dict.fromkeys((*REQUIRED.get(table, ()), *OPTIONAL.get(table, ()))), **cells}


def planned(**tables: tuple[OrbitvpnRow, ...]) -> ImportPlan:
    return plan_import(OrbitvpnData(**tables), UTC_ZONE, NOW)


def refusals(plan: ImportPlan) -> dict[str, list[str]]:
    return {about.split(":")[-1].strip(): lines for about, lines in plan.rejected.lines.items()}


@pytest.mark.parametrize("balance", ["NaN", "Infinity", "1e5", "abc", "", "9" * 25, "0x10", "٣", "1.", "--1"])
def test_invalid_balances_are_not_imported(balance: str) -> None:
    """The user is imported with zero and listed, so that the owner can correct the row and run again."""
    plan = planned(users=(row("users", tg_id="5", balance=balance),))
    assert [user.balance_kopecks for user in plan.users] == [0]
    assert list(plan.rejected.lines.values()) == [["user 5"]]


def test_debts_and_fractions_are_named() -> None:
    """A debt is imported as zero and a fraction of a kopeck is rounded up; both are listed."""
    rows = (row("users", tg_id="5", balance="-100"), row("users", tg_id="6", balance="0.001"))
    plan = planned(users=rows)
    assert [user.balance_kopecks for user in plan.users] == [0, 1]
    assert list(plan.warnings.lines.values()) == [["user 5: -100 RUB"], ["user 6: 0.001 RUB"]]


@pytest.mark.parametrize("tg_id", [None, "0", "-5", "4503599627370496", "9" * 30, "1.5", "x\x1b[2J"])
def test_users_without_a_valid_id_are_rejected(tg_id: str | None) -> None:
    """An invalid id is rejected, and shown without control characters."""
    plan = planned(users=(row("users", tg_id=tg_id),))
    assert plan.users == []
    ((line,),) = plan.rejected.lines.values()
    assert line.isprintable()


@pytest.mark.parametrize(
    "end", ["infinity", "-infinity", "0044-03-15 00:00:00 BC", "294276-12-31 23:59:59", "soon", ""]
)
def test_invalid_ends_are_not_imported(end: str) -> None:
    """The user is imported without time, and is listed."""
    plan = planned(users=(row("users", tg_id="5", subscription_end=end),))
    assert [user.ends_at for user in plan.users] == [None]
    assert plan.rejected.count == 1


def test_referrers_are_valid() -> None:
    """Referrers come first whatever their ids; cycles, unknown users and oneself are dropped and listed."""
    invited_by = {"1": "2", "2": "3", "3": "1", "4": "4", "5": "99", "6": "7", "7": None}
    plan = planned(users=tuple(row("users", tg_id=one, referrer_id=other) for one, other in invited_by.items()))
    come = [user.tg_id for user in plan.users]
    assert sorted(come) == [1, 2, 3, 4, 5, 6, 7]
    for user in plan.users:
        assert user.referrer_id is None or come.index(user.referrer_id) < come.index(user.tg_id)
    assert sum(user.referrer_id is not None for user in plan.users) == 3
    assert plan.warnings.count == 3


CONFIGS = {
    "unknown owner": {"tg_id": "9", "username": "orbit_9"},
    "the panel login isn't the owner's": {"username": "orbit_6"},
    "the link is no VLESS link": {"vless_link": "javascript:alert(1)"},
    "invalid owner or number": {"id": "one"},
}


@pytest.mark.parametrize("reason", CONFIGS)
def test_invalid_configs_are_rejected_by_name(reason: str) -> None:
    """A config without a certain owner isn't imported."""
    config = row(
        "configs", **{"id": "1", "tg_id": "5", "username": "orbit_5", "vless_link": vless(1), **CONFIGS[reason]}
    )
    plan = planned(users=(row("users", tg_id="5"), row("users", tg_id="6")), configs=(config,))
    assert plan.keys == []
    assert list(refusals(plan)) == [reason]


def test_two_configs_with_one_login_are_both_refused() -> None:
    """One of the two links is dead and nothing says which: a user with paid time gets a new key."""
    users = (row("users", tg_id="5", subscription_end=str(NOW + timedelta(days=1))),)
    duplicates = tuple(
        row("configs", id=str(number), tg_id="5", username="orbit_5", vless_link=vless(number)) for number in (1, 2)
    )  # fmt: skip
    plan = planned(users=users, configs=duplicates)
    assert refusals(plan) == {"several share one panel login": ["config 1 of user 5", "config 2 of user 5"]}
    assert [key.link for key in plan.keys] == [None]


PAYMENTS = {
    "unknown user": {"tg_id": "9"},
    "unknown method or status": {"status": "refunded"},
    "not in roubles": {"currency": "USD"},
    "invalid number, owner or amount": {"amount": "NaN"},
}


@pytest.mark.parametrize("reason", PAYMENTS)
def test_invalid_payments_are_rejected_by_name(reason: str) -> None:
    """A payment that can't be read isn't imported, and is listed."""
    cells = {"id": "1", "tg_id": "5", "method": "ton", "status": "confirmed", "amount": "200", **PAYMENTS[reason]}
    plan = planned(users=(row("users", tg_id="5"),), payments=(row("payments", **cells),))
    assert plan.payments == []
    assert list(refusals(plan)) == [reason]


def test_comments_used_twice_belong_to_no_payment() -> None:
    """A comment of several payments can't identify the payer, so none keeps it."""
    base = {"method": "ton", "status": "expired", "amount": "200", "comment": "same"}
    rows = tuple(row("payments", id=one, tg_id=one, **base) for one in ("1", "2"))
    plan = planned(users=(row("users", tg_id="1"), row("users", tg_id="2")), payments=rows)
    assert [payment.comment for payment in plan.payments] == [None, None]
    assert plan.warnings.count == 2


def test_uncredited_coins_are_listed() -> None:
    """The old log isn't imported, but coins that weren't credited are shown to the owner."""
    done = row("ton_transactions", tx_hash="a", amount="1", processed_at="2025-01-01 00:00:00")
    open_ = row("ton_transactions", tx_hash="b", amount="2.5", comment="hello\nworld", created_at="2025-01-01 00:00:00")
    plan = planned(ton_transactions=(done, open_))
    ((line,),) = [lines for about, lines in plan.warnings.lines.items() if about.startswith("coins")]
    assert line.startswith("2.5 TON at 2025-01-01 00:00:00, comment hello")
    assert line.isprintable()


async def test_hostile_rows_pass_through_a_real_database(orbitvpn: OrbitvpnDatabase, target: str) -> None:
    """Values that PostgreSQL accepts but a shop shouldn't hold: all other rows are imported, the audit is clean."""
    await orbitvpn.user(VERA, balance=10, subscription_end=ENDS)
    await orbitvpn.config(1, VERA)
    await orbitvpn.run(
        "INSERT INTO users (tg_id, balance, subscription_end, created_at, username, lang) VALUES"
        " (1, 'NaN', 'infinity', '-infinity', repeat('x', 100000), 'zz'), (-5, 1, NULL, NULL, NULL, NULL),"
        " (2, 1e30, '4714-11-24 00:00:00 BC', NULL, '<b>&', E'\\x01'), (3, NULL, NULL, NULL, NULL, NULL);"
        "INSERT INTO payments (id, tg_id, amount, method, status, comment, extra_data, expected_crypto_amount) VALUES"
        " (1, 1, 'NaN', 'ton', 'pending', NULL, '[]', 0), (2, 3, 5, 'ton', 'pending', repeat('c', 100000),"
        f" '{DEEP}', 'NaN'), (3, 3, 5, 'stars', 'failed', '', '{{\"invoice_id\": true}}', -1);"
        "INSERT INTO configs (id, tg_id, username, vless_link) VALUES (7, 3, 'orbit_3', repeat('v', 100000));"
    )
    report = await run_import(orbitvpn, target)
    assert report.reconciliation.is_complete
    assert not report.is_clean
    assert (report.audit.wrong_balances, report.audit.wrong_subscriptions) == ((), ())
    assert [user.tg_id for user in report.plan.users] == [1, 2, 3, VERA]
    assert [payment.number for payment in report.plan.payments] == [2, 3]


CELLS = st.none() | st.text(max_size=40) | st.from_regex(r"-?[0-9]{1,25}(\.[0-9]{1,5})?", fullmatch=True)


@given(data=st.data())
def test_no_row_crashes_the_planning(data: st.DataObject) -> None:
    """Whatever the cells hold, every row is either imported or listed."""
    data_read = OrbitvpnData(
        **{
            name: tuple(
                {one: data.draw(CELLS) for one in (*REQUIRED.get(name, ()), *OPTIONAL.get(name, ()))}
                for _ in range(data.draw(st.integers(0, 3)))
            )
            for name in ("users", "configs", "payments", "ton_transactions")
        }
    )
    plan = plan_import(data_read, UTC_ZONE, NOW)
    named = sum(about.startswith("payments that") * len(lines) for about, lines in plan.rejected.lines.items())
    assert len(plan.payments) + named == len(data_read.payments)


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
    """An amount is read without rounding, and a part below the smallest unit counts as one unit, for the customer."""
    text = f"{kopecks // 100}.{kopecks % 100:02}{finer:06}"
    assert parse_units(text, 2) == kopecks + (finer > 0)
