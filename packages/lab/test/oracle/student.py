"""Writes Student's t and tests of pairs as scipy computes them: npm run oracle:student"""

import json
from pathlib import Path

from scipy import stats

shares = [
    {"t": t, "freedom": freedom, "share": float(stats.t.cdf(t, freedom) - stats.t.cdf(-t, freedom))}
    for freedom in (1, 2, 3, 4, 9, 30, 199)
    for t in (0.0, 0.3, 1.0, 2.5, 12.0)
]
quantiles = [
    {"share": share, "freedom": freedom, "t": float(stats.t.ppf((1 + share) / 2, freedom))}
    for freedom in (1, 2, 3, 4, 9, 30, 199)
    for share in (0.5, 0.9, 0.95, 0.999)
]
first = [0.41, 0.38, 0.52, 0.44, 0.4]
second = [0.47, 0.39, 0.6, 0.41, 0.55]
test = stats.ttest_rel(second, first)
values = [1.5, 2.25, 2.0, 4.0]
low, high = stats.t.interval(0.95, len(values) - 1, loc=sum(values) / 4, scale=stats.sem(values))
fixture = {
    "shares": shares,
    "quantiles": quantiles,
    "pairs": {"first": first, "second": second, "p": float(test.pvalue)},
    "interval": {"values": values, "low": float(low), "high": float(high)},
}
path = Path(__file__).parent / "fixtures" / "student.json"
path.write_text(json.dumps(fixture, indent=1) + "\n")
