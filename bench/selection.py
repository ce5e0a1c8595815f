"""selection.py PROGRAM: 2,000 candidates of 17 places seated, marked, ranked and listed, and the same reckoned by fractions here:
panels of 7 without the highest and the lowest mark, 40 and 60 per cent, ties by the interview, lists at 1:3 with those who wait.
Seats are looked at, not drawn again: everybody has one, tickets differ, and no neighbours are of one place.
"""
import random, subprocess, sys
from fractions import Fraction as Fr

PEOPLE, PLACES, SEATS, RATIO = 2000, 17, 5, Fr(3)
program = sys.argv[1]


def rounded(x):
    """Half away from zero, of what is never negative."""
    return int(x + Fr(1, 2))


def reckon(rows):
    """Total in hundredths, interview in hundredths, or nothing for who was absent."""
    out = []
    for place, written, marks in rows:
        if written is None or marks is None:
            out.append(None)
            continue
        interview = rounded(Fr(sum(sorted(marks)[1:-1]), 5))
        out.append((rounded(Fr(40 * written + 60 * interview, 100)), interview))
    return out


def expected(rows, scores, i):
    """Total, rank and standing as the program prints them."""
    if scores[i] is None:
        return ["-", "-", "none"]
    place = sorted((scores[j] for j in range(len(rows)) if rows[j][0] == rows[i][0] and scores[j]), reverse=True)
    rank = 1 + sum(s > scores[i] for s in place)
    wanted = -(-SEATS * RATIO.numerator // RATIO.denominator)
    border = place[wanted - 1] if len(place) >= wanted else None
    if border is None or scores[i] > border:
        standing = "on"
    elif scores[i] == border:
        standing = "level" if sum(s >= border for s in place) > wanted else "on"
    else:
        standing = f"wait{1 + sum(border > s > scores[i] for s in place)}"
    return [str(scores[i][0]), str(rank), standing]


same = True
for seed in range(1, 6):
    draw = random.Random(seed)
    # Coarse marks at first, so that many are level.
    step = 500 if seed < 3 else 50 if seed < 5 else 1
    mark = lambda: draw.randrange(5000 // step, 10000 // step + 1) * step
    rows = []
    for _ in range(PEOPLE):
        written = None if draw.random() < 0.03 else mark()
        middle = mark()
        marks = None if draw.random() < 0.03 else [min(10000, max(0, middle + draw.choice((-step, 0, 0, step)))) for _ in range(7)]
        rows.append((f"p{draw.randrange(PLACES)}", written, marks))
    text = lambda m: "-" if m is None else str(m)
    lines = [f"{SEATS} {RATIO}"]
    lines += [" ".join([p, text(w), *map(text, m or [None] * 7)]) for p, w, m in rows]
    ran = subprocess.run([program], input="\n".join(lines), capture_output=True, text=True, check=True)
    took, *told = ran.stdout.splitlines()
    told = [line.split() for line in told]
    scores = reckon(rows)
    wrong = [i for i in range(PEOPLE) if told[i][:3] != expected(rows, scores, i)]
    seats = sorted((int(t[4]), int(t[5]), rows[i][0]) for i, t in enumerate(told))
    beside = sum(a[0] == b[0] and a[2] == b[2] for a, b in zip(seats, seats[1:]))
    alone = len({t[3] for t in told}) == PEOPLE == len({s[:2] for s in seats})
    level = sum(t[2] == "level" for t in told)
    right = not wrong and alone and beside == 0
    same &= right
    print(f"seed {seed}: {PEOPLE} candidates {float(took) * 1000:7.2f} ms  level on the border {level}  {'same' if right else f'OTHER {wrong[:3]} {alone} {beside}'}")
sys.exit(0 if same else "the results differ")
