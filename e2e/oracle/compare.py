#!/usr/bin/env python3
"""compare.py [--wild] [--soft] [--dir D] BINARY FIRST_SEED COUNT
Each seed: a valid pack and a faulty one; oracle in-process against the binary. --soft prints also differences where PACKS.md is silent
(explain's facts/params/marks/seats/basis). Failing inputs stay in D (default work)/SEED[f]."""
import sys, os, re, csv, io, json, random, shutil, subprocess
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import gen, oracle as o
from fractions import Fraction as Fr

def run(*args):
    try: r = subprocess.run([str(a) for a in args], stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120)
    except subprocess.TimeoutExpired: return 124, b"", b"timeout"
    return r.returncode, r.stdout, r.stderr
def slurp(p):
    try: return open(p, "rb").read()
    except OSError: return None
def short(b, n=400): return b.decode("utf-8", "replace").strip()[:n].replace("\n", "\n      ")

def csv_diff(want, got, limit=4):
    if got is None: return ["no file written"]
    if want == got: return []
    try: w, g = (list(csv.reader(io.StringIO(x.decode("utf-8"), newline=""))) for x in (want, got))
    except Exception as e: return [f"unreadable: {e}"]
    out = []
    if w[:1] != g[:1]: return [f"header want {w[:1]} got {g[:1]}"]
    if len(w) != len(g): out.append(f"rows want {len(w)-1} got {len(g)-1}")
    for a, b in zip(w[1:], g[1:]):
        if a != b:
            d = [f"{h}: want {x!r} got {y!r}" for h, x, y in zip(w[0], a, b) if x != y] or [f"cells want {len(a)} got {len(b)}"]
            out.append(f"{a[0]}: " + "; ".join(d[:5]))
    if not out:
        i = next((k for k, (x, y) in enumerate(zip(want, got)) if x != y), min(len(want), len(got)))
        out.append(f"same cells, other bytes at {i}: want {want[i-10:i+20]!r} got {got[i-10:i+20]!r}")
    return out[:limit] + ([f"... {len(out)-limit} more"] if len(out) > limit else [])
def text_diff(want, got, limit=3):
    if got is None: return ["no file written"]
    if want == got: return []
    w, g = want.decode().split("\n"), got.decode("utf-8", "replace").split("\n")
    out = [f"line {k+1}: want {a[:300]!r}\n              got  {b[:300]!r}" for k, (a, b) in enumerate(zip(w, g)) if a != b]
    if len(w) != len(g): out.append(f"lines want {len(w)} got {len(g)}")
    return out[:limit]

def frac(x):
    if x is None: return None
    a, _, b = str(x).partition("/")
    try: return Fr(a) / Fr(b) if b else Fr(a)
    except Exception: return x
def explain_diff(want, out, soft):
    t = out.decode("utf-8", "replace"); k = t.find("{")
    try: got = json.loads(t[k:], parse_float=str, parse_int=str)
    except Exception as e: return [f"no JSON: {e}: {t[:150]!r}"]
    want = json.loads(json.dumps(want), parse_int=str); d = []
    if list(got) != list(want): d.append(f"keys want {list(want)} got {list(got)}")
    for key in ("code", "before_bonus", "bonus", "penalty", "total", "rank", "n", "grade"):
        if want[key] != got.get(key): d.append(f"{key}: want {want[key]!r} got {got.get(key)!r}")
    if frac(want["scale"]) != frac(got.get("scale")): d.append(f"scale: want {want['scale']} got {got.get('scale')}")
    if soft and want["seats"] != got.get("seats"): d.append(f"(soft) seats: want {want['seats']} got {got.get('seats')}")
    w = [i for i in want["indicators"] if i["method"] != "veto"]; g = [i for i in got.get("indicators", []) if i.get("method") != "veto"]
    if [i["id"] for i in w] != [i.get("id") for i in g]: return d + ["indicator ids differ"]
    for a, b in zip(w, g):
        if list(a) != list(b): d.append(f"{a['id']} keys want {list(a)} got {list(b)}")
        if a["method"] != b.get("method"): d.append(f"{a['id']} method")
        if frac(a["exact"]) != frac(b.get("exact")): d.append(f"{a['id']} exact: want {a['exact']} got {b.get('exact')}")
        elif a["exact"] != b.get("exact") and soft: d.append(f"(soft) {a['id']} exact spelled: want {a['exact']} got {b.get('exact')}")
        if a["score"] != b.get("score"): d.append(f"{a['id']} score: want {a['score']} got {b.get('score')}")
        if soft:
            for key in ("facts", "params", "basis", "marks"):
                if a[key] != b.get(key): d.append(f"(soft) {a['id']} {key}: want {a[key]} got {b.get(key)}")
    return d[:8]

def fault_diff(faults, code, err):
    if code != 2: return [f"exit {code}, want 2: {short(err)}"]
    got = []
    for line in err.decode("utf-8", "replace").split("\n"):
        p = line.split("\t")
        if len(p) >= 5: got.append((os.path.basename(p[0]), p[1], p[2], p[3]))
    def groups(seq):
        out = []
        for f in seq:
            if not out or out[-1][0] != f[:2]: out.append((f[:2], []))
            out[-1][1].append(f[2:])
        return out
    w = groups([(os.path.basename(f.file), str(f.row), None if f.loose else f.col, f.value) for f in faults]); g = groups(got)
    d = []
    if [x[0] for x in w] != [x[0] for x in g]:
        a, b = [x[0] for x in w], [x[0] for x in g]
        d.append(f"rows at fault: missing {[x for x in a if x not in b]} extra {[x for x in b if x not in a]}" + ("" if sorted(a) != sorted(b) else f" order want {a} got {b}"))
    gd = dict(g)
    for key, fs in w:
        have = gd.get(key)
        if have is None: continue
        strict = [f for f in fs if f[0] is not None]
        rest = iter(have)
        if len(fs) != len(have) or not all(any(f == h for h in rest) for f in strict): d.append(f"{key[0]} row {key[1]}: want {[f if f[0] is not None else ('?',) + f[1:] for f in fs]} got {have}")
    return d[:8]

class Session:
    def __init__(self, binary, soft, root): self.bin, self.soft, self.root = binary, soft, root
    def check(self, seed, faulty, wild):
        d = os.path.join(self.root, f"{seed}{'f' if faulty else ''}"); shutil.rmtree(d, ignore_errors=True)
        gen.Gen(seed, faulty, wild).make(d)
        P, F, M = d + "/pack", d + "/facts.csv", d + "/marks.csv"; bad = []
        def note(what, diffs):
            for x in diffs: bad.append(f"  {what}: {x}")
        pack = o.load_pack(P); marks = ["--marks", M]
        if not pack.inds and not faulty: marks = []
        faults = []
        try: subs = o.load(pack, F, M if pack.inds else None)
        except o.Faults as e: faults = e.faults
        O, Q = d + "/out.csv", d + "/props.csv"
        if faults:
            c, out, err = run(self.bin, "appraise", P, "--facts", F, *marks, "--out", O, "--proposals", Q, "--format", "csv")
            note("faults", fault_diff(faults, c, err))
            if os.path.exists(O): note("faults", ["out file was written"])
            return d, bad
        c, out, err = run(self.bin, "policy", "hash", P)
        m = re.search(rb"\b[0-9a-f]{64}\b", out)
        if not m or m.group().decode() != o.pack_hash(P): note("hash", [f"want {o.pack_hash(P)} got {m and m.group().decode()} (exit {c}) {short(err, 200)}"])
        if pack.inds:
            o.appraise(pack, subs)
            c, out, err = run(self.bin, "appraise", P, "--facts", F, *marks, "--out", O, "--proposals", Q, "--format", "csv")
            if c != 0: note("appraise csv", [f"exit {c}: {short(err, 900)}"])
            else:
                note("appraise csv", csv_diff(o.out_csv(pack, subs).encode(), slurp(O)))
                note("proposals", csv_diff(o.proposals(pack, subs).encode(), slurp(Q)))
                J = d + "/out.json"
                c, out, err = run(self.bin, "appraise", P, "--facts", F, *marks, "--out", J, "--format", "json")
                note("appraise json", [f"exit {c}: {short(err)}"] if c else ["differs too"] if bad and slurp(J) and slurp(J) != o.out_json(pack, subs).encode() else text_diff(o.out_json(pack, subs).encode(), slurp(J), 1))
                if subs:
                    s = random.Random(seed).choice(subs)
                    c, out, err = run(self.bin, "appraise", P, "--facts", F, *marks, "--out", d + "/x.json", "--explain", s.code, "--format", "json")
                    note(f"explain {s.code}", [f"exit {c}: {short(err)}"] if c else explain_diff(o.explain(pack, subs, s.code), out, self.soft))
                c, out, err = run(self.bin, "appraise", P, "--facts", F, *marks, "--out", d + "/x.json", "--explain", "nobody-here", "--format", "json")
                if c != 2: note("explain unknown code", [f"exit {c}, want 2"])
        else:
            c, out, err = run(self.bin, "propose", P, "--facts", F, "--out", Q)
            note("propose", [f"exit {c}: {short(err, 900)}"] if c else csv_diff(o.proposals(pack, subs).encode(), slurp(Q)))
        if pack.colours:
            C = d + "/colours.out.csv"
            c, out, err = run(self.bin, "classify", P, "--facts", F, "--out", C)
            note("classify", [f"exit {c}: {short(err, 900)}"] if c else csv_diff(o.classify(pack, subs).encode(), slurp(C)))
        return d, bad

def main(argv):
    flags = {a for a in argv if a in ("--wild", "--soft")}; root = "work"
    if "--dir" in argv: k = argv.index("--dir"); root = argv[k+1]; del argv[k:k+2]
    binary, first, count = [a for a in argv if a not in flags]
    s = Session(os.path.abspath(binary), "--soft" in flags, root); ok = fail = 0
    for seed in range(int(first), int(first) + int(count)):
        for faulty in (False, True):
            try: d, bad = s.check(seed, faulty, "--wild" in flags)
            except Exception as e:
                import traceback; d, bad = "?", ["  ORACLE BROKE: " + traceback.format_exc(limit=3)]
            if bad: fail += 1; print(f"seed {seed}{' faulty' if faulty else ''}  ({d})"); print("\n".join(bad), flush=True)
            else: ok += 1; shutil.rmtree(d, ignore_errors=True)
    print(f"{ok} passed, {fail} failed"); return 1 if fail else 0
if __name__ == "__main__": sys.exit(main(sys.argv[1:]))
