"""How many examples a property is tried with: few by default, many with HYPOTHESIS_PROFILE=thorough."""

import os
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import TypeVar

from hypothesis import Phase, settings
from hypothesis.configuration import set_hypothesis_home_dir

Row = TypeVar("Row")
DEFAULT, THOROUGH = "default", "thorough"
MIN_EXAMPLES = 5

settings.register_profile(DEFAULT, deadline=None, max_examples=30)
settings.register_profile(THOROUGH, deadline=None, max_examples=1000, print_blob=True)


def load_profile() -> None:
    """Load the profile that HYPOTHESIS_PROFILE names; raise hypothesis's error if there is none such.

    What hypothesis makes of Unicode's tables is kept beside the project: a test has a folder of its own.
    """
    set_hypothesis_home_dir(Path(__file__).parent.parent / ".hypothesis")
    settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", DEFAULT))


def is_thorough() -> bool:
    """Return whether the thorough profile is in use."""
    return settings.get_current_profile_name() == THOROUGH


def steadily(examples: int, phases: Collection[Phase] = tuple(Phase)) -> settings:
    """Return the settings of a property whose examples are the same in each run.

    `examples` is the usual number of them. By default a fifth are tried, as engineers run them while they
    think; the thorough profile tries ten times as many, and others in each run.
    """
    few = max(min(examples, MIN_EXAMPLES), examples // 5)
    return settings(
        deadline=None,
        derandomize=not is_thorough(),
        database=None,
        max_examples=10 * examples if is_thorough() else few,
        phases=phases,
    )


def thoroughly(every: Iterable[Row], by_default: Collection[Row]) -> list[Row]:
    """Return the rows of a table whose tests take many seconds each: all in the thorough profile."""
    rows = list(every)
    assert set(by_default) <= set(rows)
    return rows if os.environ.get("HYPOTHESIS_PROFILE") == THOROUGH else list(by_default)
