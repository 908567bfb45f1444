"""σ and softplus of sixteen scores at once, from one exponential.

With e = exp(−|z|): σ(z) = 1 / (1 + e) or e / (1 + e) by the sign of z, and softplus(z) = ln(1 + exp z) =
max(z, 0) + ln(1 + e). exp is 2ⁿ · p(f) with a minimax polynomial p; ln(1 + e) on [0, 1] likewise. Absolute errors,
tested in tests/test_simd.py: σ below 2e-7, softplus below 2e-6 (beyond ±16, float32 precision). The exact loss of every
pair costs 1 to 2 % of skip-gram's time at dim 100.
"""

from typing import Any

import numpy as np

from wordvec.kernels._jit import inline
from wordvec.kernels.simd import Register, add, div, fma, maximum, mul, scale_by_power, splat, sub, where_positive

# 1.5 · 2²³: adding it rounds a float32 to an integer, which the low bits then hold.
_ROUND = np.float32(12582912.0)
_LOG2_E = np.float32(1.4426950408889634)
_FARTHEST = np.float32(-126.0)
# 2^f on [-1/2, 1/2], error 8e-8; ln(1 + e) / e on [0, 1], error of the product 1.5e-6 (weighted minimax fits).
_E0, _E1, _E2 = np.float32(1.00000008), np.float32(0.69314723), np.float32(0.24022107)
_E3, _E4, _E5 = np.float32(0.05550297), np.float32(0.00967604), np.float32(0.001341)
_L0, _L1, _L2 = np.float32(0.99990164), np.float32(-0.49787499), np.float32(0.31764867)
_L3, _L4, _L5 = np.float32(-0.19376018), np.float32(0.08556923), np.float32(-0.01833863)
_ZERO, _ONE = np.float32(0), np.float32(1)


@inline
def exponential(z: Register) -> Any:
    """Return exp z for z ≤ 0, lane by lane, to a relative error of 8e-8; about 1e-38 below −87; NaN for NaN."""
    power = maximum(splat(_FARTHEST), mul(z, splat(_LOG2_E)))
    shifted = add(power, splat(_ROUND))
    f = sub(power, sub(shifted, splat(_ROUND)))
    p = fma(splat(_E5), f, splat(_E4))
    p = fma(p, f, splat(_E3))
    p = fma(p, f, splat(_E2))
    p = fma(p, f, splat(_E1))
    p = fma(p, f, splat(_E0))
    return scale_by_power(p, shifted)


@inline
def logistic(z: Register) -> Any:
    """Return (σ(z), softplus(z)) lane by lane; NaN for NaN."""
    zero, one = splat(_ZERO), splat(_ONE)
    negated = sub(zero, z)
    e = exponential(sub(zero, maximum(negated, z)))
    q = fma(splat(_L5), e, splat(_L4))
    q = fma(q, e, splat(_L3))
    q = fma(q, e, splat(_L2))
    q = fma(q, e, splat(_L1))
    q = fma(q, e, splat(_L0))
    softplus = fma(q, e, maximum(z, zero))
    sigma = div(where_positive(z, one, e), add(one, e))
    return sigma, softplus
