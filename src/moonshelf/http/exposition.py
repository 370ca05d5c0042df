"""The text format of Prometheus: families of samples, each with its labels."""

from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

MEDIA_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
_ESCAPED: Final = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n"})


class Sample(NamedTuple):
    """A value; of a histogram also the *suffix* that its name gets."""

    value: float
    labels: Mapping[str, object] = {}
    suffix: str = ""


class Family(NamedTuple):
    """Samples of one name; *kind* is counter, gauge or histogram."""

    name: str
    kind: str
    about: str
    samples: Iterable[Sample]


def exposed(families: Iterable[Family]) -> str:
    """Write them down."""
    return "".join(map(_family, families))


def _family(family: Family) -> str:
    head = f"# HELP {family.name} {family.about}\n# TYPE {family.name} {family.kind}\n"
    return head + "".join(f"{family.name}{_line(sample)}\n" for sample in family.samples)


def _line(sample: Sample) -> str:
    labels = ",".join(f'{name}="{str(value).translate(_ESCAPED)}"' for name, value in sample.labels.items())
    return f"{sample.suffix}{{{labels}}} {sample.value}" if labels else f"{sample.suffix} {sample.value}"
