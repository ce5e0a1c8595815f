#!/usr/bin/env python3
"""Independent reference implementation of PACKS.md: plain, slow, exact."""
import sys, os, re, json, tomllib, hashlib, datetime
from fractions import Fraction as Fr
from decimal import Decimal
import zen

# Unicode White_Space property (not Python's str.strip set, which adds U+001C..1F)
WS = "\t\n\x0b\x0c\r \x85\xa0\u1680" + "".join(chr(c) for c in range(0x2000, 0x200b)) + "\u2028\u2029\u202f\u205f\u3000"
def trim(s): return s.strip(WS)

class Fault:
    """One line on standard error. loose = the text does not say what stands in column/value."""
    def __init__(self, file, row, col, value, reason, pos=10**6, loose=False):
        self.file, self.row, self.col, self.value, self.reason, self.pos, self.loose = file, row, col, value, reason, pos, loose
    def line(self): return f"{self.file}\t{self.row}\t{self.col}\t{self.value}\t{self.reason}"
class Faults(Exception):
    def __init__(self, faults): self.faults = faults
class CannotRun(Exception): pass

# ---------------------------------------------------------------- numbers
def num(text):
    """a decimal number as a pack writes it"""
    if not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text): raise ValueError(text)
    return Fr(text)
def is_num(text): return re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text) is not None
def round2(x):
    """half away from zero to 0.01"""
    x = Fr(x); h = abs(x) * 100
    q = h.numerator // h.denominator
    if h - q >= Fr(1, 2): q += 1
    return Fr(q, 100) if x >= 0 else Fr(-q, 100)
def two(x):
    """exactly two decimals, never -0.00"""
    x = round2(x); c = abs(x) * 100; assert c.denominator == 1
    c = c.numerator
    return ("-" if x < 0 else "") + f"{c // 100}.{c % 100:02d}"
def exact(x):
    """the shortest decimal, or p/q where it does not end"""
    x = Fr(x); d = x.denominator
    k2 = k5 = 0
    while d % 2 == 0: d //= 2; k2 += 1
    while d % 5 == 0: d //= 5; k5 += 1
    if d != 1: return f"{x.numerator}/{x.denominator}"
    k = max(k2, k5); n = abs(x) * 10**k; s = str(n.numerator).rjust(k + 1, "0")
    out = s[:len(s)-k] + ("." + s[len(s)-k:] if k else "")
    return ("-" if x < 0 else "") + out
def clamp(x, lo, hi): return max(lo, min(hi, x))

# ---------------------------------------------------------------- text files
def read_text(path):
    try: b = open(path, "rb").read()
    except OSError as e: raise CannotRun(str(e))
    if b.startswith(b"\xef\xbb\xbf"): return b[3:].decode("utf-8")
    try: return b.decode("utf-8")
    except UnicodeDecodeError: return b.decode("gb18030")
def parse_csv(text):
    """[(line number, [cells untrimmed])]"""
    rows, i, line, n = [], 0, 1, len(text)
    while i < n:
        start, cells = line, []
        while True:
            if i < n and text[i] == '"':
                i += 1; buf = []
                while i < n:
                    if text[i] == '"':
                        if i + 1 < n and text[i+1] == '"': buf.append('"'); i += 2; continue
                        i += 1; break
                    if text[i] == "\n": line += 1
                    buf.append(text[i]); i += 1
                while i < n and text[i] not in ",\r\n": buf.append(text[i]); i += 1
                cells.append("".join(buf))
            else:
                j = i
                while i < n and text[i] not in ",\r\n": i += 1
                cells.append(text[j:i])
            if i < n and text[i] == ",": i += 1; continue
            break
        if i < n and text[i] == "\r": i += 1
        if i < n and text[i] == "\n": i += 1
        line += 1
        rows.append((start, cells))
    return rows
def pack_csv(path):
    rows = parse_csv(read_text(path))
    rows = [(l, [trim(c) for c in r]) for l, r in rows]
    rows = [(l, r) for l, r in rows if any(r)]
    if not rows: return [], []
    head = rows[0][1]
    return head, [dict((h, c) for h, c in zip(head, r) if h) for _, r in rows[1:]]
def csv_cell(s):
    return '"' + s.replace('"', '""') + '"' if any(ch in s for ch in ',"\r\n') else s
def csv_out(head, rows):
    return "".join(",".join(csv_cell(c) for c in r) + "\n" for r in [head] + rows)
def jstr(s): return json.dumps(s, ensure_ascii=False)

# ---------------------------------------------------------------- ZEN
STR = re.compile(r'"[^"]*"|\'[^\']*\'|`[^`]*`')
IDENT = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
def names_in(expr, known):
    bare = STR.sub(lambda m: " " * len(m.group()), expr)
    return {m.group() for m in IDENT.finditer(bare) if m.group() in known}
class ZenBad(Exception): pass
def zen_eval(expr, values):
    """values: id -> Fraction|bool|str. Numbers go in as decimal literals so that nothing passes through a binary float."""
    out, last = [], 0
    def sub(seg):
        def rep(m):
            v = values.get(m.group())
            if isinstance(v, Fr) and not isinstance(v, bool): return "(" + exact(v) + ")"
            return m.group()
        return IDENT.sub(rep, seg)
    for m in STR.finditer(expr):
        out += [sub(expr[last:m.start()]), m.group()]; last = m.end()
    out.append(sub(expr[last:]))
    e = "".join(out); ctx = {k: v for k, v in values.items() if isinstance(v, (bool, str))}
    try:
        r = zen.evaluate_expression(e, ctx)
        if isinstance(r, bool): return r
        if isinstance(r, (int, float)): return Fr(zen.evaluate_expression("string(" + e + ")", ctx))
    except Exception as x: raise ZenBad(str(x)[:80])
    if r is None: raise ZenBad("null")
    return r
def zen_bool(expr, values):
    r = zen_eval(expr, values)
    if not isinstance(r, bool): raise ZenBad("not a bool")
    return r
def zen_num(expr, values):
    r = zen_eval(expr, values)
    if isinstance(r, bool) or not isinstance(r, Fr): raise ZenBad("not a number")
    return r
def zen_unary(test, v):
    if isinstance(v, Fr) and not isinstance(v, bool):
        f = float(v) if v.denominator != 1 else int(v)
        assert Fr(Decimal(repr(f))) == v, "too many digits for the oracle"
        v = f
    r = zen.evaluate_unary_expression(test, {"$": v})
    if not isinstance(r, bool): raise ZenBad("not a bool")
    return r

# ---------------------------------------------------------------- the pack
NUMERIC = ("number", "integer", "money", "percent")
class Ind: pass
class Pack: pass
def load_pack(folder):
    p = Pack(); p.dir = folder
    try: raw = open(os.path.join(folder, "pack.toml"), "rb").read()
    except OSError as e: raise CannotRun(str(e))
    p.toml = tomllib.loads(raw.decode("utf-8-sig").replace("\r\n", "\n"), parse_float=Decimal)
    p.facts = p.toml.get("facts", {})
    ap = p.toml.get("appraisal", {})
    p.subject = ap.get("subject", "village")
    fr = lambda v: None if v is None else Fr(v) if not isinstance(v, str) else num(v)
    p.total_min, p.total_max = fr(ap.get("total_min")), fr(ap.get("total_max"))
    p.weights = {k: fr(v) for k, v in (p.toml.get("rater_weights") or ap.get("rater_weights") or {}).items()}
    p.grades = p.toml.get("grades", [])
    for g in p.grades:
        g["quota_"], g["at_least_"] = fr(g.get("quota")), fr(g.get("at_least"))
    gr = p.toml.get("grading", {})
    p.within = gr.get("within", "county"); p.rounding = gr.get("rounding", "largest_remainder")
    p.ties = gr.get("ties", "tie_break"); p.tie_break = gr.get("tie_break", []); p.refill = gr.get("refill", False)
    p.consequences = p.toml.get("consequences", [])
    p.classify_missing = p.toml.get("classify", {}).get("missing", {})
    p.posts, p.people = p.toml.get("posts", {}), p.toml.get("people", {})      # accepted and hashed; no engine here reads them
    p.inds = []
    ic = os.path.join(folder, "indicators.csv")
    if os.path.exists(ic):
        for r in pack_csv(ic)[1]:
            i = Ind(); i.id = r["id"]; i.method = r["method"]; i.basis = r.get("basis", ""); i.item = r.get("item", "")
            i.full = num(r["full"]) if r.get("full") else Fr(0)
            i.params = {}
            for part in r.get("params", "").split(";"):
                if trim(part):
                    k, v = part.split("=", 1); i.params[trim(k)] = trim(v)
            i.rater = r.get("rater") or "system"
            i.raters = [trim(x) for x in i.rater.split("|")]
            i.aggregate = r.get("aggregate") or "mean"
            i.missing = r.get("missing") or "block"
            i.scored = i.method != "veto"
            i.hundred = i.method not in ("bonus", "penalty", "veto")
            if i.missing == "prorate" and not i.hundred: i.missing = "skip"
            p.inds.append(i)
    p.colours = None
    cc = os.path.join(folder, "colours.csv")
    if os.path.exists(cc): p.colours = pack_csv(cc)
    return p

def pack_hash(folder):
    def val(v):
        if isinstance(v, bool): return v
        if isinstance(v, int): return str(v)
        if isinstance(v, Decimal):
            s = format(v, "f")
            return s.rstrip("0").rstrip(".") if "." in s else s
        if isinstance(v, dict): return {k: val(x) for k, x in v.items()}
        if isinstance(v, list): return [val(x) for x in v]
        if isinstance(v, datetime.datetime): return v.isoformat()      # a date alone: str() below
        return str(v)
    raw = open(os.path.join(folder, "pack.toml"), "rb").read().decode("utf-8-sig").replace("\r\n", "\n")
    doc = {"pack.toml": val(tomllib.loads(raw, parse_float=Decimal))}
    for f in ("indicators.csv", "colours.csv", "review.csv"):
        path = os.path.join(folder, f)
        if os.path.exists(path):
            doc[f] = [{k: v for k, v in r.items() if v} for r in pack_csv(path)[1]]
    text = json.dumps(doc, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()

# ---------------------------------------------------------------- tables
def parse_fact(decl, s):
    t = decl["type"]
    if t in ("number", "percent", "money", "integer"):
        if t == "percent" and s.endswith("%"): s = s[:-1]
        pat = {"money": r"-?[0-9]{1,15}(\.[0-9]{1,2})?", "integer": r"-?[0-9]{1,15}"}.get(t, r"-?[0-9]{1,15}(\.[0-9]{1,6})?")
        if not re.fullmatch(pat, s): raise ValueError("not a " + t)
        return Fr(s)
    if t == "bool":
        if s in ("true", "是", "1"): return True
        if s in ("false", "否", "0"): return False
        raise ValueError("not a bool")
    if t == "date":
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", s): raise ValueError("not a date")
        datetime.date.fromisoformat(s); return s
    if t == "choice":
        if s not in decl.get("choices", []): raise ValueError("not a choice")
        return s
    return s

class Table:
    """header check; rows as [(line, {column: cell})] of the known columns; position of columns"""
    def __init__(self, path, known, required):
        self.file = path; self.faults = []; self.rows = []; self.pos = {}
        rows = [(l, [trim(c) for c in r]) for l, r in parse_csv(read_text(path))]
        rows = [(l, r) for l, r in rows if any(r)]
        line, head = rows[0] if rows else (1, [])
        seen = set(); cols = []
        for k, h in enumerate(head):
            keep = None
            if h == "": self.faults.append(Fault(path, line, h, h, "column without a name", k, True))
            elif h in seen: self.faults.append(Fault(path, line, h, h, "column twice", k, True))
            elif h not in known: self.faults.append(Fault(path, line, h, h, "unknown column", k, True)); seen.add(h)
            else: seen.add(h); keep = h; self.pos[h] = k
            cols.append(keep)
        for r in required:
            if r not in seen: self.faults.append(Fault(path, line, r, "", "required column missing", 10**6, True))
        for line, r in rows[1:]:
            if len(r) != len(head):
                self.faults.append(Fault(path, line, "", str(len(r)), "another number of cells than the header", -1, True)); continue
            self.rows.append((line, {c: v for c, v in zip(cols, r) if c}))
    def fault(self, line, col, value, reason):
        self.faults.append(Fault(self.file, line, col, value, reason, self.pos[col]))
    def sorted_faults(self): return sorted(self.faults, key=lambda f: (f.row, f.pos))

class Subject: pass
def read_facts(pack, path, subject):
    ids = {k: d for k, d in pack.facts.items() if d["subject"] == subject}
    req = ["code"] + (["village"] if subject == "person" else [])
    t = Table(path, set(req) | {"name", "township"} | set(ids), req)
    subs, seen = [], set()
    for line, r in t.rows:
        s = Subject(); s.code = r.get("code", ""); s.name = r.get("name", ""); s.township_name = r.get("township", ""); s.facts = {}
        if "code" in t.pos:
            if s.code == "": t.fault(line, "code", "", "no code")
            elif subject != "person" and not re.fullmatch(r"[0-9]{12}", s.code): t.fault(line, "code", s.code, "not twelve digits")
            elif "," in s.code: t.fault(line, "code", s.code, "comma in the code")
            elif s.code in seen: t.fault(line, "code", s.code, "code twice")
            seen.add(s.code)
        s.division = s.code
        if subject == "person" and "village" in t.pos:
            s.division = r["village"]
            if not re.fullmatch(r"[0-9]{12}", s.division): t.fault(line, "village", s.division, "not twelve digits")
        for fid, d in ids.items():
            if r.get(fid, "") == "": continue
            try: s.facts[fid] = parse_fact(d, r[fid])
            except ValueError as e: t.fault(line, fid, r[fid], str(e))
        s.marks = {}
        subs.append(s)
    subs.sort(key=lambda s: s.code)
    return subs, t, seen

def read_marks(pack, path, subs, codes, have_codes):
    t = Table(path, {"code", "indicator", "rater", "mark", "name", "township", "note"}, ["code", "indicator", "rater", "mark"])
    by_id = {i.id: i for i in pack.inds}; by_code = {s.code: s for s in subs}
    if all(c in t.pos for c in ("code", "indicator", "rater", "mark")):
        seen = set()
        for line, r in t.rows:
            code, iid, rater, m = r["code"], r["indicator"], r["rater"], r["mark"]
            ok = True
            if have_codes and (code == "" or code not in codes): t.fault(line, "code", code, "not in the facts"); ok = False
            i = by_id.get(iid)
            if i is None: t.fault(line, "indicator", iid, "unknown indicator"); ok = False
            elif i.method != "rated": t.fault(line, "indicator", iid, "not a rated indicator"); ok = False; i = None
            if i is not None and rater == "" and i.raters == ["system"]: rater = "system"
            if i is not None and rater not in i.raters: t.fault(line, "rater", rater, "not a rater of it"); ok = False
            if ok:
                if (code, iid, rater) in seen:
                    f = Fault(path, line, "rater", rater, "second row", t.pos["rater"], True); t.faults.append(f); ok = False
                seen.add((code, iid, rater))
            if m != "":
                if not re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]{1,6})?", m): t.fault(line, "mark", m, "not a number")
                elif i is not None:
                    v = Fr(m); step = num(i.params.get("step", "0.01"))
                    if v < 0 or v > i.full: t.fault(line, "mark", m, "out of range")
                    elif (v / step).denominator != 1: t.fault(line, "mark", m, "off step")
                    elif ok and code in by_code: by_code[code].marks[(iid, rater)] = v
    return t

# ---------------------------------------------------------------- one indicator
class Res:
    """kind: score | empty | prorate | block ; for veto: score with holds"""
    def __init__(self, kind, exact=None, missing=(), holds=False):
        self.kind, self.exact, self.missing, self.holds = kind, exact, list(missing), holds
        self.score = round2(exact) if exact is not None else None

def zero_of(decl):
    return False if decl["type"] == "bool" else Fr(0)

def whens(src, lookup="when"):
    """the list of alternatives, and whether it is an `any`"""
    if "any" in src:
        a = src["any"]
        if isinstance(a, str): a = tomllib.loads("x = " + a)["x"]
        return a, True
    return [src[lookup]], False

def eval_any(exprs, facts, known, mode):
    """-> (True|False|None, missing ids, bad)   None = not known"""
    missing, bad, skipped = set(), False, False
    for e in exprs:
        need = names_in(e, known); lack = {f for f in need if f not in facts}
        if lack and mode == "zero":
            vals = {f: facts.get(f, zero_of(known[f]) if f in lack else None) for f in need}
        elif lack:
            if mode == "skip": skipped = True
            else: missing |= lack
            continue
        else: vals = {f: facts[f] for f in need}
        try:
            if zen_bool(e, vals): return True, set(), False
        except ZenBad: bad = True
    if missing or bad: return None, missing, bad
    return False, set(), False

def score(pack, i, s, subs):
    P, full, mode = i.params, i.full, i.missing
    def lacking(ids):
        """the result for missing facts, or None with mode zero"""
        if mode == "block": return Res("block", missing=[f"{i.id}/{f}/{i.rater}" for f in sorted(ids)])
        if mode == "skip": return Res("empty")
        if mode == "prorate": return Res("prorate")
        return None
    bad_expr = Res("block", missing=[f"{i.id}/expr/{i.rater}"])
    if i.method == "rated":
        present = [(r, s.marks[(i.id, r)]) for r in i.raters if (i.id, r) in s.marks]
        absent = [r for r in i.raters if (i.id, r) not in s.marks]
        if absent and mode == "block": return Res("block", missing=[f"{i.id}/mark/{r}" for r in absent])
        if mode == "zero": present = [(r, s.marks.get((i.id, r), Fr(0))) for r in i.raters]
        if not present: return Res("prorate" if mode == "prorate" else "empty")
        marks = [(r, round2(m)) for r, m in present]
        v = sorted(m for _, m in marks); n = len(v); mean = sum(v) / Fr(n)
        if i.aggregate == "mean": x = mean
        elif i.aggregate == "median": x = v[n//2] if n % 2 else (v[n//2-1] + v[n//2]) / 2
        elif i.aggregate.startswith("trimmed:"):
            k = int(i.aggregate.split(":")[1])
            x = mean if n <= 2 * k else sum(v[k:n-k]) / Fr(n - 2*k)
        elif i.aggregate == "weighted":
            x = sum(pack.weights[r] * m for r, m in marks) / sum(pack.weights[r] for r, _ in marks)
        else: raise CannotRun("aggregate " + i.aggregate)
        return Res("score", x)
    if i.method == "formula":
        need = names_in(P["expr"], pack.facts); lack = {f for f in need if f not in s.facts}
        if lack:
            r = lacking(lack)
            if r: return r
        try: x = zen_num(P["expr"], {f: s.facts[f] if f in s.facts else zero_of(pack.facts[f]) for f in need})
        except ZenBad: return bad_expr
        return Res("score", clamp(x, Fr(0), full))
    if i.method == "veto":
        exprs, _ = whens(P)
        holds, lack, bad = eval_any(exprs, s.facts, pack.facts, mode)
        if holds is None:
            return Res("block", missing=[f"{i.id}/{f}/{i.rater}" for f in sorted(lack)] + (bad_expr.missing if bad else []))
        return Res("empty", holds=holds)
    fid = P["fact"]; fact = s.facts.get(fid); lack = set() if fid in s.facts else {fid}
    target, target_bad = None, False
    if i.method in ("ratio", "ratio_down"):
        if is_num(P["target"]): target = num(P["target"])
        else:
            target = s.facts.get(P["target"])
            target_bad = target is None or target < 0 or (i.method == "ratio" and target == 0)
            if target_bad: lack.add(P["target"])
    if lack:
        r = lacking(lack)
        if r: return r
        if fact is None: fact = zero_of(pack.facts[fid])
        if target_bad:
            if i.method == "ratio": return Res("score", Fr(0))
            target = Fr(0)
    m = i.method
    if m == "ratio": return Res("score", clamp(full * fact / target, Fr(0), full))
    if m == "ratio_down":
        if fact <= target: return Res("score", full)
        return Res("score", clamp(full * target / fact, Fr(0), full))
    if m == "linear":
        lo, hi = num(P["low"]), num(P["high"])
        return Res("score", clamp(full * (fact - lo) / (hi - lo), Fr(0), full))
    if m == "tiers":
        down = P.get("down", "false") == "true"
        val = lambda t: full if t == "full" else num(t)
        other = Fr(0)
        for part in P["tiers"].split(","):
            th, sc = [trim(x) for x in part.split(":")]
            if th == "else": other = val(sc); continue
            if (fact <= num(th)) if down else (fact >= num(th)): return Res("score", val(sc))
        return Res("score", other)
    if m == "deduct":
        return Res("score", max(num(P.get("floor", "0")), full - num(P["each"]) * max(fact, Fr(0))))
    if m in ("bonus", "penalty"):
        x = num(P["each"]) * max(fact, Fr(0))
        if "cap" in P: x = min(num(P["cap"]), x)
        return Res("score", x if m == "bonus" else -x)
    if m == "flag": return Res("score", full if fact else Fr(0))
    if m == "ballot": return Res("score", full * clamp(fact, Fr(0), Fr(100)) / 100)
    if m == "rank":
        w = 6 if P["group"] == "county" else 9
        group = [o for o in subs if o.division[:w] == s.division[:w]]
        vals = [o.facts[fid] if fid in o.facts else Fr(0) for o in group if fid in o.facts or mode == "zero"]
        rk = 1 + sum(1 for v in vals if v > fact); n = len(vals)
        for part in P["bands"].split(","):
            band, sc = [trim(x) for x in part.split(":")]
            if 100 * rk <= num(band) * n: return Res("score", full if sc == "full" else num(sc))
        return Res("score", Fr(0))
    raise CannotRun("method " + m)

# ---------------------------------------------------------------- grades
def seats_of(pack, n):
    """per grade: an integer, or None for a grade without quota"""
    out = []
    exacts = [None if g["quota_"] is None else g["quota_"] * n / 100 for g in pack.grades]
    fl = lambda x: x.numerator // x.denominator
    if pack.rounding == "floor": return [None if e is None else fl(e) for e in exacts]
    if pack.rounding == "ceil": return [None if e is None else -fl(-e) for e in exacts]
    shares = [(k, e) for k, e in enumerate(exacts) if e is not None]
    rest = Fr(n) - sum(e for _, e in shares)          # the last share, of no grade
    shares.append((len(pack.grades), rest))
    got = {k: fl(e) for k, e in shares}
    left = n - sum(got.values())
    for k, e in sorted(shares, key=lambda ke: (-(ke[1] - fl(ke[1])), ke[0]))[:left]: got[k] += 1
    return [got.get(k) if exacts[k] is not None else None for k in range(len(pack.grades))]

def fill(pack, members):
    """members: complete subjects of one group. sets s.grade_index"""
    def key(s):
        k = [-s.total]
        for t in pack.tie_break:
            if t == "code": break
            if t == "before_bonus": k.append((0, -s.before_bonus)); continue
            v = s.res[t].score
            k.append((1, 0) if v is None else (0, -v))
        return (k, s.code)
    order = sorted(members, key=key)
    seats = seats_of(pack, len(members))
    waiting = list(order)                    # not yet graded, best first
    carried = None                           # total of a run left whole by share_worse to the next grade that has seats
    last = len(pack.grades) - 1
    for gi, g in enumerate(pack.grades):
        pool = [s for s in waiting if not (pack.refill and s.cap is not None and gi < s.cap)]
        reach = [s for s in pool if g["at_least_"] is None or s.total >= g["at_least_"]]
        assert reach == pool[:len(reach)]
        if gi == last: taken = pool          # the rest, whatever its own limits
        elif seats[gi] == 0: taken = []      # shares and takes nothing; a carried run waits on
        elif seats[gi] is None: taken = reach; carried = None
        else:
            k = min(seats[gi], len(reach))
            carried_end = max((x + 1 for x in range(len(reach)) if reach[x].total == carried), default=0)
            carried = None
            if carried_end >= k and carried_end > 0: k = carried_end      # whole, even beyond its seats
            elif 0 < k < len(pool) and pool[k-1].total == pool[k].total:
                t = pool[k].total
                run = [x for x in range(len(pool)) if pool[x].total == t]
                if pack.ties == "share_better": k = run[-1] + 1
                elif pack.ties == "share_worse": k = run[0]; carried = t
            taken = pool[:k]
        for s in taken: s.grade_index = gi
        waiting = [s for s in waiting if s not in taken]
    assert not waiting
    for s in order:
        if not pack.refill and s.cap is not None and s.grade_index < s.cap: s.grade_index = s.cap
    return seats

# ---------------------------------------------------------------- appraise
class Result: pass
def appraise(pack, subs):
    gid = {str(g["id"]): k for k, g in enumerate(pack.grades)}
    group_fact = pack.within if pack.within not in ("county", "township") else None
    for s in subs:
        s.res = {i.id: score(pack, i, s, subs) for i in pack.inds}
        s.missing = [m for i in pack.inds for m in s.res[i.id].missing]
        if group_fact and group_fact not in s.facts:
            s.missing.append(f"grading/{group_fact}/{pack.facts[group_fact].get('source', '')}")
        s.vetoes = [i for i in pack.inds if i.method == "veto" and s.res[i.id].holds]
        s.cap = max((gid[i.params["cap_grade"]] for i in s.vetoes), default=None)
        F = sum((i.full for i in pack.inds if i.hundred), Fr(0))
        Pr = sum((i.full for i in pack.inds if i.hundred and s.res[i.id].kind == "prorate"), Fr(0))
        any_prorated = any(s.res[i.id].kind == "prorate" for i in pack.inds)
        s.scale = None
        if any_prorated and F == Pr: s.missing = ["prorate"]
        elif any_prorated: s.scale = F / (F - Pr)
        s.complete = not s.missing
        s.total = s.before_bonus = s.bonus = s.penalty = s.rank = s.n = s.grade = s.seats = s.grade_index = None
        if s.complete:
            sc = lambda ok: sum((s.res[i.id].score for i in pack.inds if ok(i) and s.res[i.id].score is not None), Fr(0))
            b = sc(lambda i: i.hundred)
            s.before_bonus = round2(b * s.scale) if s.scale is not None else b
            s.bonus = sc(lambda i: i.method == "bonus"); s.penalty = sc(lambda i: i.method == "penalty")
            t = s.before_bonus + s.bonus + s.penalty
            if pack.total_min is not None: t = max(t, pack.total_min)
            if pack.total_max is not None: t = min(t, pack.total_max)
            s.total = t
    groups = {}
    for s in subs:
        if not s.complete: continue
        if pack.within == "county": k = s.division[:6]
        elif pack.within == "township": k = s.division[:9]
        else: k = (s.division[:6], s.facts[group_fact])
        groups.setdefault(k, []).append(s)
    for members in groups.values():
        for s in members:
            s.n = len(members); s.rank = 1 + sum(1 for o in members if o.total > s.total)
        if pack.grades:
            seats = fill(pack, members)
            for s in members:
                s.grade = pack.grades[s.grade_index]["id"]; s.seats = seats
    return subs

HEAD = ["code", "name", "township", "total", "before_bonus", "bonus", "penalty", "veto", "rank", "grade", "status", "missing"]
def out_rows(pack, subs):
    head = HEAD + [i.id for i in pack.inds if i.scored]
    rows = []
    for s in subs:
        f = lambda v: "" if v is None else two(v)
        rows.append([s.code, s.name, s.township_name, f(s.total), f(s.before_bonus), f(s.bonus), f(s.penalty),
                     "|".join(i.id for i in s.vetoes), "" if s.rank is None else str(s.rank), "" if s.grade is None else str(s.grade),
                     "complete" if s.complete else "incomplete", ";".join(s.missing)]
                    + [f(s.res[i.id].score) for i in pack.inds if i.scored])
    return head, rows
def out_csv(pack, subs): return csv_out(*out_rows(pack, subs))
def out_json(pack, subs):
    head, rows = out_rows(pack, subs)
    if not rows: return "[]\n"
    text = {"code", "name", "township", "veto", "grade", "status", "missing"}
    objs = ["{" + ",".join(jstr(h) + ":" + ("null" if c == "" else jstr(c) if h in text else c) for h, c in zip(head, r)) + "}" for r in rows]
    return "[\n" + ",\n".join(objs) + "\n]\n"

PROP_HEAD = ["code", "consequence", "action", "applies_to", "amount", "basis"]
AMOUNT_FOR_OTHERS = ""     # amount cell of an action without an amount: the text is silent
def proposals(pack, subs):
    known = dict(pack.facts); known.update({k: {"type": "number"} for k in ("total", "rank", "grade")})
    rows = []
    for s in subs:
        vals = dict(s.facts)
        for k in ("total", "rank", "grade"):
            v = getattr(s, k, None)
            if v is not None: vals[k] = Fr(v)
        for c in pack.consequences:
            exprs, _ = whens(c)
            holds, _, _ = eval_any(exprs, vals, known, "block")
            if holds is not True: continue
            a = c.get("amount"); cell = AMOUNT_FOR_OTHERS
            if isinstance(a, str):
                need = names_in(a, known)
                if any(f not in vals for f in need): continue
                try: cell = two(zen_num(a, {f: vals[f] for f in need}))
                except ZenBad: continue
            elif a is not None: cell = two(Fr(a))
            rows.append([s.code, c["id"], c["action"], c.get("applies_to", ""), cell, c.get("basis", "")])
    return csv_out(PROP_HEAD, rows)

def raw(v):
    return None if v is None else v if isinstance(v, (bool, str)) else exact(v)
def explain(pack, subs, code):
    s = next((s for s in subs if s.code == code), None)
    if s is None: raise Faults([Fault("", 0, "code", code, "unknown code", loose=True)])
    inds = []
    for i in pack.inds:
        ids = set()
        for k in ("fact", "target"):
            if i.params.get(k) in pack.facts: ids.add(i.params[k])
        for e in ([i.params["expr"]] if "expr" in i.params else whens(i.params)[0] if i.method == "veto" else []): ids |= names_in(e, pack.facts)
        r = s.res[i.id]
        inds.append({"id": i.id, "method": i.method, "facts": {f: raw(s.facts.get(f)) for f in sorted(ids)}, "params": i.params, "basis": i.basis,
                     "marks": {q: raw(s.marks.get((i.id, q))) for q in i.raters} if i.method == "rated" else {},
                     "exact": None if r.exact is None else exact(r.exact), "score": None if r.score is None else two(r.score)})
    f = lambda v: None if v is None else two(v)
    return {"code": s.code, "indicators": inds, "scale": None if s.scale is None else exact(s.scale), "before_bonus": f(s.before_bonus), "bonus": f(s.bonus),
            "penalty": f(s.penalty), "total": f(s.total), "rank": s.rank, "n": s.n,
            "seats": None if s.seats is None else {str(g["id"]): k for g, k in zip(pack.grades, s.seats)},
            "grade": None if s.grade is None else str(s.grade)}

# ---------------------------------------------------------------- classify
def classify(pack, subs):
    head, rules = pack.colours
    fixed = {"rule", "colour", "level", "lead", "measures", "basis", "note"}
    cols = [h for h in head if h not in fixed and h]
    out = []
    for s in subs:
        row = [s.code, s.name, "", "", "", "", ""]
        for r in rules:
            lack, refuted = [], False
            for c in cols:
                test = r.get(c, "")
                if test in ("", "-"): continue
                if c in s.facts: v = s.facts[c]
                else:
                    mode = pack.classify_missing.get(c, "block")
                    if mode == "skip": refuted = True; continue
                    if mode == "block": lack.append(c); continue
                    v = zero_of(pack.facts[c])
                if not zen_unary(test, v): refuted = True
            if refuted: continue
            if lack: row[6] = ";".join(f"{r['rule']}/{c}/{pack.facts[c].get('source', '')}" for c in sorted(lack))
            else: row[2:6] = [r["colour"], r["rule"], r.get("lead", ""), r.get("measures", "")]
            break
        out.append(row)
    return csv_out(["code", "name", "colour", "rule", "lead", "measures", "missing"], out)

# ---------------------------------------------------------------- commands
def load(pack, facts, marks=None, subject=None):
    subs, t, codes = read_facts(pack, facts, subject or pack.subject)
    faults = t.sorted_faults()
    if marks: faults += read_marks(pack, marks, subs, codes, "code" in t.pos).sorted_faults()
    if faults: raise Faults(faults)
    return subs

def write(path, text):
    with open(path, "w", encoding="utf-8", newline="") as f: f.write(text)

def main(argv):
    import argparse
    ap = argparse.ArgumentParser(); ap.add_argument("cmd"); ap.add_argument("pack"); ap.add_argument("code", nargs="?")
    for o in ("facts", "marks", "out", "proposals"): ap.add_argument("--" + o)
    ap.add_argument("--format", default="csv")
    a = ap.parse_intermixed_args(argv)
    try:
        if a.cmd == "hash": print(pack_hash(a.pack)); return 0
        pack = load_pack(a.pack)
        if a.cmd in ("classify", "propose"):
            subs = load(pack, a.facts, subject="village")
            write(a.out, classify(pack, subs) if a.cmd == "classify" else proposals(pack, subs)); return 0
        subs = appraise(pack, load(pack, a.facts, a.marks))
        if a.cmd == "explain": print(json.dumps(explain(pack, subs, a.code), ensure_ascii=False, separators=(",", ":"))); return 0
        write(a.out, out_csv(pack, subs) if a.format == "csv" else out_json(pack, subs))
        if a.proposals: write(a.proposals, proposals(pack, subs))
        return 0
    except Faults as f:
        for x in f.faults: print(x.line(), file=sys.stderr)
        return 2
    except CannotRun as e: print(e, file=sys.stderr); return 1
if __name__ == "__main__": sys.exit(main(sys.argv[1:]))
