"""`yanzhen appraise packs/jinan` as a DuckDB job: python duckdb_job.py PACK FACTS MARKS OUT

Whole numbers throughout (scores in hundredths), so the result is exact.
"""

import csv
import os
import sys
from fractions import Fraction
from math import lcm

import duckdb

import pack as packs
from pack import EXTRA, FALSE, FIXED, NUMBER, SCALE, TRUE

LIMIT = 2**62
BAD = -(2**63) + 1
SPACE = r"[\s\x0b\x{85}\p{Z}]"
GROUP = {"county": "county", "township": "town"}


def text(value):
    return "'" + str(value).replace("'", "''") + "'"


def name(value):
    return '"' + value.replace('"', '""') + '"'


def texts(values):
    return "(" + ", ".join(map(text, values)) + ")"


def trim(cell):
    return f"nullif(regexp_replace({cell}, '^{SPACE}+|{SPACE}+$', '', 'g'), '')"


def header(file, known, required):
    with open(file, encoding="utf-8-sig", newline="") as lines:
        names = [n.strip() for n in next(csv.reader(lines), [])]
    twice = [n for k, n in enumerate(names) if n in names[:k]]
    packs.stop(packs.check_header(file, [n for n in names if n not in twice] + ["" for _ in twice], known, required))
    return names


def read_csv(file, names):
    columns = ", ".join(f"{text(n)}: 'VARCHAR'" for n in names)
    return (
        f"read_csv({text(file)}, columns={{{columns}}}, auto_detect=false, header=true, delim=',', quote='\"', "
        "escape='\"', store_rejects=true, buffer_size=4194304, max_line_size=1048576)"
    )


def rejected(con, file):
    """Rows with another number of cells than the header, or with broken quotes."""
    found = con.execute(
        "SELECT count(DISTINCT line) FROM reject_errors JOIN reject_scans USING (scan_id, file_id) WHERE file_path = ?",
        [file],
    ).fetchall()[0][0]
    return [(file, "", "cells unlike the header, or broken quotes", found)]


def fact_column(n, fact):
    """A fact's value; `BAD`, 2 or a control character where the cell is at fault."""
    kind, bad = fact["type"], str(BAD)
    if kind in NUMBER:
        matches = lambda shape: lambda x: f"regexp_full_match({x}, '{shape}')"
        value = {
            "integer": lambda x: f"{x}::BIGINT",
            "money": lambda x: f"({x}::DECIMAL(19, 2) * 100)::BIGINT",
            "number": lambda x: f"({x}::DECIMAL(21, 6) * 1000000)::HUGEINT",
            "percent": lambda x: f"(rtrim({x}, '%')::DECIMAL(21, 6) * 1000000)::HUGEINT",
        }[kind]
        ways = [(matches(NUMBER[kind]), value)]
        if SCALE[kind] == 10**6:
            # The usual small numbers stay within 64 bits.
            small = lambda x: f"({x}::DECIMAL(11, 6) * 1000000::DECIMAL(7, 0))::BIGINT"
            ways.insert(0, (matches(r"-?[0-9]{1,5}(\.[0-9]{1,6})?"), small))
    elif kind == "bool":
        bad = "2::TINYINT"
        ways = [
            (lambda x, v=v: f"{x} IN {texts(v)}", lambda x, n=n: f"{n}::TINYINT") for n, v in ((1, TRUE), (0, FALSE))
        ]
    else:
        bad = "chr(1)"
        fits = {
            "choice": lambda x: f"{x} IN {texts(fact.get('choices') or [''])}",
            "date": lambda x: (
                f"(regexp_full_match({x}, '[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}') AND try_cast({x} AS DATE) IS NOT NULL)"
            ),
            "text": lambda x: f"NOT regexp_matches({x}, '^{SPACE}|{SPACE}$')",
        }[kind]
        ways = [(fits, lambda x: x)]
    x, y = name(n), trim(name(n))
    cases = lambda x: " ".join(
        [f"WHEN {x} IS NULL THEN NULL"] + [f"WHEN {fits(x)} THEN {value(x)}" for fits, value in ways]
    )
    last = y if kind == "text" else f"CASE {cases(y)} ELSE {bad} END"
    return f"CASE {cases(x)} ELSE {last} END", bad


def read_facts(con, pack, file):
    names = header(file, ["code", "name", "township", *pack.facts], ["code"])
    present = [n for n in names if n in pack.facts]
    parsed = {n: fact_column(n, pack.facts[n]) for n in present}
    label = lambda n: fact_column(n, {"type": "text"})[0] if n in names else "NULL::VARCHAR"
    sound = "regexp_full_match(code, '[0-9]{12}')"
    filled = f"CASE WHEN {sound} THEN true ELSE coalesce({', '.join(trim(name(n)) for n in names)}) IS NOT NULL END"
    con.execute(
        f"CREATE TEMP TABLE facts AS SELECT CASE WHEN {sound} THEN code ELSE {trim('code')} END AS code, "
        + ", ".join(f"{label(n)} AS {n}" for n in ("name", "township"))
        + "".join(f", {value} AS {name(n)}" for n, (value, _) in parsed.items())
        + f" FROM {read_csv(file, names)} WHERE {filled}"
    )
    odd = {"code": f"code IS NULL OR NOT {sound}", **{n: f"{name(n)} = {bad}" for n, (_, bad) in parsed.items()}}
    numbers = [n for n in present if pack.facts[n]["type"] in SCALE]
    row = con.execute(
        f"SELECT count(code) FILTER ({sound}) - count(DISTINCT code) FILTER ({sound}), "
        + ", ".join([f"count_if({o})" for o in odd.values()] + [f"max(abs({name(n)}::HUGEINT))" for n in numbers])
        + " FROM facts"
    ).fetchall()[0]
    largest = {n: m or 0 for n, m in zip(numbers, row[1 + len(odd) :])}
    faults = [(file, n, "not of its type", int(c or 0)) for n, c in zip(odd, row[1:])]
    return present, largest, [*rejected(con, file), *faults, (file, "code", "twice", row[0])]


def read_marks(con, pack, file):
    """Table `marks`: one row a code, one column a slot."""
    names = header(
        file, ["code", "indicator", "rater", "mark", "name", "township", "note"], ["code", "indicator", "rater", "mark"]
    )
    slots = ", ".join(
        f"({text(i.id)}, {text(r)}, {k}, {i.full * 10_000}, {int(i.number('step', Fraction(1, 100)) * 10**6)})"
        for k, (i, r) in enumerate(pack.slots)
    )
    con.execute(f"CREATE TEMP TABLE slots AS FROM (VALUES {slots}) AS s(indicator, rater, slot, top, step)")
    digits = 7 + len(str(max(i.full for i, _ in pack.slots)))
    raw = f"SELECT code, indicator, rater, mark FROM {read_csv(file, names)}"
    micro = f"(try_cast(mark AS DECIMAL({digits}, 6)) * 1000000)::BIGINT"
    # Millionths; null where the mark is at fault.
    value = f"CASE WHEN regexp_full_match(mark, '{NUMBER['number']}') THEN {micro} END"
    sound = "(m BETWEEN 0 AND top AND m % step = 0)"

    def load(raw):
        # A row without a mark still takes its place: -1.
        columns = ", ".join(f"max(CASE WHEN slot = {k} THEN h END) AS slot_{k}" for k in range(len(pack.slots)))
        con.execute(
            "CREATE OR REPLACE TEMP TABLE marks AS "
            f"SELECT code, count(*) AS rows, count_if(slot IS NULL OR h IS NULL) AS odd, {columns} FROM ("
            f"SELECT code, slot, (CASE WHEN mark IS NULL THEN -1 WHEN {sound} THEN m // 10000 END)::INTEGER AS h "
            f"FROM (SELECT code, indicator, rater, mark, {value} AS m FROM ({raw})) LEFT JOIN slots USING (indicator, rater)"
            ") GROUP BY code"
        )
        return con.execute(
            "SELECT coalesce(sum(odd), 0), count_if(code IS NULL OR code NOT IN (SELECT code FROM facts WHERE code IS NOT NULL)), "
            f"coalesce(sum(rows - ({' + '.join(f'(slot_{k} IS NOT NULL)::INT' for k in range(len(pack.slots)))})), 0) FROM marks"
        ).fetchall()[0]

    odd, strange, twice = load(raw)
    faults = rejected(con, file)
    if odd or strange:
        con.execute("DELETE FROM reject_errors")
        raw = f"SELECT {', '.join(f'{trim(n)} AS {n}' for n in ('code', 'indicator', 'rater', 'mark'))} FROM ({raw})"
        raw = f"SELECT * FROM ({raw}) WHERE coalesce(code, indicator, rater, mark) IS NOT NULL"
        odd, strange, twice = load(raw)
    if odd or strange:
        known = texts(i.id for i in pack.indicators)
        off = f"m IS NULL OR NOT regexp_full_match(mark, '{NUMBER['number']}') OR NOT (m BETWEEN 0 AND i.top AND m % i.step = 0)"
        row = con.execute(
            f"""
            SELECT
                count_if(f.code IS NULL),
                count_if(i.indicator IS NULL AND coalesce(r.indicator, '') NOT IN {known}),
                count_if(i.indicator IS NULL AND r.indicator IN {known}),
                count_if(i.indicator IS NOT NULL AND s.slot IS NULL),
                count_if(mark IS NOT NULL AND ({off}))
            FROM (SELECT *, {value} AS m FROM ({raw})) r
            LEFT JOIN (SELECT DISTINCT code FROM facts) f USING (code)
            LEFT JOIN slots s USING (indicator, rater)
            LEFT JOIN (SELECT DISTINCT indicator, top, step FROM slots) i ON i.indicator = r.indicator
            """
        ).fetchall()[0]
        reasons = [
            ("code", "not in the facts"),
            ("indicator", "unknown"),
            ("indicator", "not rated"),
            ("rater", "does not mark this indicator"),
            ("mark", "no number, out of range or off step"),
        ]
        faults += [(file, *reason, int(count)) for reason, count in zip(reasons, row)]
        twice = con.execute(
            "SELECT coalesce(sum(n - 1), 0) FROM (SELECT count(*) AS n FROM "
            f"(SELECT *, {value} AS m FROM ({raw})) JOIN (SELECT DISTINCT code FROM facts) USING (code) "
            f"JOIN slots USING (indicator, rater) WHERE mark IS NULL OR {sound} GROUP BY code, slot)"
        ).fetchall()[0][0]
    return [*faults, (file, "code", "second row of a mark", int(twice))]


def half_up(num, den):
    """num / den rounded; neither is negative."""
    return f"((2 * ({num}) + {den}) // (2 * {den}))"


def clamp(value, low, high=None):
    """Held within bounds; null stays null."""
    below = f"WHEN {value} < {low} THEN {low} "
    above = f"WHEN {value} > {high} THEN {high} " if high is not None else ""
    return f"(CASE {below}{above}ELSE {value} END)"


class Scores:
    """Expressions of every indicator over the table of facts and marks."""

    def __init__(self, pack, present, largest):
        self.pack, self.present, self.largest = pack, present, largest
        self.slot = {f"{i.id}/mark/{r}": f"slot_{k}" for k, (i, r) in enumerate(pack.slots)}

    def fact(self, fact, ind, times=1):
        """A fact; a number in 64 bits unless `times` as much needs 128."""
        kind = self.pack.facts[fact]["type"]
        if kind in SCALE:
            wide = "HUGEINT" if self.largest.get(fact, 0) * times >= LIMIT else "BIGINT"
            value = f"{name(fact)}::{wide}" if fact in self.present else "NULL::BIGINT"
            return f"coalesce({value}, 0)" if ind.missing == "zero" else value
        if kind == "bool":
            value = f"({name(fact)} = 1)" if fact in self.present else "NULL::BOOLEAN"
            return f"coalesce({value}, false)" if ind.missing == "zero" else value
        return name(fact) if fact in self.present else "NULL::VARCHAR"

    def scale(self, fact):
        return SCALE[self.pack.facts[fact]["type"]]

    def score(self, ind):
        return getattr(self, ind.method)(ind)

    def pair(self, ind, fact, target):
        """Two facts at one scale, wide enough to be multiplied by twice the full marks."""
        common = lcm(self.scale(fact), self.scale(target))
        up = lambda f: f"({self.fact(f, ind, 4 * ind.full * common // self.scale(f))} * {common // self.scale(f)})"
        return up(fact), up(target)

    def ratio(self, ind):
        fact, target = ind.params["fact"], ind.params["target"]
        if target in self.pack.facts:
            fact, target = self.pair(ind, fact, target)
            zero = f"WHEN {fact} IS NOT NULL THEN 0" if ind.missing == "zero" else ""
            score = half_up(f"{ind.full} * {clamp(fact, 0, target)}", target)
            return f"CASE WHEN {fact} IS NOT NULL AND {target} > 0 THEN {score} {zero} END"
        scale = Fraction(target) * self.scale(fact)
        fact = f"({self.fact(fact, ind, 2 * ind.full * scale.denominator)} * {scale.denominator})"
        return half_up(f"{ind.full} * {clamp(fact, 0, scale.numerator)}", scale.numerator)

    def ratio_down(self, ind):
        fact, target = ind.params["fact"], ind.params["target"]
        if target in self.pack.facts:
            fact, target = self.pair(ind, fact, target)
            target = f"CASE WHEN {target} >= 0 THEN {target} END"
            target = f"coalesce({target}, 0)" if ind.missing == "zero" else f"({target})"
        else:
            scale = Fraction(target) * self.scale(fact)
            fact = f"({self.fact(fact, ind, 2 * scale.denominator)} * {scale.denominator})"
            target = f"{scale.numerator}::BIGINT"
        score = half_up(f"{ind.full} * {target}", fact)
        return f"CASE WHEN {fact} <= {target} THEN {ind.full} WHEN {fact} > {target} THEN {score} END"

    def linear(self, ind):
        fact = ind.params["fact"]
        low, high = ind.number("low") * self.scale(fact), ind.number("high") * self.scale(fact)
        by = lcm(low.denominator, high.denominator)
        low, width = int(low * by), int((high - low) * by)
        fact = f"{self.fact(fact, ind, 4 * by)} * {by}"
        above = f"({fact} - {low})" if width > 0 else f"({low} - {fact})"
        return half_up(f"{ind.full} * {clamp(above, 0, abs(width))}", abs(width))

    def tiers(self, ind):
        tiers, other = ind.steps("tiers")
        fact = ind.params["fact"]
        by = lcm(*(t.denominator for t, _ in tiers))
        sign = "<=" if ind.params.get("down") == "true" else ">="
        lines = [(int(line * self.scale(fact) * by), points) for line, points in tiers]
        value = f"{self.fact(fact, ind, by)} * {by}"
        cases = " ".join(f"WHEN {value} {sign} {line} THEN {points}" for line, points in lines)
        return f"CASE WHEN {value} IS NULL THEN NULL {cases} ELSE {other} END"

    def each(self, ind):
        """`each` times the fact, in hundredths of 1 / the number that comes second."""
        fact, cap, floor = ind.params["fact"], ind.number("cap", Fraction(0)), ind.number("floor", Fraction(0))
        each = 100 * ind.number("each") / self.scale(fact)
        q = lcm(each.denominator, (100 * floor).denominator, (100 * cap).denominator)
        p = int(each * q)
        return f"({p} * {clamp(self.fact(fact, ind, 4 * max(p, 1)), 0)})", q

    def deduct(self, ind):
        lost, q = self.each(ind)
        return half_up(clamp(f"({ind.full * q} - {lost})", int(ind.number("floor", Fraction(0)) * 100 * q)), q)

    def bonus(self, ind):
        won, q = self.each(ind)
        cap = ind.number("cap")
        return half_up(won if cap is None else clamp(won, 0, int(cap * 100 * q)), q)

    def penalty(self, ind):
        return f"-{self.bonus(ind)}"

    def flag(self, ind):
        fact = self.fact(ind.params["fact"], ind)
        return f"CASE WHEN {fact} THEN {ind.full} WHEN NOT {fact} THEN 0 END"

    def ballot(self, ind):
        whole = 100 * self.scale(ind.params["fact"])
        return half_up(f"{ind.full} * {clamp(self.fact(ind.params['fact'], ind, 2), 0, whole)}", whole)

    def rank(self, ind):
        fact, group = self.fact(ind.params["fact"], ind), GROUP[ind.params["group"]]
        place = f"rank() OVER (PARTITION BY {group} ORDER BY {fact} DESC NULLS LAST)"
        n = f"count({fact}) OVER (PARTITION BY {group})"
        cases = " ".join(
            f"WHEN {100 * band.denominator} * {place} <= {band.numerator} * {n} THEN {points}"
            for band, points in ind.steps("bands")[0]
        )
        return f"CASE WHEN {fact} IS NULL THEN NULL {cases} ELSE 0 END"

    def rated(self, ind):
        marks = [f"nullif({self.slot[f'{ind.id}/mark/{r}']}, -1)" for r in ind.raters]
        if ind.missing == "zero":
            marks = [f"coalesce({m}, 0)" for m in marks]
        if len(marks) == 1:
            return marks[0]
        kind, _, k = ind.aggregate.partition(":")
        # Nobody can be absent, or absences count as 0.
        whole = ind.missing in ("block", "zero")
        n = len(marks) if whole else "(" + " + ".join(f"({m} IS NOT NULL)::INT" for m in marks) + ")"
        present = marks if whole else [f"coalesce({m}, 0)" for m in marks]
        total = "(" + " + ".join(present) + ")"
        if kind == "weighted":
            weights = [self.pack.weights[r] for r in ind.raters]
            by = lcm(*(w.denominator for w in weights))
            weights = [int(w * by) for w in weights]
            total = "(" + " + ".join(f"{m} * {w}" for m, w in zip(present, weights)) + ")"
            if whole:
                return half_up(total, sum(weights))
            n = "(" + " + ".join(f"({m} IS NOT NULL)::INT * {w}" for m, w in zip(marks, weights)) + ")"
            return half_up(total, f"nullif({n}, 0)")
        listed = ", ".join(marks)
        inner = f"{total} - least({listed}) - greatest({listed})"
        if kind == "trimmed" and k == "1":
            return f"CASE WHEN {n} > 2 THEN {half_up(inner, f'({n} - 2)')} WHEN {n} > 0 THEN {half_up(total, n)} END"
        if kind == "median" and whole and len(marks) == 3:
            return inner
        rising = f"list_sort(list_filter([{listed}], lambda x: x IS NOT NULL))"
        if kind == "median":
            median = half_up(f"{rising}[({n} + 1) // 2] + {rising}[{n} // 2 + 1]", 2)
            return f"CASE WHEN {total} IS NOT NULL THEN {median} END"
        if kind == "trimmed":
            kept = half_up(f"list_sum({rising}[{k} + 1 : {n} - {k}])::INT", f"({n} - 2 * {k})")
            return f"CASE WHEN {n} > 2 * {k} THEN {kept} WHEN {n} > 0 THEN {half_up(total, n)} END"
        return half_up(total, n if whole else f"nullif({n}, 0)")

    def formula(self, ind):
        tree = packs.parse(ind.params["expr"])
        value, scale, _ = self.arithmetic(tree, ind)
        top = Fraction(ind.full * scale, 100)
        held = clamp(f"({value} * {top.denominator})", 0, top.numerator)
        return f"CASE WHEN {self.all_present(tree, ind)} THEN {half_up(f'{held} * 100', scale * top.denominator)} END"

    def veto(self, ind):
        tree = packs.parse(ind.params["when"])
        return f"CASE WHEN {self.all_present(tree, ind)} THEN {self.arithmetic(tree, ind)} END"

    def all_present(self, tree, ind):
        return " AND ".join(f"{self.fact(n, ind)} IS NOT NULL" for n in sorted(packs.names(tree))) or "true"

    def arithmetic(self, tree, ind):
        """A number as (expression, number that stands for 1, bound); truths and texts as expressions."""
        kind, *parts = tree
        if kind == "num":
            return f"{parts[0].numerator}::BIGINT", parts[0].denominator, parts[0].numerator
        if kind == "str":
            return text(parts[0])
        if kind == "bool":
            return str(parts[0]).lower()
        if kind == "name":
            if self.pack.facts[parts[0]]["type"] not in SCALE:
                return self.fact(parts[0], ind)
            return self.fact(parts[0], ind, 10**9), self.scale(parts[0]), self.largest.get(parts[0], 0)
        a, *rest = [self.arithmetic(p, ind) for p in parts]
        if kind == "not":
            return f"(NOT {a})"
        if kind == "neg":
            return f"(-{a[0]})", *a[1:]
        b = rest[0]
        if kind in ("and", "or"):
            return f"({a} {kind.upper()} {b})"
        if kind == "/":
            if parts[1][0] != "num":
                sys.exit("not needed for jinan: division by a fact")
            divisor = parts[1][1]
            return f"({a[0]} * {divisor.denominator})", a[1] * divisor.numerator, a[2] * divisor.denominator
        if kind == "*":
            return f"({a[0]} * {b[0]})", a[1] * b[1], a[2] * b[2]
        test = None
        if kind == "if":
            test, a, b = a, b, rest[1]
        sign = {"==": "=", "!=": "<>"}.get(kind, kind)
        if not isinstance(a, tuple):
            return f"(CASE WHEN {test} THEN {a} ELSE {b} END)" if kind == "if" else f"({a} {sign} {b})"
        scale = lcm(a[1], b[1])
        most = a[2] * (scale // a[1]) + b[2] * (scale // b[1])
        wide = "HUGEINT" if most * 200 >= LIMIT else "BIGINT"
        x, y = (f"({v}::{wide} * {scale // s})" for v, s, _ in (a, b))
        if kind == "if":
            return f"(CASE WHEN {test} THEN {x} ELSE {y} END)", scale, most
        result = f"({x} {sign} {y})"
        return (result, scale, most) if kind in "+-" else result

    def absences(self, ind):
        """What blocks a village, in the order of the `missing` column."""
        if ind.method == "rated":
            marks = [f"{ind.id}/mark/{r}" for r in ind.raters]
            return [(f"coalesce({self.slot[m]}, -1) < 0", m) for m in marks]
        if ind.method in ("formula", "veto"):
            tree = packs.parse(ind.params.get("expr") or ind.params["when"])
            needed = {n: f"{self.fact(n, ind)} IS NULL" for n in packs.names(tree)}
        else:
            needed = {ind.params["fact"]: f"{self.fact(ind.params['fact'], ind)} IS NULL"}
            target = ind.params.get("target")
            if target in self.pack.facts:
                gone = f"coalesce({self.fact(target, ind)}, -1) {'<=' if ind.method == 'ratio' else '<'} 0"
                needed[target] = f"({needed.get(target, 'false')} OR {gone})"
        return [(needed[n], f"{ind.id}/{n}/{ind.rater_cell}") for n in sorted(needed)]


def grades_query(pack):
    """Village, rank and grade of the complete villages."""
    group, keys = GROUP[pack.grading["within"]], [k for k in pack.grading["tie_break"] if k != "code"]
    order = ", ".join(f"{name(k)} DESC NULLS LAST" for k in ["total", *keys]) + ", village"
    shares, whole = pack.shares()
    seats = []
    for j, share in enumerate(shares[:-1]):
        rest = f"(n * {share} % {whole})"
        ahead = [f"(n * {s} % {whole} {'>' if i > j else '>='} {rest})::INT" for i, s in enumerate(shares) if i != j]
        given = " + ".join(f"n * {s} // {whole}" for s in shares)
        seats.append(f"(n * {share} // {whole} + (({' + '.join(ahead)}) < n - ({given}))::INT)")
    steps = [
        f"g0 AS (SELECT village, total, cap, {group} AS grp, count(*) OVER (PARTITION BY {group}) AS n, "
        f"rank() OVER (PARTITION BY {group} ORDER BY total DESC) AS rank, "
        f"row_number() OVER (PARTITION BY {group} ORDER BY {order}) AS pos, NULL::INTEGER AS grade FROM scored WHERE complete)"
    ]
    refill, last = pack.grading["refill"], len(pack.grades)
    for g, grade in enumerate(pack.grades[:-1], 1):
        free = "grade IS NULL"
        if "at_least" in grade:
            free += f" AND total >= {int(Fraction(grade['at_least']) * 100)}"
        if refill:
            free += f" AND cap <= {g}"
        taken = f"count_if({free}) OVER (PARTITION BY grp ORDER BY pos ROWS UNBOUNDED PRECEDING)"
        take = f"{free} AND {taken} <= {seats[g - 1]}" if "quota" in grade else free
        steps.append(f"g{g} AS (SELECT * REPLACE (CASE WHEN {take} THEN {g} ELSE grade END AS grade) FROM g{g - 1})")
    place = f"coalesce(grade, {last})" if refill else f"greatest(coalesce(grade, {last}), cap)"
    ids = "[" + ", ".join(str(g["id"]) for g in pack.grades) + "]"
    return f"WITH {', '.join(steps)} SELECT village, rank, {ids}[{place}] AS grade FROM g{last - 1}"


def main(folder, facts_file, marks_file, out):
    pack = packs.read(folder)
    con = duckdb.connect(config={"preserve_insertion_order": "false"})
    present, largest, faults = read_facts(con, pack, facts_file)
    packs.stop(faults + read_marks(con, pack, marks_file))
    scores = Scores(pack, present, largest)
    scored, vetoes = pack.scored, pack.vetoes
    base = [i for i in scored if i.method not in EXTRA]
    blocking = [i for i in pack.indicators if i.missing == "block"]
    total = lambda inds: " + ".join([f"coalesce({name(i.id)}, 0)" for i in inds] or ["0"])
    prorated = " + ".join([f"({name(i.id)} IS NULL)::INT * {i.full}" for i in base if i.missing == "prorate"] or ["0"])
    caps = ", ".join(["0"] + [f"CASE WHEN {name(v.id)} THEN {pack.cap(v)} END" for v in vetoes])
    absences = ", ".join(f"CASE WHEN {gone} THEN {text(t)} END" for i in blocking for gone, t in scores.absences(i))
    bounded = "before_bonus + bonus + penalty"
    if pack.total_min is not None:
        bounded = f"greatest({bounded}, {pack.total_min})"
    if pack.total_max is not None:
        bounded = f"least({bounded}, {pack.total_max})"
    columns = [f"{scores.score(i)}::{'BIGINT' if i.method in EXTRA else 'INTEGER'} AS {name(i.id)}" for i in scored]
    columns += [f"{scores.veto(v)} AS {name(v.id)}" for v in vetoes]
    con.execute(
        f"""
        CREATE TEMP TABLE scored AS
        WITH keyed AS (
            SELECT *, code::BIGINT AS village, code::BIGINT // 1000000 AS county, code::BIGINT // 1000 AS town
            FROM facts LEFT JOIN marks USING (code)
        ), scores AS (
            SELECT *, {", ".join(columns)} FROM keyed
        ), sums AS (
            SELECT *,
                ({total(base)})::BIGINT AS base,
                ({total(i for i in scored if i.method == "bonus")})::BIGINT AS bonus,
                ({total(i for i in scored if i.method == "penalty")})::BIGINT AS penalty,
                ({pack.full} - ({prorated}))::BIGINT AS remaining,
                greatest({caps}) AS cap,
                ({" OR ".join([f"{name(i.id)} IS NULL" for i in blocking] or ["false"])}) AS blocked
            FROM scores
        ), joined AS (
            SELECT *, NOT blocked AND remaining > 0 AS complete,
                CASE WHEN remaining > 0 THEN {half_up(f"base * {pack.full}", "remaining")} END AS before_bonus
            FROM sums
        )
        SELECT village, county, town, code, name, township, {bounded} AS total, before_bonus, bonus, penalty, cap, complete,
            CASE WHEN complete THEN NULL WHEN remaining = 0 THEN 'prorate' ELSE concat_ws(';', {absences or "NULL"}) END AS missing,
            {", ".join(name(i.id) for i in scored + vetoes)}
        FROM joined
        """
    )
    con.execute("DROP TABLE facts; DROP TABLE marks")
    decimal = lambda n: f"(s.{name(n)} * 0.01::DECIMAL(3, 2))"
    vetoed = (
        "nullif(concat_ws('|', "
        + ", ".join([f"CASE WHEN {name(v.id)} THEN {text(v.id)} END" for v in vetoes] or ["NULL"])
        + "), '')"
    )
    fixed = {n: f"CASE WHEN complete THEN {decimal(n)} END" for n in ("total", "before_bonus", "bonus", "penalty")}
    fixed |= {"veto": vetoed, "status": "CASE WHEN complete THEN 'complete' ELSE 'incomplete' END"}
    select = [f"{fixed[n]} AS {n}" if n in fixed else n for n in FIXED] + [
        f"{decimal(i.id)} AS {name(i.id)}" for i in scored
    ]
    con.execute(
        f"COPY (SELECT {', '.join(select)} FROM scored s LEFT JOIN ({grades_query(pack)}) USING (village) ORDER BY village) "
        f"TO {text(out + '.part')} (FORMAT csv, HEADER, DELIMITER ',', QUOTE '\"', ESCAPE '\"', NULLSTR '')"
    )
    os.replace(out + ".part", out)


if __name__ == "__main__":
    if len(sys.argv) != 5:
        sys.exit("usage: python duckdb_job.py PACK FACTS MARKS OUT")
    main(*sys.argv[1:])
