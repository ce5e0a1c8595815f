#!/usr/bin/env python3
"""gen.py [--faulty] [--wild] SEED DIR: a small random valid pack in DIR/pack, DIR/facts.csv, DIR/marks.csv.
--faulty: valid pack, several faulty cells in facts/marks.  --wild: also spots where PACKS.md is ambiguous."""
import sys, os, random, csv, io
from fractions import Fraction as Fr
from decimal import Decimal as D

def s2(x):
    t = format(D(x), "f"); return t.rstrip("0").rstrip(".") if "." in t else t
def cell(c): return '"' + c.replace('"', '""') + '"' if any(h in c for h in ',"\r\n') else c
def table(head, rows, eol="\n"): return "".join(",".join(cell(c) for c in r) + eol for r in [head] + rows)
def tstr(s): return '"' + s.replace("\\", "\\\\").replace('"', '\\"') + '"'

class Gen:
    def __init__(self, seed, faulty=False, wild=False):
        self.r = random.Random(f"{seed}/{faulty}"); self.faulty, self.wild, self.seed = faulty, wild, seed
    def p(self, x): return self.r.random() < x
    def pick(self, *a): return self.r.choice(a[0] if len(a) == 1 else a)

    def make(self, d):
        r = self.r; os.makedirs(os.path.join(d, "pack"), exist_ok=True)
        self.person = self.p(.2); self.subject = "person" if self.person else "village"
        self.bare = (not self.faulty) and (not self.person) and self.p(.12)      # no appraisal: propose
        self.make_facts(); self.make_inds(); self.make_grades(); self.make_cons()
        self.colours = None
        if not self.person and self.p(.5): self.make_colours()
        self.write_pack(os.path.join(d, "pack")); self.make_subjects(); self.write_tables(d)

    # ---- facts
    def make_facts(self):
        r = self.r; self.facts = {}; self.dom = {}
        def add(fid, typ, dom, choices=None, subject=None, label=None):
            self.facts[fid] = dict(label=label or "指标" + fid, subject=subject or self.subject, type=typ, unit=self.pick("", "元", "户"),
                                   choices=choices or [], source=self.pick("registry", "reported", "ballot", "appraisal", "review"))
            self.dom[fid] = dom
        stems = ["Fa", "fb", "fc", "Gd", "ge", "hf", "Ha", "kb"]; r.shuffle(stems)
        for k in range(r.randint(3, 8)):
            fid = f"{stems[k]}{r.randint(1, 9)}" + self.pick("", "_x")
            t = self.pick("number", "integer", "money", "percent", "percent", "number", "money")
            step = self.pick("1", "0.5", "10", "5", "0.01", "0.003", "3") if t in ("number", "percent") else self.pick("1", "5") if t == "integer" else self.pick("1000", "0.05", "33.33", "100")
            top = self.pick(3, 5, 12, 20)
            vals = [s2(D(step) * k) for k in range(0, top + 1)]
            if self.p(.3): vals += [s2(-D(step)), s2(-D(step) * 4)]
            if self.p(.3): vals += ["-0"]
            if t == "percent": vals += ["50", "100", "105%", "85%"]
            add(fid, t, vals)
        for k in range(r.randint(1, 2)): add(f"bo{k}", "bool", ["true", "false", "是", "否", "1", "0", "否"])
        if self.p(.7): add("ch1", "choice", ["山区", "平原", "平原", "hill,top"] if self.p(.3) else ["山区", "平原", "沿 海"], None)
        if "ch1" in self.facts: self.facts["ch1"]["choices"] = sorted(set(self.dom["ch1"]))
        if self.p(.3): add("da1", "date", ["2020-02-29", "2024-12-31", "2025-01-01", "2025-06-30"])
        if self.p(.3): add("te1", "text", ["a", "甲 乙", "x,y", 'say "hi"', "1.0"])
        if self.p(.4):
            add("grade_last_year", "integer", ["1", "2", "3", "4"], label="上年等次"); self.facts["grade_last_year"]["source"] = "registry"
        if self.p(.3): add("zz9", "number", ["1"], subject=self.pick("post", "township", "village" if self.person else "person"))
        self.mine = [f for f in self.facts if self.facts[f]["subject"] == self.subject]
        self.nums = [f for f in self.mine if self.facts[f]["type"] in ("number", "integer", "money", "percent") and f != "grade_last_year"]
        self.bools = [f for f in self.mine if self.facts[f]["type"] == "bool"]

    def val(self, f):
        v = self.pick(self.dom[f]).rstrip("%"); return "0" if v == "-0" else v

    def cmp(self, f=None):
        """a simple typed comparison"""
        t = self.pick("num", "num", "num", "bool", "choice", "date") if f is None else None
        if t == "choice" and "ch1" in self.mine: return f'ch1 {self.pick("==", "!=")} "{self.pick(self.facts["ch1"]["choices"])}"'
        if t == "date" and "da1" in self.mine: return f'd(da1) {self.pick("<", ">=", ">")} d("{self.pick(self.dom["da1"])}")'
        if t == "bool" and self.bools: return f"{self.pick(self.bools)} == {self.pick('true', 'false')}"
        f = f or self.pick(self.nums)
        return f"{f} {self.pick('<', '<=', '>', '>=')} {self.val(f)}"
    def cond(self):
        k = self.r.random()
        if k < .5: return self.cmp()
        if k < .8: return f"{self.cmp()} {self.pick('and', 'or')} {self.cmp()}"
        if k < .9: return f"({self.cmp()} or {self.cmp()}) and {self.cmp()}"
        if k < .95: return f"not ({self.cmp()})"
        a, b = self.pick(self.nums), self.pick(self.nums)
        return f"{a} + {b} > {self.val(a)}" if a == b or self.p(.7) else f"{a} / {b} >= 1"
    def zeroable(self, expr): return not any(f in expr for f in ("ch1", "da1", "te1"))
    def missing(self, expr="", hundred=True):
        m = self.pick("", "block", "", "zero", "skip", "prorate", "prorate")
        if m == "zero" and not self.zeroable(expr): m = "skip"
        return m

    # ---- indicators
    def make_inds(self):
        r = self.r; self.inds = []; self.need_weights = set()
        if self.bare: return
        n = r.randint(1, 8)
        parts = [D(5) * k for k in sorted(r.sample(range(1, 20), n - 1))]
        if self.p(.3): parts = sorted({x + D(self.pick("0.5", "0", "0.25", "2")) for x in parts})
        cuts = [D(0)] + parts + [D(100)]
        fulls = [b - a for a, b in zip(cuts, cuts[1:])]
        if self.p(.1): fulls[-1] += D("7.5")
        raters = ["unit:agri", "unit:fin", "unit:Org_1", "township", "county", "ballot", "system"]
        methods = ["rated"] * 4 + ["ratio", "ratio_down", "linear", "tiers", "deduct", "flag", "rank", "rank", "ballot", "formula", "formula"]
        specs = [(self.pick(methods), f) for f in fulls]
        specs += [("bonus", None)] * self.pick(0, 1, 1, 2) + [("penalty", None)] * self.pick(0, 1, 1, 2) + [("veto", None)] * self.pick(0, 1, 2, 3)
        r.shuffle(specs)
        pcts = [f for f in self.mine if self.facts[f]["type"] == "percent"]
        self.ngrades = r.randint(2, 5)
        for k, (m, full) in enumerate(specs):
            iid = self.pick("A", "b", "K_") + str(k + 1)
            if m == "ballot" and not pcts: m = "tiers"
            P, miss, agg = {}, None, ""
            f = self.pick(self.nums)
            pos = [x for x in (self.val(f) for _ in range(20)) if D(x) > 0] or ["2"]
            rs = r.sample(raters, self.pick(1, 1, 1, 2, 3))
            rater = "|".join(rs)
            if m != "rated" and self.p(.3): rater = ""
            if m == "rated":
                rs = r.sample(raters, self.pick(1, 2, 2, 3, 4, 5)); rater = "|".join(rs)
                steps = [x for x in ("0.01", "0.1", "0.5", "1", "0.25", "0.05") if (full / D(x)) % 1 == 0]
                if self.p(.7): P["step"] = self.pick(steps)
                agg = self.pick("", "mean", "median", "trimmed:1", "trimmed:1", "trimmed:2", "weighted")
                if agg == "weighted": self.need_weights |= set(rs)
            elif m in ("ratio", "ratio_down"):
                P["fact"] = f; P["target"] = self.pick(self.nums) if self.p(.45) else self.pick(pos)
                if P["target"] == f: P["target"] = self.pick(pos)
                if m == "ratio_down" and P["target"] not in self.facts and self.p(.2): P["target"] = "0"
            elif m == "linear":
                P["fact"] = f; lo = self.val(f); hi = self.val(f)
                while D(hi) == D(lo): hi = s2(D(hi) + D(self.pick("1", "7", "-3")))
                P["low"], P["high"] = lo, hi
            elif m == "tiers":
                down = self.p(.35)
                ths = sorted({D(self.val(f)) for _ in range(r.randint(1, 5))}, reverse=not down)
                sc = sorted((full * D(r.randint(0, 20)) / 20 for _ in ths), reverse=True)
                out = [f"{s2(t)}:{'full' if k == 0 and self.p(.5) else s2(s)}" for k, (t, s) in enumerate(zip(ths, sc))]
                if self.p(.5): out.append("else:" + s2(min(sc) * D(self.pick("0", "0.5", "1"))))
                P["fact"] = f; P["tiers"] = ",".join(out)
                if down: P["down"] = "true"
                elif self.p(.1): P["down"] = "false"
            elif m == "deduct":
                P["fact"] = f; P["each"] = self.pick("1", "0.5", "0.333", "2", "0.01")
                if self.p(.4): P["floor"] = s2(full * D(self.pick("0", "0.25", "0.5")))
                if self.wild and self.p(.2): P["floor"] = "-3.5"
            elif m in ("bonus", "penalty"):
                P["fact"] = f; P["each"] = self.pick("1", "0.5", "0.333", "0.015", "0.005")
                if self.p(.6) or self.facts[f]["type"] == "money": P["cap"] = self.pick("2", "5", "0.5", "10")
            elif m == "flag": P["fact"] = self.pick(self.bools)
            elif m == "ballot": P["fact"] = self.pick(pcts)
            elif m == "rank":
                P["fact"] = f; P["group"] = self.pick("county", "township", "township")
                bs = sorted(r.sample([10, 20, 25, 30, 33, 33.3, 40, 50, 60, 66.6, 75, 90, 100], r.randint(1, 4)))
                sc = sorted((full * D(r.randint(0, 20)) / 20 for _ in bs), reverse=True)
                P["bands"] = ",".join(f"{b}:{'full' if k == 0 and self.p(.6) else s2(s)}" for k, (b, s) in enumerate(zip(bs, sc)))
            elif m == "formula":
                a, b = self.pick(self.nums), self.pick(self.nums)
                P["expr"] = self.pick(f"{a} * 2.5 - {b}", f"{s2(full)} * {a} / {self.pick(pos)}", f"{self.cond()} ? {s2(full)} : {s2(full / 3 if False else full / 4)}",
                                      f"min([{a}, {s2(full / 2)}])", f"max([{a}, {b}]) / 8", f"{s2(full)} * {a} / {b}", f"{a} + 0.005", f"{b} == {self.val(b)} ? {a} : 1.125", f"{a} / 3")
                miss = self.missing(P["expr"])
            elif m == "veto":
                P["when"] = self.cond(); P["cap_grade"] = str(r.randint(1, self.ngrades)); miss = self.missing(P["when"])
                if self.wild and self.p(.3): P = {"any": '["' + self.cmp(self.nums[0]) + '", "' + self.cmp(self.nums[-1]) + '"]', "cap_grade": P["cap_grade"]}
            if miss is None: miss = self.missing()
            keys = list(P); r.shuffle(keys)
            self.inds.append(dict(id=iid, item=self.pick("党建", "治理", "发展"), name=f"项目{k+1}", full=("" if full is None and self.p(.7) else "0" if full is None else s2(full) if self.p(.7) else f"{full:.2f}"),
                method=m, params=";".join(f"{x}={P[x]}" for x in keys), rater=rater, aggregate=agg, missing=miss, basis=self.pick("", f"第{k}条", "第一条, 第二条"), note=self.pick("", "注"),
                P=P, raters=rs, fullD=full))

    # ---- grades
    def make_grades(self):
        r = self.r
        if self.bare: self.grades = []; return
        n = self.ngrades; gs = []
        cut = sorted(r.sample(range(0, 21), n)); qs = [D(5) * (b - a) for a, b in zip([0] + cut, cut)]
        if cut[-1] < 20 and self.p(.6): qs[-1] += D(5) * (20 - cut[-1])
        if self.p(.3): qs[0] = max(D(0), qs[0] - D("2.5"))
        if self.p(.2) and n > 2: qs[1] = D(0)
        ats = sorted((self.pick(20, 30, 40, 50, 60, 75, 90, 45.5) for _ in range(n)), reverse=True)
        style = self.pick("quota", "quota", "quota", "line", "mix", "mix")
        for k in range(n):
            g = dict(id=k + 1, label=f"{'一二三四五'[k]}等")
            last = k == n - 1
            q = style == "quota" or (style == "mix" and self.p(.7))
            a = style == "line" or (style == "mix" and self.p(.6))
            if not q and not a and not last: a = True
            if last and self.p(.4): q = a = False
            if q: g["quota"] = s2(qs[k]) if self.p(.7) else f"{qs[k]:.2f}"
            if a: g["at_least"] = str(ats[k]) if self.p(.5) else f"{D(str(ats[k])):.2f}"
            gs.append(g)
        self.grades = gs
        scored = [i["id"] for i in self.inds if i["method"] != "veto"]
        tb = r.sample(scored, min(len(scored), r.randint(0, 3)))
        if self.p(.4): tb.insert(r.randint(0, len(tb)), "before_bonus")
        if self.p(.6): tb.append("code")
        self.grading = dict(within=self.pick("county", "county", "township", "ch1") if "ch1" in self.mine else self.pick("county", "county", "township"),
            rounding=self.pick("largest_remainder", "largest_remainder", "floor", "ceil"), ties=self.pick("tie_break", "share_better", "share_worse", "share_worse"), tie_break=tb, refill=self.p(.45))

    # ---- consequences
    def make_cons(self):
        self.cons = []
        for k in range(self.pick(0, 1, 2, 3, 4) if not self.bare else self.pick(1, 2, 3)):
            def one():
                if self.bare or self.p(.35): return self.cond()
                g = self.pick(f"grade == {self.r.randint(1, self.ngrades)}", f"grade >= {self.r.randint(1, self.ngrades)} and total < {self.pick('60', '75.5', '90')}", f"rank <= {self.pick(1, 2, 3)}", "total >= 60")
                if "grade_last_year" in self.facts and self.p(.4): g += " and grade_last_year == 4" if self.p(.5) else " and grade_last_year > grade"
                return g
            act = self.pick("bonus", "pay", "rectify", "talk", "warn", "adjust", "elevate", "award_candidate", "training")
            app = self.pick("village", "party_secretary", "village_director", "committee", "officer", "reserve")
            if act in ("adjust", "talk", "warn"): app = "party_secretary"
            if act == "elevate" or act == "rectify": app = "village"
            c = dict(id=f"{act.replace('_', '-')}-{k+1}", action=act, applies_to=app, basis=self.pick("第九条", "第九条, 第二款", '所谓"奖励"'))
            if self.p(.3): c["any"] = [one() for _ in range(self.r.randint(1, 3))]
            else: c["when"] = one()
            if act in ("bonus", "pay"):
                f = self.pick(self.nums)
                c["amount"] = self.pick("1000", "500.50", "0.125", tstr(f"{f} * 0.005"), tstr(f"{f} / 3"), tstr(f"{f} * 2 + 0.005"))
            self.cons.append(c)

    # ---- colours
    def make_colours(self):
        r = self.r
        cols = r.sample(self.nums, min(len(self.nums), r.randint(1, 2)))
        if self.p(.5): cols.append(self.bools[0])
        if "ch1" in self.mine and self.p(.5): cols.append("ch1")
        r.shuffle(cols)
        def test(c):
            t = self.facts[c]["type"]
            if t == "bool": return self.pick("true", "false")
            if t == "choice":
                ch = self.facts[c]["choices"]
                return ", ".join(f'"{x}"' for x in r.sample(ch, r.randint(1, max(1, len(ch) - 1))))
            a, b = sorted((D(self.val(c)) for _ in range(2)))
            if a == b or self.p(.6): return f"{self.pick('<', '<=', '>', '>=')} {s2(a)}"
            return f"{self.pick('[', '(')}{s2(a)}..{s2(b)}{self.pick(']', ')')}"
        rules = []
        for k in range(r.randint(1, 6)):
            row = {c: (test(c) if self.p(.6) else self.pick("", "-", "")) for c in cols}
            if not any(v not in ("", "-") for v in row.values()): c = self.pick(cols); row[c] = test(c)
            rules.append(row)
        if self.p(.75): rules.append({c: self.pick("", "-") for c in cols})
        # keep only rules that decide some point with all facts present
        import zen
        pts = []
        grid = {}
        for c in cols:
            t = self.facts[c]["type"]
            if t == "bool": grid[c] = [True, False]
            elif t == "choice": grid[c] = self.facts[c]["choices"]
            else:
                v = sorted({D(self.val(c)) for _ in range(30)}); grid[c] = [float(x) for x in v] + [float(v[0] - 1), float(v[-1] + 1)] + [float((a + b) / 2) for a, b in zip(v, v[1:])]
        for _ in range(150): pts.append({c: self.pick(grid[c]) for c in cols})
        hits = set(); cache = {}
        def holds(t, v):
            if t in ("", "-"): return True
            if (t, v) not in cache: cache[t, v] = zen.evaluate_unary_expression(t, {"$": v}) is True
            return cache[t, v]
        for p in pts:
            for k, row in enumerate(rules):
                if all(holds(row[c], p[c]) for c in cols): hits.add(k); break
        rules = [x for k, x in enumerate(rules) if k in hits]
        if not rules: return
        self.colcols = cols; self.colours = []
        for k, row in enumerate(rules):
            self.colours.append(dict(row, rule=f"R{k+1}", colour=self.pick("red", "orange", "yellow", "green"), level=self.pick("", "high", "medium", "low"),
                lead=self.pick("", "county_secretary|township_secretary", "township"), measures=self.pick("", "约谈, 整改", "帮扶"), basis=self.pick("", "第三条"), note=""))
        self.cmiss = {c: (self.pick("zero", "skip") if c != "ch1" else "skip") for c in cols if self.p(.4)}

    # ---- posts and people: no engine here reads them, but the pack is accepted with them and the hash holds them
    def sections(self):
        r = random.Random(f"{self.seed}/{self.faulty}/posts")        # its own dice: other parts stay as they were
        if r.random() < .6: return []
        n = lambda *a: r.choice(a); L = []
        date = lambda k, v: f"{k} = {v}" if r.random() < .5 else f'{k} = "{v}"'
        def item(head, lines, dated=True):
            L.extend(["", f"[[{head}]]"] + lines + ['basis = "第一条, 第二款"'] * n(0, 1))
            if dated and r.random() < .4: L.append(date("effective_from", n("2025-01-01", "2026-01-01")))
            if dated and r.random() < .2: L.append(date("effective_to", n("2027-12-31", "2030-06-30")))
        if r.random() < .8:
            if r.random() < .7:
                item("posts.post", ['id = "party_secretary"', 'title = "书\\t记"', 'track = "party"', 'team = "party_branch"', "order = 0x0A", "top = true", "seats_min = +1",
                                    'ways_in = ["election_by_members"]', 'ways_out = ["removed", "term_end"]', 'duties = ["抓\\"党建\\"", "甲、乙"]'])
            if r.random() < .5: item("posts.check", ['id = "own_share"', 'title = "比例"', 'level = "advise"', 'method = "education_share"', 'group = "two_committees"', 'at_least = "30"', f"min_percent = {n('30', '33.30', '0.50', '1_0.0')}"])
            if r.random() < .3: item("posts.check", ['id = "reserves"', "off = true"])
            if r.random() < .5: L.extend(["", "[posts.targets]", f"average_age = {n('45.40', '45', '{ value = 48.0, basis = ' + tstr('第三条') + ' }')}", date("by", "2027-06-30")])
            if r.random() < .5: L.extend(["", "[posts.filing]", f"documents_workdays = {n('10', '1_0')}", 'number = "{year}-备-{n:4}"', 'opinions = ["agree", "complete_first"]'])
            if not any(x.startswith(("[posts", "[[posts")) for x in L): L.extend(["", "[posts]"])
        if r.random() < .6:
            L.extend(["", "[people]", f"whereabouts_days = {n('90', '060'[1:], '+30')}"])
            if r.random() < .3: L.append(f"correction_workdays = {n('5', '1_0', '+7')}")
            if r.random() < .5: item("people.source_group", ['id = "veteran"', 'title = "退役军人"'])
            if r.random() < .5: item("people.retention", ['record = "talk_note"', 'title = "谈话"'] + n(["permanent = true"], ["years = 3", 'after = "recording"']))
        return L

    # ---- writing the pack
    def write_pack(self, d):
        r = self.r; L = []
        L += ['id = "rand"', 'version = "1.0"', 'title = "随机办法"', 'issuer = "某县"', 'scope = "county"', 'effective_from = "2025-01-01"', 'basis = "某发〔2025〕1号 办法"', ""]
        for f, x in self.facts.items():
            L += [f"[facts.{f}]"] + [f"{k} = {tstr(v)}" for k, v in x.items() if k != "choices"]
            if x["choices"]: L.append("choices = [" + ", ".join(tstr(c) for c in x["choices"]) + "]")
        if not self.bare:
            L += ["", "[appraisal]"]
            if self.person or self.p(.3): L.append(f'subject = "{self.subject}"')
            if self.p(.35): L.append(f"total_max = {self.pick('100', '90.00', '60', '75.5')}")
            if self.p(.25): L.append(f"total_min = {self.pick('0', '10', '30.50', '-5')}")
            rated = [i["id"] for i in self.inds if i["method"] == "rated"]
            if rated and not self.faulty and self.p(.2): L.append(f"second_check = [{tstr(r.choice(rated))}]")
        if self.need_weights:
            L += ["", "[rater_weights]"] + [f'{tstr(x)} = {self.pick("1", "2", "0.5", "0.30", "3")}' for x in sorted(self.need_weights)]
        if self.colours and self.cmiss: L += ["", "[classify.missing]"] + [f'{k} = "{v}"' for k, v in self.cmiss.items()]
        for g in self.grades:
            L += ["", "[[grades]]", f"id = {g['id']}", f"label = {tstr(g['label'])}"] + [f"{k} = {g[k]}" for k in ("quota", "at_least") if k in g]
        if self.grades:
            g = self.grading
            L += ["", "[grading]", f'within = "{g["within"]}"', f'rounding = "{g["rounding"]}"', f'ties = "{g["ties"]}"', "tie_break = [" + ", ".join(tstr(x) for x in g["tie_break"]) + "]", f"refill = {'true' if g['refill'] else 'false'}"]
        for c in self.cons:
            L += ["", "[[consequences]]", f'id = "{c["id"]}"']
            L.append("any = [" + ", ".join(tstr(x) for x in c["any"]) + "]" if "any" in c else "when = " + tstr(c["when"]))
            L += [f'applies_to = "{c["applies_to"]}"', f'action = "{c["action"]}"'] + ([f"amount = {c['amount']}"] if "amount" in c else []) + [f"basis = {tstr(c['basis'])}"]
            if c["applies_to"] != "village" and self.p(.2): L.append(f"held_months = {self.pick(0, 6, 12)}")
        L += self.sections()
        open(os.path.join(d, "pack.toml"), "w", encoding="utf-8").write("\n".join(L) + "\n")
        if self.inds:
            head = "id,item,name,full,method,params,rater,aggregate,missing,basis,note".split(",")
            if self.p(.2): r.shuffle(head)
            t = table(head, [[self.pick("", "", "", " ") + i[h] if i[h] and h not in ("params",) else i[h] for h in head] for i in self.inds], self.pick("\n", "\r\n"))
            open(os.path.join(d, "indicators.csv"), "w", encoding=self.pick("utf-8", "utf-8-sig"), newline="").write(t)
        if self.colours:
            head = ["rule"] + self.colcols + "colour,level,lead,measures,basis,note".split(",")
            open(os.path.join(d, "colours.csv"), "w", encoding="utf-8", newline="").write(table(head, [[x[h] for h in head] for x in self.colours]))

    # ---- subjects
    def make_subjects(self):
        r = self.r
        counties = r.sample(["370101", "370102", "110228"], self.pick(1, 1, 2))
        towns = [c + f"{r.randint(1, 3):03d}" for c in counties for _ in range(r.randint(1, 3))]
        n = self.pick(0, 1, 2) if self.p(.04) else r.randint(5, 40)
        p_abs = {f: self.pick(0, 0, 0, .03, .15, .4) for f in self.mine}
        blocked = {x for i in self.inds if i["missing"] in ("", "block") for x in i["P"].values()} | {f for i in self.inds if i["missing"] in ("", "block") for f in self.mine if f in i["P"].get("expr", "") + i["P"].get("when", "")}
        if self.grades: blocked.add(self.grading["within"])
        for f in p_abs:
            if f in blocked: p_abs[f] = min(p_abs[f], self.pick(0, .03))
        self.nocol = {f for f in self.mine if (f not in blocked or self.p(.1)) and self.p(.06)}
        if self.grades and self.p(.97): self.nocol.discard(self.grading["within"])
        self.subs = []; codes = set()
        for k in range(n):
            while True:
                dv = self.pick(towns) + f"{r.randint(1, 399):03d}"
                code = dv if not self.person else self.pick("P", "p", "张", "Z-", "") + str(r.randint(1, 200))
                if code not in codes: break
            codes.add(code)
            if self.subs and self.p(.45): base = self.pick(self.subs); fx = dict(base["facts"]); mk = dict(base["marks"])
            else:
                fx = {f: self.pick(self.dom[f]) for f in self.mine}; mk = {}
                for i in self.inds:
                    if i["method"] != "rated": continue
                    step = D(i["P"].get("step", "0.01")); nst = int(i["fullD"] / step)
                    anchors = sorted({0, nst, nst // 2, nst // 3, nst // 3 + 1 if nst > 2 else nst, max(0, nst - 1)})
                    absent = self.pick(0, 0, 0, .02) if i["missing"] in ("", "block") else self.pick(0, .2, .2, .6, 1)
                    for q in i["raters"]:
                        if self.p(absent): continue
                        mk[i["id"], q] = s2(step * (self.pick(anchors) if self.p(.7) else r.randint(0, nst)))
            if self.p(.25) and self.nums: f = self.pick(self.nums); fx[f] = self.pick(self.dom[f])
            fx = {f: ("" if self.p(p_abs[f]) else v) for f, v in fx.items()}
            self.subs.append(dict(code=code, village=dv, name=self.pick("", "李家村", "王, 村", '"城"关', " 东 村 ") , township=self.pick("", "甲镇", "甲镇"), facts=fx, marks=mk))

    def fmt(self, f, v):
        if not v: return self.pick("", "", " ", "\u3000")
        if self.facts[f]["type"] in ("number", "integer", "money", "percent") and not v.endswith("%"):
            k = r = self.r.random()
            if k < .05: v = ("-0" + v[1:]) if v[0] == "-" else "0" + v
            elif k < .12 and self.facts[f]["type"] != "integer" and "." not in v: v += self.pick(".0", ".00")
            elif k < .2 and self.facts[f]["type"] == "percent": v += "%"
        if self.p(.05): v = self.pick(" ", "\u3000", "\u00a0", "\t") + v + self.pick("", " ")
        return v

    def write_tables(self, d):
        r = self.r
        head = ["code"] + (["village"] if self.person else []) + [c for c in ("name", "township") if self.p(.8)] + [f for f in self.mine if f not in self.nocol]
        if self.p(.7): r.shuffle(head)
        rows = []
        for s in self.subs:
            rows.append([(self.pick("", "", "", " ") + s[h]) if h in ("code", "village", "name", "township") else self.fmt(h, s["facts"][h]) for h in head])
            if self.p(.02) and len(head) > 1: rows.append([""] * len(head))
        mh = ["code", "indicator", "rater", "mark"] + [c for c in ("name", "township", "note") if self.p(.25)]
        if self.p(.6): r.shuffle(mh)
        mrows = []
        for s in self.subs:
            for (i, q), m in s["marks"].items():
                if self.p(.08) and "." not in m: m += ".00"
                mrows.append(dict(code=s["code"], indicator=i, rater=q, mark=self.pick("", "", " ") + m if m else "", name=s["name"], township="x", note=self.pick("", "n,1")))
            for i in self.inds:
                if i["method"] == "rated" and self.p(.1):
                    for q in i["raters"]:
                        if (i["id"], q) not in s["marks"] and self.p(.5): mrows.append(dict(code=s["code"], indicator=i["id"], rater=q, mark="", name="", township="", note=""))
        if self.p(.5): r.shuffle(mrows)
        if self.faulty: self.spoil(head, rows, mrows)
        eol = self.pick("\n", "\n", "\r\n")
        enc = self.pick("utf-8", "utf-8", "utf-8-sig", "gb18030")
        text = table(head, rows, eol)
        if enc == "gb18030" and not any(ord(c) > 0x4e00 for c in text): enc = "utf-8"
        if self.p(.1): text = text.rstrip("\r\n")
        open(os.path.join(d, "facts.csv"), "wb").write(text.encode(enc))
        open(os.path.join(d, "marks.csv"), "wb").write(table(mh, [[m[h] for h in mh] for m in mrows], eol).encode(self.pick("utf-8", "utf-8-sig")))

    # ---- faults
    def spoil(self, head, rows, mrows):
        r = self.r
        if not rows: return
        spare = lambda k: (("37010100%d%03d" % (r.randint(1, 3), 900 + k)) if not self.person else f"Q{k}")
        bad = {"number": ["+5", "1e3", "1,000", "5元", ".5", "5.", "1.1234567", "１２", "1234567890123456", "--1", "NaN", "0x1", "5%"], "money": ["1.234", "+1", "￥5", "1_0"],
               "integer": ["1.0", "5%", "a"], "percent": ["85%%", "%", "8 5", "1e1", "85 %"], "bool": ["yes", "TRUE", "True", "2", "对"], "date": ["2025-02-29", "2025-1-01", "2025/01/01", "2025-13-01"], "choice": ["山 区", "x", "山区 ,"]}
        for _ in range(r.randint(1, 6)):
            f = self.pick(head)
            if f in self.facts and self.facts[f]["type"] in bad:
                self.pick(rows)[head.index(f)] = self.pick(bad[self.facts[f]["type"]])
        def extra(k):
            src = list(self.pick(rows)); src[head.index("code")] = spare(k)
            if self.person: src[head.index("village")] = "370101001001"
            return src
        if self.p(.4):                       # a code twice (three times)
            c = self.pick(rows)[head.index("code")]
            if c.strip():
                for _ in range(self.pick(1, 2)): x = extra(1); x[head.index("code")] = c; rows.insert(r.randint(0, len(rows)), x)
        if self.p(.4):
            x = extra(2); x[head.index("code")] = self.pick("12345", "3701010010011", "37010100100a", "３７０１０１００１００１", "", "a,b") if not self.person else self.pick("a,b", "")
            rows.append(x)
        if self.person and self.p(.4): x = extra(3); x[head.index("village")] = self.pick("", "123", "37010100100x"); rows.append(x)
        if self.p(.15): x = extra(4); x = x + ["9"] if self.p(.5) else x[:-1]; rows.insert(r.randint(0, len(rows)), x)
        if self.p(.07): head.append("unknown_col"); [x.append("1") for x in rows]
        if self.p(.05) and len(head) > 2: head.append(head[1]); [x.append(x[1] if len(x) > 1 else "") for x in rows]
        if self.p(.05): head.append(""); [x.append("") for x in rows]
        rated = [i for i in self.inds if i["method"] == "rated"]
        for _ in range(r.randint(0, 5)):
            if not mrows or not rated: break
            m = self.pick(mrows); k = r.random(); i = next((i for i in rated if i["id"] == m["indicator"]), None)
            if i is None or m.get("x"): continue
            step = D(i["P"].get("step", "0.01"))
            if k < .2: m["code"] = self.pick("999999999999", "nobody", "P", "")
            elif k < .35: m["indicator"] = self.pick(["ZZ", "a1", ""] + [j["id"] for j in self.inds if j["method"] != "rated"])
            elif k < .5: m["rater"] = self.pick("unit:none", "Township", "county ;", "乡镇")
            elif k < .6: mrows.insert(r.randint(0, len(mrows)), dict(m, mark=self.pick(m["mark"], "0")))
            elif k < .7: m["mark"] = self.pick("x", "+1", "1e0", "三", "5%", "1.")
            elif k < .8: m["mark"] = self.pick("-0.01", "-1", s2(i["fullD"] + step), "1000")
            elif k < .95: m["mark"] = s2(step / self.pick(2, 10)) if step < 1 else "0.5"
            m["x"] = True
            if self.p(.2): m["code"] = "888888888888"
        for m in mrows: m.pop("x", None)

if __name__ == "__main__":
    a = [x for x in sys.argv[1:] if not x.startswith("--")]
    Gen(int(a[0]), "--faulty" in sys.argv, "--wild" in sys.argv).make(a[1])
