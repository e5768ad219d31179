"""Old names that the field's terms have replaced: none of them comes back.

A name is a regular expression that matches whole words, as `git grep -nwE` does. This prints all of them as one
expression: `python -m tests.unit.architecture.old_names`.
"""

import re
from collections.abc import Iterable

# Old name → the name in use.
REPLACED = {
    # domain
    "(class|import|\\w+:) Settling": "settle_payment",
    "(class|import|\\w+:) Paying": "pay_order",
    "class Opening|import Opening": "open_payment",
    "Watching": "MethodAvailability",
    "insisting|await insist": "retry_on_busy",
    "RecallCustomer": "GetCachedCustomer",
    "ForgetCustomers": "InvalidateCustomers",
    "ReclaimWork": "ReleaseLeases",
    "WatchDeliveries": "AlertDelayedOrders",
    "use_cases[./](settling|paying|opening|watching|explain)": "steps, show_timeline",
    "use_cases[./](recall_customer|reclaim_work|watch_deliveries)": "get_cached_customer, release_leases, …",
    "Explain": "ShowTimeline",
    "_Turn": "RateCache",
    "KeyRing": "KeysView",
    "ShopFigures": "StatsView",
    "NothingMissing": "OrderAlreadyCovered",
    "WorthNothing": "AmountTooSmall",
    "NotUnmatched": "ReceiptAlreadyAssigned",
    "Promise": "OutboxMessage",
    "bury|buried": "dead_letter",
    "outbox\\.done": "mark_done",
    "free_all": "release_leases",
    "class Out|choice import .*Out": "Exclusion",
    "class Reason|Reason\\.[A-Z]+": "CandidateVerdict",
    "Observed": "AccountState",
    "(key|current|claimed|self)\\.desired": "desired_revision",
    "(key|current|claimed|self)\\.applied": "applied_revision",
    "def want|(key|current|claimed)\\.want": "Key.request_change",
    "(key|current|claimed)\\.again": "Key.reapply",
    "BooksCheck": "LedgerAudit",
    "Movement": "StatementLine",
    "format_signed_rub": "format_change",
    "kopecks_per_second": "units_per_second",
    "Takings": "Revenue",
    "(least|most)(_\\w+)? =": "minimum, maximum",
    "is_honoured": "is_within_quote",
    "\\w+Trouble": "…Error",
    "troubles?": "error",
    "TellLater": "RetryLater",
    "notifier\\.tell|def tell": "Notifier.send",
    "cache import .*Kind|Kind\\[": "CacheEntry",
    "SETTLING_S": "WRITE_GUARD_S",
    "customer_text": "customer_codec",
    "class Changes|import .*Changes": "ChangeSet",
    "(orbit_domain|bot)[./]flood": "rate_limit",
    "FloodGate|FloodLimit": "RateLimiter",
    "(flood|gate|limiter)\\.admit": "RateLimiter.check",
    "forgive": "RateLimiter.reset",
    "orbit_domain[./]\\w+[./]repositories": "<noun>.repository",
    # entry points
    "orbit_entry[./](speed|books|pausing|retrying|shop|doors|logs|setting_files)\\w*": "runtime, wiring, config",
    "class Speed|open_speed|speed\\.\\w+": "EphemeralState",
    "books": "ledger, database",
    "Hearers|hearers": "AfterCommitHooks",
    "(\\w+)?Doors?": "ProcessRole, …Source",
    "doors?": "process role, client, update source",
    "open_shop": "run_process",
    "pausing|import pause": "sleep_or_stop",
    "persevere": "retry_on_busy",
    "WaysToPay|ways_to_pay": "GatewayRegistry",
    "KnownPanels|known_panels": "PanelRegistry",
    "class (World|Sharing|Verbs)\\(Provider": "AdaptersProvider, SharedStateProvider, UseCasesProvider",
    "examination": "doctor",
    "class Finding|import Finding": "CheckResult",
    "verbs?": "use case",
    # bot
    "Intake|intakes?": "UpdateProcessor",
    "Lanes?|lanes?": "PerUserQueue",
    "own_sum": "custom_amount",
    "(screens|handlers)[./]answers": "help",
    "NotNow": "RetryUpdate",
    # worker
    "Bell|bell": "WorkSignal",
    "RingForWork": "SignalAfterCommit",
    "class Turns|import Turns": "JobRunner",
    "class Loop|import Loop": "PeriodicJob",
    "keep_sweeping": "run_periodically",
    "keep_listening|worker[./]listening": "consumer",
    "Work\\.[A-Z]+|worker.work import Work": "JobName",
    "Pace|PACE": "Intervals",
    "Slots|NoSlots|RedisSlots": "PeriodLock",
    "demo[./]stage|open_stage|class Stage": "environment",
    "demo[./]player|class Player": "scenario",
    # sql, memory, copying databases
    "sql[./](books|audit|troubles|unbroken|rows)": "ledger_audit, admin_log, errors, shield, query",
    "sql[./](sums|slow|statements|required|rights)": "money_columns, slow_query_log, …",
    "in_our_words": "translate_errors",
    "unbroken": "run_to_completion",
    "rows\\.(first|every|changed)": "query.fetch_one, fetch_all, rowcount",
    "(sql|orbit_entry)[./]moving": "database_copy, orbitvpn_import",
    "moving[./](bars|comparing|fitness|sides|standing|judging|cells|orbitvpn)": "progress, diff, validation, …",
    "Shelves|shelves": "Tables",
    "memory[./](shelves|arrivals)": "receipts, transfers",
    "Journal": "UndoLog",
    # other adapters
    "SafeDoor": "ResilientRedis",
    "redis[./](door|garbage|slots)": "client, …",
    "garbage": "corrupt values",
    "rates[./]chosen": "factory",
    "marzban[./](terms|wire|rows|cached_nodes)": "mapping, http, schemas, panel_cache",
    "OurWreck": "BrokenAccount",
    "SomebodyElses|UsernameTaken": "ForeignAccount",
    "PanelRefused": "PanelRejected, PanelAuthFailed",
    "PlacementRefused": "PlacementGone",
    "ton[./](rows|wire|proof)": "transactions, strict_json, continuity",
    # telegram
    "class Say|import Say|say: Say": "Translator",
    "orbit_adapters[./]telegram[./](say|moments|sums|clean|tapped|pace)": "i18n, dates, …",
    "screens[./](rows|own_sum)": "buttons, custom_amount",
    "DropPayment": "CancelPayment",
    "BeginTrial": "StartTrial",
    "AskSum": "AskAmount",
    # sandbox
    "Desk|desk": "ControlPanel",
    "Mischief|mischief": "FaultInjection",
    "sandbox[./](\\w+[./])?(bell|desk|world)": "signal, control_panel, sim_…",
    "scenes": "sample_transactions",
    "How\\.[A-Z]+|payer import How": "PaymentScenario",
    "\\w+\\.strike|def strike": "Faults.consume",
    # tests
    "Nursery|nursery": "ForkServer",
    "\\w+\\.bear|def bear": "ForkServer.spawn",
    "street|Street": "single_process",
    "town|Town": "cluster",
    "class Shops|import Shops": "ShopProcess",
    "processes[./](stream|leaving|hand|mortal|display)": "load, graceful_shutdown, …",
    "mortal|class Life|import Life": "CrashBudget",
    "judgement|wrongs|shortcomings": "invariants",
    "sabotage|Sabotage": "seeded_bugs",
    "class Hand|import Hand": "worker_harness",
    "test_zombie": "test_stalled_worker",
    "HandClock|StandingClock": "FakeClock",
    "[Gg]uardian|[Gg]uarded": "watchdog",
    "ladder": "server_discovery",
    "vandalise|furnish": "corrupt, populate",
    "test_predecessor_\\w*": "test_orbitvpn_regressions",
    "unit[./]house|house": "architecture",
}

# Old names that are ordinary words as well: the table's name → why the bare word stays. The patterns above watch
# their private use (a module's path, a class, a call) instead.
ORDINARY = {
    "Opening, paying, settling, watching, leaving": "forms of common verbs, which sentences need",
    "done, again, want, tell, rest, pause, admit, strike": "common verbs and adverbs; only the old methods are gone",
    "desired, applied": "columns of `configs`, whose names stay; *desired state* is the field's own term",
    "flood": "Telegram's word for too many messages; `flood:<id>` is a Redis key, whose format stays",
    "least, most": "`at least` and `at most` are how a limit is read",
    "Out, Reason, How, Life, Work, Turns, Shops, Finding": "first words of sentences",
    "Kind": "a type variable, and a kind of server in tests",
    "Changes, Say": "first words of docstrings",
    "repositories": "the plural of repository; the modules were renamed",
    "speed": "what benchmarks measure",
    "World": "the test kit's one world (tests/support)",
    "Jobs": "the provider's old name is now the list of background jobs (orbit_entry/worker/jobs.py)",
    "answers, rows, sums, cells, sides, statements, slow, required, rights, standing": "plain nouns and adjectives",
    "moments, clean, tapped, chosen, terms, wire, proof, arrivals": "plain words; only such modules are gone",
    "stream, display, hand, player, stage": "plain words; a stream is also Redis's own type",
}

# (name, end of the path) → why this place may keep it.
ALLOWED = {
    ("Promise", ".js"): "JavaScript's own Promise",
    ("PanelRefused", "telegram/recorded_errors.py"): "rows of older versions hold it",
    ("PlacementRefused", "telegram/recorded_errors.py"): "rows of older versions hold it",
    ("books", "docs/deploying.md"): "the name of the volume in docker-compose.yml, which holds data",
}


def expression(names: Iterable[str] = tuple(REPLACED)) -> str:
    """All *names* as one regular expression for `git grep -nwE`."""
    return "|".join(f"({name})" for name in names)


def old_names(text: str) -> list[tuple[int, str]]:
    """Line and the expression of each old name in *text*."""
    return [
        (number, name)
        for number, line in enumerate(text.splitlines(), 1)
        if _ANY.search(line)
        for name, pattern in _PATTERNS.items()
        if pattern.search(line)
    ]


def _whole_word(expression_: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{expression_})(?!\w)")


_PATTERNS = {name: _whole_word(name) for name in REPLACED}
_ANY = _whole_word("|".join(REPLACED))

if __name__ == "__main__":
    print(expression())
