"""Writes what the searches are compared with: the best values of Optuna's TPE and random sampler, and scipy's numbers.

    /usr/bin/python3 -B packages/lab/test/oracle/searches.py            all fixtures
    /usr/bin/python3 -B packages/lab/test/oracle/searches.py special    one of optuna, parzen, sobol, special

Needs Debian's python3-optuna (3.1) and python3-scipy; the tests need neither. 30 seeds of 60 trials; what is kept is
the best value after each tenth trial. The script is deterministic.
"""

import json
import pathlib
import sys

import numpy as np
import optuna
from scipy import special, stats

from problems import PROBLEMS

optuna.logging.set_verbosity(optuna.logging.ERROR)
here = pathlib.Path(__file__).parent / "fixtures"


def curve(objective, sampler):
    study = optuna.create_study(sampler=sampler)
    study.optimize(objective, n_trials=60)
    best = np.minimum.accumulate([trial.value for trial in study.trials])
    return [float(f"{value:.9g}") for value in best[9::10]]


def searches():
    samplers = {"tpe": optuna.samplers.TPESampler, "random": optuna.samplers.RandomSampler}
    return {
        "version": optuna.__version__,
        "problems": {
            name: {kind: [curve(objective, make(seed=seed)) for seed in range(30)] for kind, make in samplers.items()}
            for name, objective in PROBLEMS.items()
        },
    }


def sobol():
    """The first points of the unscrambled sequence, as multiples of 1/64."""
    points = stats.qmc.Sobol(64, scramble=False).random(64)
    return (points * 64).astype(int).tolist()


def functions():
    at = [-40, -30, -12, -5, -2.5, -1, -0.5, -1e-3, 0, 0.3, 1, 1.9, 2, 2.1, 4, 9, 25]
    share = [0.5, 0.51, 0.6, 0.75, 0.9, 0.99, 0.9999, 1e-3, 0.2]
    z = np.array(at, dtype=np.longdouble)
    return {
        "erfcx": [[x, special.erfcx(x)] for x in at if x > -5],
        "erfc": [[x, special.erfc(x)] for x in at if x < 9],
        "normalQuantile": [[p, special.ndtri(p)] for p in share],
        # log(pdf(z) + z cdf(z)), by its integral: the integral of cdf from -infinity to z.
        "logExpectedImprovement": [[float(x), improvement(float(x))] for x in z],
    }


def improvement(z):
    """log of the integral of cdf(t) = pdf(t) erfcx(-t / sqrt 2) sqrt(pi / 2) up to z, with pdf(z) taken out."""
    from scipy import integrate

    def integrand(u):
        t = z - u
        return np.exp(-0.5 * t * t + 0.5 * z * z) * special.erfcx(-t / np.sqrt(2)) / 2

    end = 60 if z > -5 else 200 / abs(z)
    total, _ = integrate.quad(integrand, 0, end, epsabs=0, epsrel=1e-13, limit=500)
    return float(np.log(total) - 0.5 * z * z)


def parzen():
    """Log densities of Optuna's estimator, of one to 40 trials of a real, a whole number from 1 to 6 and three options.

    3.1.0 leaves a normal density undivided by its width, so that wide components count for more; it is divided here.
    """
    from optuna.distributions import CategoricalDistribution, FloatDistribution, IntDistribution
    from optuna.samplers._tpe import parzen_estimator
    from optuna.samplers._tpe.parzen_estimator import _ParzenEstimator, _ParzenEstimatorParameters
    from optuna.samplers._tpe.sampler import default_gamma, default_weights

    space = {"x": FloatDistribution(0, 1), "n": IntDistribution(1, 6), "c": CategoricalDistribution("abc")}
    rng = np.random.RandomState(7)
    undivided = parzen_estimator.truncnorm.logpdf
    parzen_estimator.truncnorm.logpdf = lambda x, a, b, loc, scale: undivided(x, a, b, loc, scale) - np.log(scale)

    def draw(count):
        return {"x": rng.rand(count).round(3), "n": rng.randint(1, 7, count), "c": rng.randint(0, 3, count)}

    cases = []
    for count in [1, 2, 6, 40]:
        trials, at = draw(count), draw(8)
        log_densities = {}
        for names in ["x", "n", "c", "xnc"]:
            parameters = _ParzenEstimatorParameters(True, 1.0, True, False, np.ones, len(names) > 1)
            own = {name: trials[name] for name in names}
            estimator = _ParzenEstimator(own, {name: space[name] for name in names}, parameters)
            log_densities[names] = estimator.log_pdf({name: at[name] for name in names}).tolist()
        lists = [{name: each.tolist() for name, each in points.items()} for points in (trials, at)]
        cases.append({"trials": lists[0], "at": lists[1], "logDensities": log_densities})
    parzen_estimator.truncnorm.logpdf = undivided
    sizes = [1, 10, 11, 25, 26, 27, 40, 300]
    return {
        "cases": cases,
        "weights": [default_weights(size).tolist() for size in sizes[:-1]],
        "good": [[size, default_gamma(size)] for size in sizes],
    }


FIXTURES = {"optuna": searches, "parzen": parzen, "sobol": sobol, "special": functions}

for name in sys.argv[1:] or FIXTURES:
    (here / f"{name}.json").write_text(json.dumps(FIXTURES[name](), separators=(",", ":")) + "\n")
