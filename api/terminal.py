"""Tables on a terminal whose columns line up: Chinese characters fill two cells each."""

import unicodedata
from collections.abc import Sequence


def width_of(text: str) -> int:
    """Cells a text fills: wide and full-width characters two, combining marks none."""
    return sum(
        0
        if unicodedata.combining(character)
        else 2
        if unicodedata.east_asian_width(character) in "WF"
        else 1
        for character in text
    )


def table(titles: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[bool] = ()) -> str:
    """Titles, a rule and the rows, one line each; `right` says which columns stand to the right."""
    flat = [[_one_line(cell) for cell in row] for row in rows]
    widths = [max(map(width_of, column)) for column in zip(titles, *flat, strict=True)]
    sides = list(right) or [False] * len(titles)
    lines = [_line(titles, widths, sides), "  ".join("─" * width for width in widths)]
    lines += [_line(row, widths, sides) for row in flat]
    return "\n".join(lines)


def _line(cells: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    padded = [
        " " * (width - width_of(cell)) + cell
        if to_the_right
        else cell + " " * (width - width_of(cell))
        for cell, width, to_the_right in zip(cells, widths, right, strict=True)
    ]
    return "  ".join(padded).rstrip()


def _one_line(text: str) -> str:
    """Without line breaks, and without control characters that could repaint the terminal."""
    return "".join(
        " "
        if character in "\r\n\t"
        else ""
        if unicodedata.category(character) == "Cc"
        else character
        for character in text
    )
