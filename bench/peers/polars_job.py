"""`yanzhen appraise packs/jinan` as a Polars job: python polars_job.py PACK FACTS MARKS OUT

Whole numbers throughout (scores in hundredths), so the result is exact.
"""

import os
import sys
from fractions import Fraction
from math import lcm

import polars as pl

import pack as packs
from pack import EXTRA, FALSE, NUMBER, SCALE, TRUE

LIMIT = 2**62
CENT = pl.lit("0.01").cast(pl.Decimal(3, 2))
ODD = "bad:"
GROUP = {"county": "group:county", "township": "group:township"}


def strings(file):
    return pl.scan_csv(file, infer_schema=False, low_memory=True)


def header(file, known, required):
    names = strings(file).collect_schema().names()
    packs.stop(packs.check_header(file, [n.strip() for n in names], known, required))
    return {n: n.strip() for n in names}


def stripped(frame):
    frame = frame.with_columns(pl.all().str.strip_chars().replace("", None))
    return frame.filter(pl.any_horizontal(pl.all().is_not_null()))


def fact_column(name, fact):
    """A fact's value and whether its cell is at fault."""
    cell, kind = pl.col(name), fact["type"]
    if kind in NUMBER:
        shape = cell.str.contains(f"^{NUMBER[kind]}$")
        digits = cell.str.strip_suffix("%") if kind == "percent" else cell
        if kind == "integer":
            return digits.cast(pl.Int64, strict=False), ~shape
        places = 2 if kind == "money" else 6
        return digits.cast(pl.Decimal(21, places), strict=False).to_physical(), ~shape
    if kind == "bool":
        yes = cell.is_in(TRUE)
        return yes, ~(yes | cell.is_in(FALSE))
    text = cell.str.strip_chars().replace("", None)
    if kind == "choice":
        return text, ~cell.is_in(fact["choices"])
    if kind == "date":
        shape = cell.str.contains("^[0-9]{4}-[0-9]{2}-[0-9]{2}$")
        return text, cell.is_not_null() & ~(shape & cell.str.to_date("%Y-%m-%d", strict=False).is_not_null())
    return text, pl.lit(False)


def read_facts(pack, file):
    """Facts by ascending code. Cells are taken as they stand; only if some are odd is white space dropped."""
    columns = header(file, ["code", "name", "township", *pack.facts], ["code"])
    present = [n for n in columns.values() if n in pack.facts]
    parsed = {n: fact_column(n, pack.facts[n]) for n in present}
    code = pl.col("code")
    odd_code = ~code.str.contains("^[0-9]{12}$").fill_null(False)
    values = [parsed[n][0].alias(n) for n in present]
    for n in ("name", "township"):
        found = pl.col(n).str.strip_chars().replace("", None) if n in columns.values() else pl.lit(None, pl.String)
        values.append(found.alias(n))
    odd = {"code": odd_code, **{n: bad.fill_null(False) for n, (_, bad) in parsed.items()}}
    raw = strings(file).rename(columns)
    row = [code, code.cast(pl.Int64, strict=False).alias("village"), *values]
    facts = raw.select(*row, pl.any_horizontal(*odd.values()).alias(ODD)).collect(engine="streaming")
    if facts[ODD].any():
        raw = stripped(raw)
        facts = raw.select(*row, pl.any_horizontal(*odd.values()).alias(ODD)).collect(engine="streaming")
        faults = []
        if facts[ODD].any():
            counts = raw.select(**{n: bad.sum() for n, bad in odd.items()}).collect(engine="streaming").row(0)
            faults = [(file, n, "not of its type", c) for n, c in zip(odd, counts)]
            codes = facts.filter(pl.col("code").str.contains("^[0-9]{12}$"))["code"]
            return facts.drop(ODD), [*faults, (file, "code", "twice", codes.len() - codes.n_unique())]
    facts = facts.drop(ODD)
    if not facts["village"].is_sorted():
        facts = facts.sort("village")
    return facts, [(file, "code", "twice", facts.height - facts["village"].n_unique())]


def read_marks(pack, file, facts):
    """One column a slot, rows as in `facts`; and the faults."""
    columns = header(
        file, ["code", "indicator", "rater", "mark", "name", "township", "note"], ["code", "indicator", "rater", "mark"]
    )
    step = lambda i: int(i.number("step", Fraction(1, 100)) * 10**6)
    slots = pl.DataFrame(
        {
            "indicator": [i.id for i, _ in pack.slots],
            "rater": [r for _, r in pack.slots],
            "slot": range(len(pack.slots)),
            "top": [i.full * 10_000 for i, _ in pack.slots],
            "step": [step(i) for i, _ in pack.slots],
        },
        schema_overrides={"slot": pl.Int64, "top": pl.Int64, "step": pl.Int64},
    )
    # Limits of an indicator, for rows with a wrong rater.
    limits = slots.unique("indicator").select("indicator", "top", "step")
    codes = facts.select("code").with_row_index("v").unique("code", keep="first").lazy()
    n = facts.height
    micro = pl.col("mark").cast(pl.Decimal(21, 6), strict=False).to_physical().cast(pl.Int64, strict=False)
    shape = pl.col("mark").str.contains("^" + NUMBER["number"] + "$")
    sound = shape & micro.is_between(0, pl.col("top")) & (micro % pl.col("step") == 0)
    raw = strings(file).rename(columns).select("code", "indicator", "rater", "mark")
    dtype = pl.Int16 if max(i.full for i, _ in pack.slots) < 2**15 else pl.Int64

    def load(raw):
        return (
            raw.join(codes, on="code", how="left")
            .join(slots.lazy(), on=["indicator", "rater"], how="left")
            .select(
                # Where the mark goes; nowhere when the row or the mark is at fault.
                at=pl.when(sound.fill_null(pl.col("mark").is_null())).then(
                    (pl.col("slot") * n + pl.col("v")).cast(pl.UInt32)
                ),
                # A row without a mark still takes its place.
                mark=(micro // 10_000).fill_null(-1).cast(dtype, strict=False),
            )
            .collect(engine="streaming")
        )

    marks, faults = load(raw), []
    if marks["at"].null_count():
        raw = stripped(raw)
        marks = load(raw)
    if marks["at"].null_count():
        known = [i.id for i in pack.indicators]
        rated = [i.id for i, _ in pack.slots]
        odd = (
            raw.join(codes, on="code", how="left")
            .join(slots.lazy().select("indicator", "rater", "slot"), on=["indicator", "rater"], how="left")
            .join(limits.lazy(), on="indicator", how="left")
        )
        # A code that stands malformed in the facts is reported there.
        indicator = pl.col("indicator").fill_null("")
        counts = odd.select(
            code=pl.col("v").is_null().sum(),
            unknown=(~indicator.is_in(known)).sum(),
            unrated=(indicator.is_in(known) & ~indicator.is_in(rated)).sum(),
            rater=(indicator.is_in(rated) & pl.col("slot").is_null()).sum(),
            mark=(pl.col("mark").is_not_null() & ~(shape & sound.fill_null(True))).sum(),
        ).collect(engine="streaming")
        reasons = {
            "code": ("code", "not in the facts"),
            "unknown": ("indicator", "unknown"),
            "unrated": ("indicator", "not rated"),
            "rater": ("rater", "does not mark this indicator"),
            "mark": ("mark", "no number, out of range or off step"),
        }
        faults = [(file, *reasons[k], counts[k][0]) for k in counts.columns]
        placed = odd.filter(pl.col("v").is_not_null() & pl.col("slot").is_not_null())
        placed = placed.filter(pl.col("mark").is_null() | (shape & sound)).select("v", "slot").collect()
        faults.append((file, "code", "second row of a mark", placed.height - placed.n_unique()))
        return [], faults
    cells = pl.repeat(None, n * len(pack.slots), dtype=dtype, eager=True)
    cells = cells.scatter(marks["at"], marks["mark"])
    twice = marks.height - (cells.len() - cells.null_count())
    del marks
    out = []
    for k, (i, r) in enumerate(pack.slots):
        column = cells.slice(k * n, n)
        out.append(column.set(column < 0, None).alias(f"{i.id}/mark/{r}"))
    return out, [(file, "code", "second row of a mark", twice)]


class Scores:
    """Expressions of every indicator over the table of facts and marks."""

    def __init__(self, pack, table):
        self.pack, self.columns = pack, set(table.columns)
        numbers = [n for n, f in pack.facts.items() if f["type"] in SCALE and n in self.columns]
        largest = table.select(pl.col(numbers).abs().max()).row(0, named=True) if numbers else {}
        self.largest = {n: largest.get(n) or 0 for n in pack.facts}
        # Whatever fits is narrowed to 64 bits.
        self.narrow = [pl.col(n).cast(pl.Int64) for n in numbers if self.largest[n] < LIMIT]

    def fact(self, name, ind):
        kind = self.pack.facts[name]["type"]
        if name in self.columns:
            value = pl.col(name)
        else:
            value = pl.lit(None, pl.Int64 if kind in SCALE else pl.Boolean if kind == "bool" else pl.String)
        if ind.missing == "zero" and (kind in SCALE or kind == "bool"):
            value = value.fill_null(False if kind == "bool" else 0)
        return value

    def number(self, name, ind, times):
        """A numeric fact, in 128 bits when `times` as much needs them; and the number that stands for 1."""
        value = self.fact(name, ind)
        if self.largest[name] * times >= LIMIT:
            value = value.cast(pl.Int128)
        return value, SCALE[self.pack.facts[name]["type"]]

    def score(self, ind):
        return getattr(self, ind.method)(ind)

    def ratio(self, ind):
        name, target = ind.params["fact"], ind.params["target"]
        if target in self.pack.facts:
            fact, target, valid = self.pair(ind, name, target)
            score = half_up(ind.full * pl.min_horizontal(fact, target).clip(0), target)
            zero = pl.when(fact.is_not_null()).then(0) if ind.missing == "zero" else None
            return pl.when(fact.is_not_null() & (target > 0)).then(score).otherwise(zero)
        scale = Fraction(target) * SCALE[self.pack.facts[name]["type"]]
        fact, _ = self.number(name, ind, 2 * ind.full * scale.denominator)
        return half_up(ind.full * (fact * scale.denominator).clip(0, scale.numerator), scale.numerator)

    def pair(self, ind, name, target):
        """Two facts at one scale, wide enough to be multiplied by twice the full marks."""
        scales = [SCALE[self.pack.facts[f]["type"]] for f in (name, target)]
        common = lcm(*scales)
        pair = [
            self.number(f, ind, 4 * ind.full * common // s)[0] * (common // s) for f, s in zip((name, target), scales)
        ]
        return *pair, common

    def ratio_down(self, ind):
        name, target = ind.params["fact"], ind.params["target"]
        if target in self.pack.facts:
            fact, target, _ = self.pair(ind, name, target)
            target = pl.when(target >= 0).then(target)
            target = target.fill_null(0) if ind.missing == "zero" else target
        else:
            scale = Fraction(target) * SCALE[self.pack.facts[name]["type"]]
            fact, _ = self.number(name, ind, 2 * scale.denominator)
            fact, target = fact * scale.denominator, scale.numerator
        return pl.when(fact <= target).then(ind.full).when(fact > target).then(half_up(ind.full * target, fact))

    def linear(self, ind):
        scale = SCALE[self.pack.facts[ind.params["fact"]]["type"]]
        low, high = ind.number("low") * scale, ind.number("high") * scale
        by = lcm(low.denominator, high.denominator)
        low, width = int(low * by), int((high - low) * by)
        fact, _ = self.number(ind.params["fact"], ind, 4 * by)
        above = fact * by - low if width > 0 else low - fact * by
        return half_up(ind.full * above.clip(0, abs(width)), abs(width))

    def tiers(self, ind):
        tiers, other = ind.steps("tiers")
        scale = SCALE[self.pack.facts[ind.params["fact"]]["type"]]
        by = lcm(*(t.denominator for t, _ in tiers))
        fact, _ = self.number(ind.params["fact"], ind, by)
        down = ind.params.get("down") == "true"
        score = pl.lit(other)
        for line, points in reversed(tiers):
            line = int(line * scale * by)
            reached = fact * by <= line if down else fact * by >= line
            score = pl.when(reached).then(points).otherwise(score)
        return pl.when(fact.is_not_null()).then(score)

    def each(self, ind):
        """`each` times the fact, in hundredths of 1 / the number that comes second."""
        name = ind.params["fact"]
        each = 100 * ind.number("each") / SCALE[self.pack.facts[name]["type"]]
        cap, floor = ind.number("cap"), ind.number("floor", Fraction(0))
        q = lcm(each.denominator, (floor * 100).denominator, (100 * cap).denominator if cap is not None else 1)
        p = int(each * q)
        fact, _ = self.number(name, ind, 4 * max(p, 1))
        return p * fact.clip(0), q

    def deduct(self, ind):
        lost, q = self.each(ind)
        return half_up((ind.full * q - lost).clip(int(ind.number("floor", Fraction(0)) * 100 * q)), q)

    def bonus(self, ind):
        won, q = self.each(ind)
        cap = ind.number("cap")
        return half_up(won if cap is None else won.clip(upper_bound=int(cap * 100 * q)), q)

    def penalty(self, ind):
        return -self.bonus(ind)

    def flag(self, ind):
        fact = self.fact(ind.params["fact"], ind)
        return pl.when(fact).then(ind.full).when(~fact).then(0)

    def ballot(self, ind):
        fact, scale = self.number(ind.params["fact"], ind, 2)
        return half_up(ind.full * fact.clip(0, 100 * scale), 100 * scale)

    def rank(self, ind):
        fact, group = self.fact(ind.params["fact"], ind), GROUP[ind.params["group"]]
        place = fact.rank("min", descending=True).over(group).cast(pl.Int64)
        n = fact.count().over(group).cast(pl.Int64)
        score = pl.lit(0)
        for band, points in reversed(ind.steps("bands")[0]):
            score = pl.when(100 * band.denominator * place <= band.numerator * n).then(points).otherwise(score)
        return pl.when(fact.is_not_null()).then(score)

    def rated(self, ind):
        marks = [pl.col(f"{ind.id}/mark/{r}").cast(pl.Int64) for r in ind.raters]
        if ind.missing == "zero":
            marks = [m.fill_null(0) for m in marks]
        # Nobody can be absent, or absences count as 0.
        whole = ind.missing in ("block", "zero")
        n = pl.lit(len(marks)) if whole else pl.sum_horizontal(m.is_not_null() for m in marks)
        total = sum(marks[1:], marks[0]) if whole else pl.sum_horizontal(marks)
        kind, _, k = ind.aggregate.partition(":")
        if len(marks) == 1:
            return marks[0]
        if kind == "weighted":
            weights = [self.pack.weights[r] for r in ind.raters]
            by = lcm(*(w.denominator for w in weights))
            weights = [int(w * by) for w in weights]
            weighed = [m * w for m, w in zip(marks, weights)]
            if whole:
                return half_up(sum(weighed[1:], weighed[0]), sum(weights))
            n = pl.sum_horizontal(pl.when(m.is_not_null()).then(w).otherwise(0) for m, w in zip(marks, weights))
            return pl.when(n > 0).then(half_up(pl.sum_horizontal(weighed), n))
        if kind == "trimmed" and k == "1":
            inner = total - pl.min_horizontal(marks) - pl.max_horizontal(marks)
            return pl.when(n > 2).then(half_up(inner, n - 2)).when(n > 0).then(half_up(total, n))
        if kind == "median" and whole and len(marks) == 3:
            return total - pl.min_horizontal(marks) - pl.max_horizontal(marks)
        if kind == "median":
            rising = pl.concat_list(marks).list.drop_nulls().list.sort()
            middle = rising.list.get((n - 1) // 2, null_on_oob=True) + rising.list.get(n // 2, null_on_oob=True)
            median = half_up(middle, 2)
            return pl.when(pl.all_horizontal(m.is_not_null() for m in marks)).then(median) if whole else median
        if kind == "trimmed":
            k = int(k)
            kept = pl.concat_list(marks).list.drop_nulls().list.sort().list.slice(k, n - 2 * k).list.sum()
            return pl.when(n > 2 * k).then(half_up(kept, n - 2 * k)).when(n > 0).then(half_up(total, n))
        return pl.when(n > 0).then(half_up(total, n))

    def formula(self, ind):
        tree = packs.parse(ind.params["expr"])
        value, scale, most = self.arithmetic(tree, ind)
        top = Fraction(ind.full * scale, 100)
        by = top.denominator
        score = half_up((value * by).clip(0, top.numerator) * 100, scale * by)
        return pl.when(self.all_present(tree, ind)).then(score)

    def veto(self, ind):
        tree = packs.parse(ind.params["when"])
        return pl.when(self.all_present(tree, ind)).then(self.arithmetic(tree, ind))

    def all_present(self, tree, ind):
        return pl.all_horizontal(self.fact(n, ind).is_not_null() for n in packs.names(tree))

    def arithmetic(self, tree, ind):
        """A number as (expression, number that stands for 1, bound); truths and texts as expressions."""
        kind, *parts = tree
        if kind == "num":
            return pl.lit(parts[0].numerator), parts[0].denominator, parts[0].numerator
        if kind in ("str", "bool"):
            return pl.lit(parts[0])
        if kind == "name":
            if self.pack.facts[parts[0]]["type"] not in SCALE:
                return self.fact(parts[0], ind)
            return *self.number(parts[0], ind, 10**9), self.largest[parts[0]]
        a, *rest = [self.arithmetic(p, ind) for p in parts]
        if kind == "not":
            return ~a
        if kind == "neg":
            return -a[0], *a[1:]
        b = rest[0]
        if kind == "and":
            return a & b
        if kind == "or":
            return a | b
        if kind == "/":
            if parts[1][0] != "num":
                sys.exit("not needed for jinan: division by a fact")
            divisor = parts[1][1]
            return a[0] * divisor.denominator, a[1] * divisor.numerator, a[2] * divisor.denominator
        if kind == "*":
            return a[0] * b[0], a[1] * b[1], a[2] * b[2]
        test = None
        if kind == "if":
            test, a, b = a, b, rest[1]
        if not isinstance(a, tuple):
            if kind == "if":
                return pl.when(test).then(a).otherwise(b)
            return a == b if kind == "==" else a != b
        scale = lcm(a[1], b[1])
        x, y = a[0] * (scale // a[1]), b[0] * (scale // b[1])
        most = a[2] * (scale // a[1]) + b[2] * (scale // b[1])
        if most * 200 >= LIMIT:
            x, y = x.cast(pl.Int128), y.cast(pl.Int128)
        if kind == "if":
            return pl.when(test).then(x).otherwise(y), scale, most
        if kind in "+-":
            return x + y if kind == "+" else x - y, scale, most
        return {"==": x == y, "!=": x != y, "<": x < y, "<=": x <= y, ">": x > y, ">=": x >= y}[kind]

    def absences(self, ind):
        """What blocks a village, in the order of the `missing` column."""
        if ind.method == "rated":
            return [(pl.col(n).is_null(), n) for n in (f"{ind.id}/mark/{r}" for r in ind.raters)]
        if ind.method in ("formula", "veto"):
            needed = {
                n: self.fact(n, ind).is_null()
                for n in packs.names(packs.parse(ind.params.get("expr") or ind.params["when"]))
            }
        else:
            needed = {ind.params["fact"]: self.fact(ind.params["fact"], ind).is_null()}
            target = ind.params.get("target")
            if target in self.pack.facts:
                value = self.fact(target, ind)
                gone = (value <= 0 if ind.method == "ratio" else value < 0).fill_null(True)
                needed[target] = needed.get(target, pl.lit(False)) | gone
        return [(needed[n], f"{ind.id}/{n}/{ind.rater_cell}") for n in sorted(needed)]


def half_up(num, den):
    """num / den rounded; neither is negative."""
    return (2 * num + den) // (2 * den)


def grade(pack, done):
    """Rank and grade of the complete villages."""
    group, keys = GROUP[pack.grading["within"]], [k for k in pack.grading["tie_break"] if k != "code"]
    done = done.sort(
        group, "total", *keys, "village", descending=[False, True, *(True for _ in keys), False], nulls_last=True
    )
    shares, whole = pack.shares()
    rest = [(pl.col("n") * s) % whole for s in shares]
    left = pl.col("n") - sum((pl.col("n") * s) // whole for s in shares)
    ahead = [
        sum(((r > o) if i >= j else (r >= o)).cast(pl.Int64) for i, r in enumerate(rest) if i != j)
        for j, o in enumerate(rest)
    ]
    seats = [(pl.col("n") * s) // whole + (a < left) for s, a in zip(shares, ahead)]
    done = done.with_columns(pl.len().over(group).cast(pl.Int64).alias("n"))
    done = done.with_columns(
        pl.col("total").rank("min", descending=True).over(group).alias("rank"), pl.lit(None, pl.Int64).alias("grade")
    )
    refill = pack.grading["refill"]
    for g, grade in enumerate(pack.grades[:-1], 1):
        free = pl.col("grade").is_null()
        if "at_least" in grade:
            free &= pl.col("total") >= int(Fraction(grade["at_least"]) * 100)
        if refill:
            free &= pl.col("cap") <= g
        take = free & (free.cum_sum().over(group) <= seats[g - 1]) if "quota" in grade else free
        done = done.with_columns(pl.when(take).then(g).otherwise("grade").alias("grade"))
    place = pl.col("grade").fill_null(len(pack.grades))
    place = place if refill else pl.max_horizontal(place, "cap")
    number = place.replace_strict(range(1, len(pack.grades) + 1), [g["id"] for g in pack.grades], return_dtype=pl.Int64)
    return done.select("village", "rank", number.alias("grade"))


def main(folder, facts_file, marks_file, out):
    pack = packs.read(folder)
    facts, faults = read_facts(pack, facts_file)
    marks, more = read_marks(pack, marks_file, facts)
    packs.stop(faults + more)
    table = facts.hstack(marks)
    del facts, marks
    scores = Scores(pack, table)
    scored, vetoes = pack.scored, pack.vetoes
    lazy = table.lazy().with_columns(
        *scores.narrow,
        (pl.col("village") // 10**6).alias(GROUP["county"]),
        (pl.col("village") // 10**3).alias(GROUP["township"]),
    )
    lazy = lazy.with_columns(
        *(scores.score(i).cast(pl.Int64 if i.method in EXTRA else pl.Int32).alias(i.id) for i in scored),
        *(scores.veto(v).alias(v.id) for v in vetoes),
    )
    base = [i for i in scored if i.method not in EXTRA]
    blocking = [i for i in pack.indicators if i.missing == "block"]
    prorated = pl.sum_horizontal(pl.col(i.id).is_null() * i.full for i in base if i.missing == "prorate")
    lazy = lazy.with_columns(
        pl.sum_horizontal(i.id for i in base).cast(pl.Int64).alias("before_bonus"),
        pl.sum_horizontal(i.id for i in scored if i.method == "bonus").alias("bonus"),
        pl.sum_horizontal(i.id for i in scored if i.method == "penalty").alias("penalty"),
        prorated.cast(pl.Int64).alias("prorated"),
        pl.max_horizontal(pl.lit(0), *(pl.when(v.id).then(pack.cap(v)) for v in vetoes)).alias("cap"),
        pl.any_horizontal(pl.col(i.id).is_null() for i in blocking).alias("blocked"),
    )
    left = pack.full - pl.col("prorated")
    lazy = lazy.with_columns(
        pl.when(left > 0).then(half_up(pl.col("before_bonus") * pack.full, left)).alias("before_bonus"),
        complete=~pl.col("blocked") & (left > 0),
    )
    lazy = lazy.with_columns(
        (pl.col("before_bonus") + pl.col("bonus") + pl.col("penalty"))
        .clip(pack.total_min, pack.total_max)
        .alias("total")
    )
    absences = [pl.when(gone).then(pl.lit(text)) for i in blocking for gone, text in scores.absences(i)]
    missing = (
        pl.when(left == 0).then(pl.lit("prorate")).otherwise(pl.concat_str(absences, separator=";", ignore_nulls=True))
    )
    done = lazy.collect()
    del table, lazy
    keys = {"village", "total", "cap", GROUP[pack.grading["within"]], *pack.grading["tie_break"]} - {"code"}
    graded = grade(pack, done.filter("complete").select(sorted(keys)))
    blocked = done.lazy().filter(~pl.col("complete")).select("village", missing.alias("missing")).collect()

    decimal = lambda name: pl.col(name).cast(pl.Decimal(18, 0)) * CENT
    if_complete = lambda name: pl.when("complete").then(decimal(name)).alias(name)
    vetoed = pl.concat_str([pl.when(v.id).then(pl.lit(v.id)) for v in vetoes], separator="|", ignore_nulls=True)
    result = (
        done.lazy()
        .join(graded.lazy(), on="village", how="left", maintain_order="left")
        .join(blocked.lazy(), on="village", how="left", maintain_order="left")
        .select(
            *("code", "name", "township"),
            *(if_complete(n) for n in ("total", "before_bonus", "bonus", "penalty")),
            vetoed.replace("", None).alias("veto"),
            *("rank", "grade"),
            pl.when("complete").then(pl.lit("complete")).otherwise(pl.lit("incomplete")).alias("status"),
            "missing",
            *(decimal(i.id) for i in scored),
        )
    )
    result.sink_csv(out + ".part", quote_style="necessary", line_terminator="\n")
    os.replace(out + ".part", out)


if __name__ == "__main__":
    if len(sys.argv) != 5:
        sys.exit("usage: python polars_job.py PACK FACTS MARKS OUT")
    try:
        main(*sys.argv[1:])
    except pl.exceptions.ComputeError as why:
        # Rows with more cells than the header, broken quotes. Polars fills shorter rows with empty cells.
        packs.stop([("", "", str(why).split("\n")[0], 1)])
