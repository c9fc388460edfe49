"""How likely is it that so many of these lack something, after what was seen before?"""

from __future__ import annotations

from math import exp, lgamma


def at_least(found: int, number: int, *, before: int, of: int) -> float:
    """The chance of `found` or more among `number`, after `before` among `of`.

    The share itself is known no better than the past tells it (beta-binomial, Jeffreys' prior).
    """
    a, b = before + 0.5, of - before + 0.5
    known = lgamma(a + b) - lgamma(a) - lgamma(b) + lgamma(number + 1) - lgamma(a + b + number)
    return sum(
        exp(known + lgamma(k + a) + lgamma(number - k + b) - lgamma(k + 1) - lgamma(number - k + 1))
        for k in range(found, number + 1)
    )
