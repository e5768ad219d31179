"""`orbit panel explain`: where a new key would live now, and why."""

import asyncio
from fractions import Fraction
from typing import Any

from orbit_domain.node.choice import Choice
from orbit_domain.node.eligibility import Exclusion
from orbit_domain.node.verdicts import CandidateVerdict
from orbit_domain.use_cases.explain_placement import ExplainedPlacement, ExplainPlacement
from orbit_entry.commands.terminal import one_line, show, show_json, show_table
from orbit_entry.commands.whole_shop import whole_shop
from orbit_entry.config.reading import read_settings
from orbit_entry.config.settings import Settings

_WHY = {
    Exclusion.PANEL_OFF: "its panel is off",
    Exclusion.PANEL_UNHEALTHY: "its panel fails",
    Exclusion.NOT_CONNECTED: "it isn't connected",
    Exclusion.EXCLUDED: "it is excluded",
    Exclusion.DRAINING: "its panel is draining",
    Exclusion.FULL: "it is full",
    Exclusion.OTHER_REGION: "it is in another region",
}


def explain_placement(region: str | None, *, as_json: bool) -> int:
    """Print every candidate with its verdict, the best first. Returns 1 when no node can take a key.

    Raises StorageError, CannotStart (a panel can't be opened).
    """
    explained = asyncio.run(_explained(read_settings(Settings), region))
    if as_json:
        show_json(_facts(explained))
    else:
        _show(explained)
    return 0 if isinstance(explained.choice, Choice) else 1


async def _explained(settings: Settings, region: str | None) -> ExplainedPlacement:
    async with whole_shop(settings) as container:
        # The wiring loads aiogram, which takes seconds: bad settings are reported before.
        from orbit_entry.wiring.fresh_panels import require_panels
        from orbit_entry.wiring.panel_registry import PanelRegistry

        await require_panels(await container.get(PanelRegistry))
        return await (await container.get(ExplainPlacement))(region)


def _show(explained: ExplainedPlacement) -> None:
    choice = explained.choice
    if isinstance(choice, Choice):
        show(one_line(f"A new key would live on the node {choice.node} of the panel {choice.panel_id}."))
    else:
        show("No node can take a new key now: paid keys wait.", "Next: orbit doctor")
    rows = ((verdict.panel_id, verdict.node, _score(verdict), _verdict(verdict)) for verdict in choice.reasons)
    if choice.reasons:
        show_table(("panel", "node", "score", "verdict"), rows)
    for panel_id in explained.without_nodes:
        show(f"The panel {panel_id} has no node to offer: it is off, or gives no answer. orbit panel test {panel_id}")


def _verdict(verdict: CandidateVerdict) -> str:
    if verdict.exclusion is not None:
        return f"out: {_WHY[verdict.exclusion]}"
    return "fit; the lowest score is chosen" if verdict.load_known else "fit, after those whose load is known"


def _score(verdict: CandidateVerdict) -> str:
    if verdict.score is None:
        return ""
    # Three digits are enough for a person; the choice itself is exact.
    thousandths = round(verdict.score * 1000)
    return f"{thousandths // 1000}.{thousandths % 1000:03}"


def _facts(explained: ExplainedPlacement) -> dict[str, Any]:
    choice = explained.choice
    chosen = {"panel": choice.panel_id, "node": choice.node} if isinstance(choice, Choice) else None
    return {
        "chosen": chosen,
        "candidates": [
            {
                "panel": verdict.panel_id,
                "node": verdict.node,
                "score": None if verdict.score is None else _exact(verdict.score),
                "out": verdict.exclusion,
                "load_known": verdict.load_known,
            }
            for verdict in choice.reasons
        ],
        "without_nodes": list(explained.without_nodes),
    }


def _exact(score: Fraction) -> str:
    return f"{score.numerator}/{score.denominator}"
