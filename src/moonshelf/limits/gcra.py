"""The generic cell rate algorithm: one number a bucket says all (ITU-T I.371; Brandur Leach's "throttled" in Go).

The number is the time at which the bucket will be full again, its theoretical arrival time. A charge moves it on by
its share of the period, and passes if the time is then at most a period ahead.
"""

import math

from moonshelf.limits import Charge, Rate, Standing


def increment(charge: Charge) -> float:
    """Seconds by which *charge* moves the arrival time on."""
    return charge.cost * charge.rate.period_s / charge.rate.amount


def standing(charge: Charge, arrival: float, now: float) -> Standing:
    """Tell how *charge* stands against a bucket that will be full again at *arrival*, before it is charged."""
    ahead = max(arrival - now, 0.0)
    if charge.cost > charge.rate.amount:
        return Standing(_left(charge.rate, ahead), ahead, math.inf)
    wait_s = ahead + increment(charge) - charge.rate.period_s
    # A refusal for what is a rounding of two sums of floats would be followed by a wait of nothing.
    if charge.cost and wait_s > 1e-6:  # noqa: PLR2004 - a microsecond
        return Standing(_left(charge.rate, ahead), ahead, wait_s)
    return after(charge, ahead + increment(charge))


def after(charge: Charge, ahead: float) -> Standing:
    """Tell what is left where the bucket will be full again in *ahead* seconds, *charge* included."""
    return Standing(_left(charge.rate, ahead), max(ahead, 0.0))


def _left(rate: Rate, ahead: float) -> int:
    return max(0, math.floor((rate.period_s - max(ahead, 0.0)) * rate.amount / rate.period_s + 1e-6))
