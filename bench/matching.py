"""matching.py PROGRAM: 300 vacancies and 1,500 people matched, and the same by scipy's linear_sum_assignment: seats filled, seats
from each step of the chain and the total fit must be the same.

Offers are drawn with a seed, of two steps, with a fit of up to 10,000: at first a third of all pairs may be, at last so few that
seats stay empty and the order of steps tells.
"""
import subprocess, sys, time
import numpy as np
from scipy.optimize import linear_sum_assignment

VACANCIES, PEOPLE, STEPS, TOP = 300, 1500, 2, 10_000
program = sys.argv[1]
same = True
for seed in range(1, 6):
    draw = np.random.default_rng(seed)
    scarce = seed > 3
    may = draw.random((VACANCIES, PEOPLE)) < (0.03 if scarce else 1 / 3)
    if scarce:
        may[:, 280:] = False
    step = draw.integers(0, STEPS, (VACANCIES, PEOPLE))
    fit = draw.integers(0, TOP + 1, (VACANCIES, PEOPLE))
    rows, columns = np.nonzero(may)
    lines = [f"{VACANCIES} {PEOPLE}"] + [f"{r} {c} {step[r, c]} {fit[r, c]}" for r, c in zip(rows, columns)]
    ran = subprocess.run([program], input="\n".join(lines), capture_output=True, text=True, check=True)
    took, filled, by_step, total = ran.stdout.split()
    # The same order of aims in one number: whole numbers below 2**53 are exact.
    unit = (TOP + 1) * (VACANCIES + 1)
    worth = np.array([unit * (VACANCIES + 1) ** (STEPS - 1 - s) for s in range(STEPS)], dtype=float)
    seat = worth[0] * (VACANCIES + 1)
    assert seat * VACANCIES < 2**53
    value = np.where(may, seat + worth[step] + fit, 0.0)
    started = time.perf_counter()
    r, c = linear_sum_assignment(value, maximize=True)
    peer = time.perf_counter() - started
    given = may[r, c]
    own = (int(filled), [int(n) for n in by_step.split(",")], int(total))
    other = (int(given.sum()), [int((step[r, c][given] == s).sum()) for s in range(STEPS)], int(fit[r, c][given].sum()))
    same &= own == other
    print(f"seed {seed}: {len(rows)} offers  {float(took) * 1000:7.1f} ms  scipy {peer * 1000:7.1f} ms  filled {own[0]}  steps {own[1]}  fit {own[2]}  {'same' if own == other else f'OTHER {other}'}")
sys.exit(0 if same else "the sets differ")
