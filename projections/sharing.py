"""Steps that many readings begin with, computed once for all readings of the same tape."""

from collections.abc import Callable
from functools import update_wrapper
from typing import Concatenate, ParamSpec

import polars as pl

from projections.tape import Tape

Arguments = ParamSpec("Arguments")
Step = Callable[Concatenate[Tape, Arguments], pl.LazyFrame]


def shared(step: Step[Arguments]) -> Step[Arguments]:
    """A function of tape and hashable arguments whose frame readings may have in common.

    Plans stay small that way: a step that five parts of a view begin with is planned once.
    """

    def asked(tape: Tape, /, *args: Arguments.args, **kwargs: Arguments.kwargs) -> pl.LazyFrame:
        key = (step.__module__, step.__qualname__, args, tuple(sorted(kwargs.items())))
        return tape.shared(key, lambda whole: step(whole, *args, **kwargs))

    update_wrapper(asked, step)
    return asked
