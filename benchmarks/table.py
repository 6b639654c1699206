"""Results as a table for people and a plot beside it."""

from pathlib import Path
from typing import NamedTuple

from benchmarks.machine import Compared, Waited, median, quantile


class Row(NamedTuple):
    """One claim: what was measured, against whom, and the goal for the ratio."""

    what: str
    peer: str
    compared: Compared
    goal: float
    p99_goal_ms: float | None = None


def markdown(rows: list[Row], stated: str, parts: list[str]) -> str:
    """The table with everything a reader needs to repeat it."""
    lines = [
        "# Benchmarks",
        "",
        "Made by `make bench`. Each row was measured in one run, ours and the peer in turn, median",
        "of the rounds. A ratio is what counts; single figures drift with the machine.",
        "",
        f"Machine: {stated}.",
        "",
        *(line for part in parts for line in (part, "")),
        "| what | ours | peer | ratio | goal | waits p50 / p95 / p99 / p99.9 |",
        "|---|---|---|---|---|---|",
    ]
    lines += [_line(row) for row in rows]
    return "\n".join(lines) + "\n"


def waits(waited: list[Waited]) -> str:
    """Waiting times that have no peer, in milliseconds."""
    lines = [
        "| what somebody waits for | times | p50 | p95 | p99 | goal |",
        "|---|---|---|---|---|---|",
    ]
    for each in waited:
        marks = (f"{quantile(each.waits, part) * 1000:.1f} ms" for part in (0.5, 0.95, 0.99))
        shown = " | ".join(marks)
        lines.append(f"| {each.what} | {len(each.waits)} | {shown} | {each.goal_ms:g} ms |")
    return "\n".join(lines)


def _line(row: Row) -> str:
    ours, peer = median(row.compared.ours), median(row.compared.peer)
    waits = [wait for rate in row.compared.ours for wait in rate.waits]
    shown = "-"
    if waits:
        marks = (quantile(tuple(waits), part) * 1000 for part in (0.5, 0.95, 0.99, 0.999))
        shown = " / ".join(f"{mark:.1f}" for mark in marks) + " ms"
        if row.p99_goal_ms is not None:
            shown += f" (goal p99 {row.p99_goal_ms:g} ms)"
    return (
        f"| {row.what} | {ours:,.0f}/s | {row.peer}: {peer:,.0f}/s "
        f"| **{row.compared.ratio:.2f}x** | {row.goal:g}x | {shown} |"
    )


def plot(rows: list[Row], file: Path) -> None:
    """Bars of ratio over goal, as an SVG of its own making: 1 is the goal."""
    height, left, scale = 34, 430, 150
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="900" height="{height * len(rows) + 50}" '
        'font-family="sans-serif" font-size="13">',
        f'<line x1="{left + scale}" y1="10" x2="{left + scale}" y2="{height * len(rows) + 20}" '
        'stroke="#888" stroke-dasharray="4 3"/>',
        f'<text x="{left + scale - 14}" y="{height * len(rows) + 38}" fill="#666">goal</text>',
    ]
    for number, row in enumerate(rows):
        reached = row.compared.ratio / row.goal
        y = 15 + number * height
        colour = "#2e7d5b" if reached >= 1 else "#b5532a"
        parts.append(f'<text x="{left - 8}" y="{y + 15}" text-anchor="end">{row.what}</text>')
        width = min(reached * scale, 440)
        parts.append(f'<rect x="{left}" y="{y}" width="{width:.0f}" height="20" fill="{colour}"/>')
        parts.append(
            f'<text x="{left + width + 6:.0f}" y="{y + 15}">{row.compared.ratio:.2f}x '
            f"(goal {row.goal:g}x)</text>"
        )
    file.write_text("\n".join([*parts, "</svg>", ""]))
