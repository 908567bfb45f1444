"""The digamma function ψ(x) = d ln Γ(x) / dx, from operations whose bits are the same on every machine.

ψ(x) = ψ(x + 1) − 1/x moves x above 8, where the asymptotic series (Abramowitz and Stegun, 6.3.18) has errors below
1e-13. The logarithm is 2 artanh((m − 1) / (m + 1)) of the mantissa m in [√½, √2), a power series; libraries of
mathematical functions differ in its last bit.
"""

from typing import Any

import numpy as np

from wordvec.kernels._jit import inline

_LN_2 = 0.6931471805599453
_ROOT_2 = 1.4142135623730951
_LARGE = 8.0


@inline
def logarithm(x: float) -> Any:
    """Return ln x for x in [1, 2⁶⁴); the relative error is below 1e-15."""
    exponent, power = 0, 32
    while power:
        scale = 1.0 / np.float64(1 << power)
        while x * scale >= 1.0:
            x *= scale
            exponent += power
        power >>= 1
    if x > _ROOT_2:
        x *= 0.5
        exponent += 1
    t = (x - 1.0) / (x + 1.0)
    square = t * t
    series = 1.0 / 21
    for odd in range(19, 0, -2):
        series = series * square + 1.0 / odd
    return exponent * _LN_2 + 2.0 * t * series


@inline
def digamma(x: float) -> Any:
    """Return ψ(x) for x in (0, 2⁶⁴)."""
    below = 0.0
    while x < _LARGE:
        below += 1.0 / x
        x += 1.0
    y = 1.0 / (x * x)
    series = y * (1 / 12 - y * (1 / 120 - y * (1 / 252 - y * (1 / 240 - y * (1 / 132 - y * (691 / 32760 - y / 12))))))
    return logarithm(x) - 0.5 / x - series - below
