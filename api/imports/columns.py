"""Columns as people name them: by their title, or by the letters of a spreadsheet."""

from collections.abc import Mapping

Titles = Mapping[str, str]
"""Plain title (or column letter) to field; an empty field means: leave this column out."""


def column_letter(index: int) -> str:
    """The letters of a 0-based column, as spreadsheets name it."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
