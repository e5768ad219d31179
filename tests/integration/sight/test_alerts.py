"""Each alert that we ship fires when the shop is so, and clears when it is well again."""

import re
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from prometheus_client.core import GaugeMetricFamily
from sqlalchemy import update

from orbit_adapters.sql.indexes import IS_UNDELIVERED
from orbit_adapters.sql.tables import outbox
from orbit_domain.backup.copies import CopyProblem, Destination, KnownCopies
from orbit_domain.notice.ports import RetryLater, Unreachable
from orbit_domain.order.order import OrderState
from orbit_entry.bot.update_outcome import UpdateOutcome
from orbit_testing.samples import message
from tests.integration.sight.watched_shop import WatchedShop, watched_shop
from tests.support.backups import backup
from tests.support.buyer import ALICE, Buyer
from tests.support.clock import NOON
from tests.support.sight.alerts import Alert, alerts
from tests.support.sight.dashboard import expressions
from tests.support.sight.promql import Aggregation, Operation, parsed, selectors
from tests.support.sight.samples import Samples
from tests.support.world import COIN

Case = Callable[[WatchedShop], Awaitable[frozenset[str]]]


async def a_panel_that_is_down(shop: WatchedShop) -> frozenset[str]:
    """Somebody pays, and the panel doesn't answer; then it does."""
    alice = Buyer(shop.shop, shop.world)
    shop.world.panel.unavailable = True
    view = await alice.start_purchase()
    alice.send(view, view.payment.quote.due.units)
    fired = await shop.minutes(14, every=1)
    assert "orbit_undelivered_orders 1.0" in shop.page()
    shop.world.panel.unavailable = False
    await shop.minutes(2)
    assert (await alice.order_of(view)).state is OrderState.DELIVERED
    return fired


async def a_panel_that_is_full(shop: WatchedShop) -> frozenset[str]:
    """Its capacity is what it holds; then it may hold more."""
    await resize(shop, 1)
    fired = await shop.minutes(21)
    await resize(shop, 100)
    return fired


async def resize(shop: WatchedShop, capacity: int) -> None:
    async with shop.world.storage.transaction() as tx:
        (panel,) = await tx.panels.all()
        await tx.panels.put(replace(panel, capacity=capacity))


async def money_without_an_owner(shop: WatchedShop) -> frozenset[str]:
    """A transfer without a comment arrives; then the owner gives it to a customer."""
    record = shop.world.chain.deposit(COIN, "")
    fired = await shop.minutes(20)
    assert 'orbit_unmatched_amount{asset="ton:native"} 1.0' in shop.page()
    await shop.shop.assign_receipt(shop.world.chain.name, record.external_id, ALICE, "cli:test", "it was hers")
    return fired


async def a_silent_chain(shop: WatchedShop) -> frozenset[str]:
    shop.world.chain.silent = True
    fired = await shop.minutes(16)
    shop.world.chain.silent = False
    return fired


async def messages_that_nobody_sends(shop: WatchedShop) -> frozenset[str]:
    """The customer's money is there, and what tells of it waits."""
    await paid_top_up(shop)
    fired = await shop.minutes(17, working=False)
    await shop.minutes(1)
    return fired


async def messages_that_fail(shop: WatchedShop) -> frozenset[str]:
    """Telegram refuses for now, again and again."""
    shop.world.notifier.fail_with(RetryLater(timedelta(seconds=20), "slow down"))
    await paid_top_up(shop)
    fired = await shop.minutes(20)
    shop.world.notifier.recover()
    await shop.minutes(15)
    return fired


async def a_message_of_a_newer_version(shop: WatchedShop) -> frozenset[str]:
    """This version can't read it, so it is given up; that somebody has blocked the bot is no alert."""
    shop.world.notifier.fail_with(Unreachable("blocked"))
    await paid_top_up(shop)
    assert await shop.minutes(2) == frozenset()
    shop.world.notifier.recover()
    async with shop.world.storage.transaction() as tx:
        await tx.outbox.add(message(9, not_before=shop.world.clock.now()))
    async with shop.engine.begin() as connection:
        await connection.execute(update(outbox).where(IS_UNDELIVERED).values(payload={"kind": "planet_found"}))
    fired = await shop.minutes(1)
    lost = 'orbit_outbox_lost_messages{{reason="{}",topic="{}"}} 1.0'
    assert lost.format("unreachable", "money_credited") in shop.page()
    assert lost.format("unreadable", message(9).notice.kind) in shop.page()
    shop.world.clock.advance(days=1)
    return fired


async def paid_top_up(shop: WatchedShop) -> None:
    alice = Buyer(shop.shop, shop.world)
    view = await alice.top_up(20_000)
    alice.send(view, view.payment.quote.due.units)


async def a_process_that_is_gone(shop: WatchedShop) -> frozenset[str]:
    shop.is_down = True
    fired = await shop.minutes(3)
    shop.is_down = False
    return fired


async def a_bot_without_a_worker(shop: WatchedShop) -> frozenset[str]:
    shop.has_worker = False
    fired = await shop.minutes(3)
    shop.has_worker = True
    return fired


async def a_database_that_is_down(shop: WatchedShop) -> frozenset[str]:
    shop.is_unreadable = True
    fired = await shop.minutes(6)
    shop.is_unreadable = False
    return fired


async def a_job_without_success(shop: WatchedShop) -> frozenset[str]:
    shop.is_stuck = True
    fired = await shop.minutes(7)
    shop.is_stuck = False
    return fired


async def redis_that_fails(shop: WatchedShop) -> frozenset[str]:
    async def broken(_: object) -> None:
        raise ConnectionError

    async def answered(_: object) -> bool:
        return True

    for _ in range(3):
        await shop.redis.call(broken, None)
    fired = await shop.minutes(6)
    assert 'orbit_degraded{mode="redis_down"} 1.0' in shop.page()
    assert await shop.redis.call(answered, False)
    return fired


async def an_update_that_fails(shop: WatchedShop) -> frozenset[str]:
    shop.updates("message", UpdateOutcome.FAILED, 0.1)
    fired = await shop.minutes(1)
    await shop.minutes(10)
    return fired


async def slow_updates(shop: WatchedShop) -> frozenset[str]:
    fired: frozenset[str] = frozenset()
    for _ in range(7):
        for _ in range(10):
            shop.updates("callback_query", UpdateOutcome.DONE, 3.0)
        fired = await shop.minutes(1)
    await shop.minutes(6)
    return fired


async def slow_statements(shop: WatchedShop) -> frozenset[str]:
    shop.stopwatch.takes_ms = 300
    fired = await shop.minutes(8)
    shop.stopwatch.takes_ms = 0
    await shop.minutes(11)
    return fired


async def a_blocked_loop(shop: WatchedShop) -> frozenset[str]:
    shop.lag.add(2.0)
    fired = await shop.minutes(4)
    for _ in range(60):
        shop.lag.add(0.0)
    return fired


async def a_backup_that_is_old(shop: WatchedShop) -> frozenset[str]:
    """None could be verified; then one is, and the next ones can't be for a day."""
    shop.backups.kept = [backup(shop.world.clock.now(), verified=False)]
    assert await shop.minutes(12) == {"OrbitBackupOld"}
    shop.backups.kept.insert(0, backup(shop.world.clock.now()))
    assert await shop.minutes(1) == frozenset()
    assert "orbit_backup_age_seconds 60.0" in shop.page()
    shop.backups.kept = [backup(shop.world.clock.now() - timedelta(hours=26))]
    fired = await shop.minutes(11)
    shop.backups.kept = [backup(shop.world.clock.now())]
    return fired


async def copies_that_are_old(shop: WatchedShop) -> frozenset[str]:
    """The store refuses the first copy, then takes one; the chat has none but an old one."""
    shop.backups.kept = [backup(shop.world.clock.now())]
    shop.copies.of = [KnownCopies(Destination.S3, {}, NOON, CopyProblem.DENIED)]
    assert await shop.minutes(12) == {"OrbitBackupCopyOld"}
    now = shop.world.clock.now()
    shop.copies.of = [KnownCopies(Destination.S3, {backup(now).name: now}, now)]
    assert await shop.minutes(1) == frozenset()
    assert 'orbit_backup_copy_age_seconds{destination="s3"} 60.0' in shop.page()
    for destination, hours in ((Destination.S3, 26), (Destination.TELEGRAM, 51)):
        old = backup(shop.world.clock.now() - timedelta(hours=hours))
        shop.copies.of.append(KnownCopies(destination, {old.name: NOON}, NOON))
    del shop.copies.of[0]
    fired = await shop.minutes(11)
    shop.copies.of = [replace(one, copied={backup(now).name: now}) for one in shop.copies.of]
    shop.backups.kept = [backup(shop.world.clock.now())]
    return fired


CASES: dict[Case, set[str]] = {
    a_panel_that_is_down: {"OrbitPaidOrderWaits", "OrbitPanelDown", "OrbitDegraded"},
    a_panel_that_is_full: {"OrbitPanelFull"},
    money_without_an_owner: {"OrbitUnmatchedMoney"},
    a_silent_chain: {"OrbitSourceStale", "OrbitDegraded"},
    messages_that_nobody_sends: {"OrbitMessagesWait"},
    messages_that_fail: {"OrbitMessagesFail"},
    a_message_of_a_newer_version: {"OrbitMessagesLost"},
    a_process_that_is_gone: {"OrbitProcessDown", "OrbitNoWorker"},
    a_bot_without_a_worker: {"OrbitNoWorker"},
    a_database_that_is_down: {"OrbitDatabaseUnread", "OrbitDegraded"},
    a_job_without_success: {"OrbitJobLate"},
    redis_that_fails: {"OrbitDegraded"},
    an_update_that_fails: {"OrbitUpdatesFail"},
    slow_updates: {"OrbitUpdatesSlow"},
    slow_statements: {"OrbitStatementsSlow"},
    a_blocked_loop: {"OrbitLoopBlocked"},
    a_backup_that_is_old: {"OrbitBackupOld"},
    copies_that_are_old: {"OrbitBackupCopyOld", "OrbitBackupChatOld"},
}


async def test_each_alert_fires_and_clears(file: Path) -> None:
    """In each case exactly its alerts fire, together they are all that there are, and after each one nothing fires.

    What the dashboard draws had something to draw by then.
    """
    assert set().union(*CASES.values()) == {rule.name for rule in alerts()}
    async with watched_shop(file) as shop:
        await Buyer(shop.shop, shop.world).start()
        for case, expected in CASES.items():
            assert await case(shop) == expected, case.__name__
            assert await shop.minutes(1) == frozenset(), case.__name__
        silent = [title for title, text in expressions() if not shop.watch.samples.ever(parsed(text))]
        assert silent == []
        assert [fault for rule in alerts() for fault in unknown_labels(rule, shop.watch.samples)] == []


def unknown_labels(rule: Alert, samples: Samples) -> Iterator[str]:
    """What a rule asks or says of labels that its numbers never had: then it would hear nothing, or name nothing."""
    had = [(one, samples.labels_of(one.name)) for one in selectors(rule.expression)]
    for selector, labels in had:
        yield from (
            f"{rule.name}: {label} of {selector.name}" for label, _, _ in selector.matchers if label not in labels
        )
    left = {label for _, labels in had for label in labels}
    match rule.expression:
        case Operation(left=Aggregation(by=by)):
            left &= set(by)
    named = re.findall(r"\$labels\.(\w+)", str(rule.annotations))
    yield from (f"{rule.name}: tells of {label}" for label in named if label not in left)


# Rule, number, and the labels with which it is heard, and isn't.
LEFT_OUT = [
    ("OrbitMessagesWait", "orbit_outbox_oldest_seconds", {"topic": "key_ready"}, {"topic": "announcement"}),
    ("OrbitMessagesLost", "orbit_outbox_lost_messages", {"topic": "a", "reason": "unreadable"},
     {"topic": "a", "reason": "unreachable"}),
    ("OrbitJobLate", "orbit_job_lag_seconds", {"job_name": "keys"}, {"job_name": "drift"}),
    ("OrbitUpdatesFail", "orbit_updates_total", {"outcome": "failed"}, {"outcome": "limited"}),
    ("OrbitBackupCopyOld", "orbit_backup_copy_age_seconds", {"destination": "s3"}, {"destination": "telegram"}),
    ("OrbitBackupChatOld", "orbit_backup_copy_age_seconds", {"destination": "telegram"}, {"destination": "s3"}),
    ("OrbitProcessDown", "up", {"job": "orbit"}, {"job": "node"}),
]  # fmt: skip


def test_what_an_alert_leaves_out() -> None:
    """Each rule that chooses by a label hears what it is for, and nothing else, however bad that is."""
    rules = {rule.name: rule.expression for rule in alerts()}
    choosy = {name for name, rule in rules.items() if any(one.matchers for one in selectors(rule))}
    assert choosy == {name for name, *_ in LEFT_OUT}
    for name, number, heard, left_out in LEFT_OUT:
        for labels, is_heard in ((heard, True), (left_out, False)):
            samples = Samples()
            for minute in (0.0, 60.0):
                family = GaugeMetricFamily(number, number, labels=list(labels))
                family.add_metric(list(labels.values()), 0.0 if number == "up" else 200_000.0 * (minute + 1))
                samples.add(minute, [family], **({"job": "orbit"} if number != "up" else {}))
            assert bool(samples.value(rules[name], 60.0)) == is_heard, name


def test_each_alert_says_what_to_do() -> None:
    """Whoever is woken reads what is wrong and the next step."""
    for rule in alerts():
        said: dict[str, Any] = rule.annotations
        assert set(said) == {"summary", "next"}, rule.name
        assert rule.severity in {"page", "look"}, rule.name
