"""What both peers read from the pack: numbers as fractions, formulas as small trees."""

import csv
import re
import sys
import tomllib
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from pathlib import Path

# Facts are held as whole numbers of 1 / SCALE.
SCALE = {"integer": 1, "money": 100, "number": 10**6, "percent": 10**6}
NUMBER = {
    "integer": r"-?[0-9]{1,15}",
    "money": r"-?[0-9]{1,15}(\.[0-9]{1,2})?",
    "number": r"-?[0-9]{1,15}(\.[0-9]{1,6})?",
    "percent": r"-?[0-9]{1,15}(\.[0-9]{1,6})?%?",
}
TRUE, FALSE = ["true", "是", "1"], ["false", "否", "0"]
FIXED = "code,name,township,total,before_bonus,bonus,penalty,veto,rank,grade,status,missing".split(",")
EXTRA = ("bonus", "penalty")


@dataclass
class Indicator:
    id: str
    method: str
    full: int  # hundredths
    params: dict
    raters: list
    rater_cell: str
    aggregate: str
    missing: str

    def number(self, key, default=None):
        return Fraction(self.params[key]) if key in self.params else default

    def points(self, text):
        """A score in a `tiers` or `bands` list, in hundredths, rounded half away from zero."""
        n = Fraction(self.full) if text == "full" else Fraction(text) * 100
        return int(abs(n) + Fraction(1, 2)) * (-1 if n < 0 else 1)

    def steps(self, key):
        """`50:5,else:0` as [(50, points)], points of `else`."""
        pairs = [p.split(":") for p in self.params[key].split(",")]
        other = [self.points(s) for t, s in pairs if t.strip() == "else"]
        return [(Fraction(t), self.points(s.strip())) for t, s in pairs if t.strip() != "else"], (other or [0])[0]


@dataclass
class Pack:
    facts: dict
    indicators: list
    grades: list
    grading: dict
    weights: dict
    total_min: int | None
    total_max: int | None

    @property
    def scored(self):
        return [i for i in self.indicators if i.method != "veto"]

    @property
    def vetoes(self):
        return [i for i in self.indicators if i.method == "veto"]

    @property
    def slots(self):
        """Every mark a village can have: indicator, rater."""
        return [(i, r) for i in self.indicators if i.method == "rated" for r in i.raters]

    @property
    def full(self):
        return sum(i.full for i in self.scored if i.method not in EXTRA)

    def cap(self, veto):
        """The best grade (1 = first) that a veto leaves."""
        return 1 + [g["id"] for g in self.grades].index(int(veto.params["cap_grade"]))

    def shares(self):
        """Quotas as whole numbers, the share of no grade last; and the number that stands for all."""
        quotas = [Fraction(g.get("quota", 0)) for g in self.grades]
        quotas.append(100 - sum(quotas))
        d = lcm(*(q.denominator for q in quotas))
        return [int(q * d) for q in quotas], 100 * d


def read(folder):
    folder = Path(folder)
    toml = tomllib.loads((folder / "pack.toml").read_text("utf-8-sig"), parse_float=Fraction)
    indicators = []
    with open(folder / "indicators.csv", encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            row = {k.strip(): v.strip() for k, v in row.items()}
            cell = row["rater"] or "system"
            indicators.append(
                Indicator(
                    row["id"],
                    row["method"],
                    int(Fraction(row["full"] or "0") * 100),
                    {k.strip(): v.strip() for k, v in (p.split("=", 1) for p in row["params"].split(";") if p.strip())},
                    [r.strip() for r in cell.split("|")],
                    cell,
                    row["aggregate"] or "mean",
                    row["missing"] or "block",
                )
            )
    appraisal, grading = toml["appraisal"], toml["grading"]
    if appraisal.get("subject", "village") != "village" or grading["within"] not in ("county", "township"):
        sys.exit("not needed for jinan: other subjects, groups by choice")
    if grading["rounding"] != "largest_remainder" or grading["ties"] != "tie_break":
        sys.exit("not needed for jinan: other rounding or ties")
    bound = lambda key: None if appraisal.get(key) is None else int(Fraction(appraisal[key]) * 100)
    facts = {k: f for k, f in toml["facts"].items() if f["subject"] == "village"}
    weights = {k: Fraction(v) for k, v in (toml.get("rater_weights") or appraisal.get("rater_weights", {})).items()}
    return Pack(facts, indicators, toml["grades"], grading, weights, bound("total_min"), bound("total_max"))


def check_header(file, names, known, required):
    faults = [(file, n, "unknown column or column twice", 1) for n in names if n not in known]
    return faults + [(file, n, "missing column", 1) for n in required if n not in names]


def stop(faults):
    """Prints faults, one line a file, column and reason with its count, and ends the run."""
    faults = [f for f in faults if f[-1]]
    if faults:
        for fault in faults:
            print(*fault, sep="\t", file=sys.stderr)
        print(f"{sum(f[-1] for f in faults)} faults", file=sys.stderr)
        sys.exit(2)


# ZEN arithmetic, as far as the pack uses it.
TOKEN = re.compile(r"\s*(?:(\d+(?:\.\d+)?)|'([^']*)'|\"([^\"]*)\"|([A-Za-z_]\w*)|(==|!=|<=|>=|[-+*/<>?:()]))")


def parse(text):
    """Trees of (kind, ...): num, str, name, bool, neg, not, if, or an operator."""
    tokens, at = [], 0
    while text[at:].strip():
        found = TOKEN.match(text, at)
        if not found:
            sys.exit(f"formula not understood: {text}")
        at = found.end()
        number, single, double, word, sign = found.groups()
        if number is not None:
            tokens.append(("num", Fraction(number)))
        elif word is not None:
            keyword = word in ("and", "or", "not")
            truth = ("bool", word == "true") if word in ("true", "false") else ("name", word)
            tokens.append(word if keyword else truth)
        elif sign is not None:
            tokens.append(sign)
        else:
            tokens.append(("str", single if single is not None else double))
    tokens.append(None)
    i = 0

    def take(*wanted):
        nonlocal i
        if tokens[i] in wanted and tokens[i] is not None:
            i += 1
            return tokens[i - 1]

    def chain(below, *signs):
        def level():
            left = below()
            while sign := take(*signs):
                left = (sign, left, below())
            return left

        return level

    def primary():
        nonlocal i
        if take("("):
            inner = ternary()
            take(")") or sys.exit(f"formula not understood: {text}")
            return inner
        if take("-"):
            return ("neg", primary())
        if take("not"):
            return ("not", primary())
        if not isinstance(tokens[i], tuple):
            sys.exit(f"formula not understood: {text}")
        i += 1
        return tokens[i - 1]

    product = chain(primary, "*", "/")
    total = chain(product, "+", "-")
    compare = chain(total, "==", "!=", "<", "<=", ">", ">=")
    both = chain(compare, "and")
    either = chain(both, "or")

    def ternary():
        test = either()
        if not take("?"):
            return test
        yes = ternary()
        take(":") or sys.exit(f"formula not understood: {text}")
        return ("if", test, yes, ternary())

    tree = ternary()
    if tokens[i] is not None:
        sys.exit(f"formula not understood: {text}")
    return tree


def names(tree):
    if tree[0] == "name":
        return {tree[1]}
    return set().union(*(names(t) for t in tree[1:] if isinstance(t, tuple)), set())
