"""The numbers of NumberDistancesTest and ChanceTest, from values that both make alike.

Python 3, NumPy and SciPy: pip install numpy scipy; python jensen_shannon.py
"""
import math

import numpy
import scipy
from scipy.spatial.distance import jensenshannon
from scipy.stats import hypergeom

MASK = (1 << 64) - 1


class SplittableRandom:
    """java.util.SplittableRandom: SplitMix64."""

    def __init__(self, seed):
        self.seed = seed

    def next_double(self):
        self.seed = (self.seed + 0x9E3779B97F4A7C15) & MASK
        z = self.seed
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        return ((z ^ (z >> 31)) >> 11) * 2.0**-53

    def next_normal(self):
        """Box and Muller."""
        u, v = self.next_double(), self.next_double()
        return math.sqrt(-2 * math.log(1 - u)) * math.cos(2 * math.pi * v)


REFERENCE = {
    "nearly constant": lambda r: 20 + 1e-6 * r.next_normal(),
    "latitudes": lambda r: 40.75 + 0.02 * r.next_normal(),
    "longitudes": lambda r: -73.97 + 0.02 * r.next_normal(),
    "microseconds": lambda r: math.floor(1.7e15 + 8.64e10 * r.next_double()),
    "ids": lambda r: 1e12 + math.floor(1e6 * r.next_double()),
    "tiny": lambda r: 1e-12 * r.next_normal(),
    "Cauchy": lambda r: math.tan(math.pi * (r.next_double() - 0.5)),
    "lognormal": lambda r: math.exp(2 * r.next_normal()),
    "mixed signs": lambda r: r.next_normal(),
    "weekdays": lambda r: math.floor(7 * r.next_double()),
    "flags": lambda r: math.floor(2 * r.next_double()),
    "the same": lambda r: r.next_normal(),
}
VALUES = {
    "nearly constant": lambda r: 20 + 1e-6 * (r.next_normal() + 0.7),
    "latitudes": lambda r: 40.76 + 0.02 * r.next_normal(),
    "longitudes": lambda r: -73.98,
    "microseconds": lambda r: math.floor(1.7e15 + 2e10 + 8.64e10 * r.next_double()),
    "ids": lambda r: 1e12 + math.floor(1e6 * r.next_double() ** 2),
    "tiny": lambda r: 1.6e-12 * r.next_normal(),
    "Cauchy": lambda r: 2 * math.tan(math.pi * (r.next_double() - 0.5)),
    "lognormal": lambda r: math.exp(2 * r.next_normal() + 1),
    "mixed signs": lambda r: r.next_normal() + 0.5,
    "weekdays": lambda r: math.floor(7 * r.next_double() ** 1.5),
    "flags": lambda r: math.floor(2 * r.next_double() ** 0.5),
    "the same": lambda r: r.next_normal(),
}


def samples(name):
    random = SplittableRandom(1)
    return [REFERENCE[name](random) for _ in range(20_000)], [VALUES[name](random) for _ in range(5_000)]


def bits(p, q):
    return jensenshannon(p, q, 2) ** 2


def counts(values, starts, last):
    """Below all, from each start to the next one, above all."""
    values = numpy.asarray(values)
    inside = values[(values >= starts[0]) & (values <= last)]
    ranges = numpy.bincount(numpy.searchsorted(starts, inside, "right") - 1, minlength=len(starts))
    return [numpy.sum(values < starts[0]), *ranges, numpy.sum(values > last)]


def drift(name):
    """By the deciles of the values themselves."""
    before, now = samples(name)
    ordered = sorted(before)
    starts = sorted({ordered[decile * len(ordered) // 10] for decile in range(10)})
    return bits(counts(before, starts, ordered[-1]), counts(now, starts, ordered[-1]))


def skew(name):
    """By boundaries as the statistics of training rows have them, equal ones once."""
    before, now = samples(name)
    ordered = sorted(before)
    boundaries = sorted({ordered[min(len(ordered) - 1, d * len(ordered) // 10)] for d in range(11)})
    return bits(counts(before, boundaries[:-1], boundaries[-1]), counts(now, boundaries[:-1], boundaries[-1]))


def chance(pooled, n):
    """Mean and standard deviation of the divergence, given what both sides have together."""
    total = sum(pooled)
    m = total - n
    mean = variance = 0
    for c in pooled:
        x = numpy.arange(max(0, c - m), min(c, n) + 1)
        weights = hypergeom.pmf(x, total, c, n)
        p, q = x / n, (c - x) / m
        with numpy.errstate(divide="ignore", invalid="ignore"):
            part = (numpy.where(p > 0, p * numpy.log2(2 * p / (p + q)), 0) + numpy.where(q > 0, q * numpy.log2(2 * q / (p + q)), 0)) / 2
        mean += numpy.sum(weights * part)
        variance += numpy.sum(weights * part**2) - numpy.sum(weights * part) ** 2
    groups = len(pooled)
    return mean, math.sqrt(variance * groups / (groups - 1))


def permuted(pooled, n, times=4_000):
    """The same by dealing the values out at random."""
    random = numpy.random.default_rng(1)
    pooled = numpy.asarray(pooled)
    drawn = random.multivariate_hypergeometric(pooled, n, size=times, method="marginals")
    found = [bits(x, pooled - x) for x in drawn]
    return numpy.mean(found), numpy.std(found)


POOLED = {
    "ten of 100": ([100] * 10, 500),
    "ten of 10,000": ([10_000] * 10, 50_000),
    "ten, few on one side": ([10_000] * 10, 700),
    "two": ([1_200, 800], 1_000),
    "frequent and rare": ([5_000, 2_000, 500] + [20] * 50 + [1] * 300, 3_000),
    "each twice": ([2] * 1_000, 1_000),
    "each once": ([1] * 1_000, 500),
}

if __name__ == "__main__":
    print("SciPy", scipy.__version__, "NumPy", numpy.__version__)
    for name in REFERENCE:
        print(f"{name}, {drift(name):.6f}, {skew(name):.6f}")
    for name, (pooled, n) in POOLED.items():
        print(name, *("%.8f %.8f" % pair for pair in (chance(pooled, n), permuted(pooled, n))))
