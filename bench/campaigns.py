"""campaigns.py YANZHEN FOLDER: two selection campaigns led through all their stages by HTTP, every page timed on the way.

The county's for 246 officers and a township's for 95 reserves, with APPLICANTS (2,000) invented people in all: applied for at
the desk, checked rule by rule, sent to nine seats of the joint review, marked by two people each, interviewed by seven,
inspected, noticed, decided. Only the days that a notice and a probation need are moved in the database: nobody waits for
them here. Each page is asked for TIMES (100) times while its stage runs; the last line is the slowest p99.
"""
import datetime, glob, os, random, re, sqlite3, sys, time, urllib.parse

from served import Served, plain, timed, told

yanzhen, folder = sys.argv[1:3]
TIMES, APPLICANTS = int(os.environ.get("TIMES", "100")), int(os.environ.get("APPLICANTS", "2000"))
SHARE = APPLICANTS / 2000
random.seed(1)
WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
SURNAMES, NAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许", "安邦晨达恩飞岗海佳凯兰明宁鹏琪荣盛涛文欣扬泽甲乙丙丁戊己庚辛"
COUNTY = datetime.timezone(datetime.timedelta(hours=8))
slowest = []


def identity(k):
    """An invented number: its area begins with 99."""
    born = datetime.date(1990, 1, 1) + datetime.timedelta(days=k % 3000)
    body = f"990000{born:%Y%m%d}{k // 3000 * 2 + 1:03d}"
    return body + "10X98765432"[sum(int(c) * w for c, w in zip(body, WEIGHTS)) % 11]


def local(seconds):
    return f"{datetime.datetime.now(COUNTY) + datetime.timedelta(seconds=seconds):%Y-%m-%dT%H:%M}"


def day(before=0):
    """A day in the county's time."""
    return local(-86_400 * before)[:10]


def ask(browser, pages):
    """Asks for each page of a stage, in turn, and tells how long it took."""
    for name, path in pages:
        took = []
        for _ in range(TIMES):
            with timed(took):
                browser.page(path)
        slowest.append((told(name, took), name))


class Campaign:
    def __init__(self, office, second, kind, title, seats, applicants):
        self.office, self.second, self.title, self.applicants, self.first = office, second, title, applicants, True
        page = office.page(f"/campaigns/new?kind={kind}")
        places = re.findall(r'name="(seats\.\d+)"', page)
        share, rest = divmod(seats, len(places))
        fields = [(name, share + (k < rest)) for k, name in enumerate(places)]
        fields += [("kind", kind), ("title", title), ("help", "组织部门 0990-0000000")]
        self.closes = int(os.environ.get("CLOSES", "3"))
        fields += [("apply_from", local(-86_400)), ("apply_to", local(60 * self.closes))]
        self.closes = time.time() + 60 * self.closes
        self.path = office.send("/campaigns", fields)
        office.send(self.path + "/open", [])
        self.seats = seats

    def apply(self, start):
        places = re.findall(r'<option value="(\d+)"', self.office.page(self.path + "/entries/new").split('id="f-place"')[1].split("</select>")[0])
        declares = re.findall(r'name="declares" value="(\w+)"', self.office.page(self.path + "/entries/new"))
        self.entries, took = [], []
        for k in range(start, start + self.applicants):
            name = SURNAMES[k % 20] + "例" + NAMES[k // 20 % 30] + ("" if k < 600 else NAMES[k // 600])
            fields = [("name", name), ("place", places[k % len(places)]), ("identity", identity(k)), ("phone", f"100{k:08d}")]
            fields += [("education", "30"), ("full_time", "1"), ("political", "13"), ("route", "self"), ("consent", "1")]
            with timed(took):
                self.entries.append(self.office.send(self.path + "/entries", fields + [("declares", d) for d in declares]))
        told(f"{self.title}: entered at the desk", took)
        ask(self.office, [("campaign while applications come in", self.path), ("all applications", self.path + "/entries"), ("a name is found", self.path + "/entries?q=%E4%BE%8B%E5%AE%89"), ("an application", self.entries[0])])

    def advance(self):
        page = self.office.page(self.path)
        stage = re.search(r'name="stage" value="(\d+)"', page)
        assert stage, page.split("进入下一阶段以前还差")[-1][:500]
        took = []
        with timed(took):
            self.office.send(self.path + "/advance", [("stage", stage.group(1))])
        print(f"{self.title}: stage {stage.group(1)} ended in {took[0] * 1000:.0f} ms", flush=True)

    def qualify(self):
        self.advance()
        page = self.office.page(self.entries[0])
        forms = page.split('action="' + self.entries[0] + '/check"')[1:]
        items = []
        for form in forms:
            form = form.split("</form>")[0]
            kind, item = (re.search(rf'name="{n}" value="(\w+)"', form).group(1) for n in ("kind", "item"))
            if 'value="ok"' in form:
                items.append((kind, item))
        villages = dict(re.findall(r'<option value="(\d{12})"[^>]*>([^<]*)<', page.split('id="f-village"')[1].split("</select>")[0]))
        checked, decided = [], []
        for k, entry in enumerate(self.entries):
            for kind, item in items:
                with timed(checked):
                    self.office.send(entry + "/check", [("kind", kind), ("item", item), ("verdict", "ok"), ("note", "看过原件")])
            if k % 20 == 19:
                fields = [("verdict", "out"), ("reason", "材料与本人不符，已当面说明")]
            else:
                page = self.office.page(entry)
                village = re.search(r'<option value="(\d{12})"', page.split('id="f-village"')[1].split("</select>")[0])
                fields = [("verdict", "passed"), ("village", village.group(1))]
            with timed(decided):
                self.office.send(entry + "/decide", fields)
        told("a condition or a material is checked", checked)
        told("an application is decided", decided)
        self.pages("qualification", [("an application with its checks", self.entries[0]), ("who lacks something", self.path + "/entries?need=1")])
        self.advance()

    def pages(self, stage, more):
        ask(self.office, [(f"campaign, {stage}", self.path), (f"applications, {stage}", self.path + "/entries"), *more])

    def review(self, county, clerk, head):
        county.send(self.path + "/review", [])
        seats = sorted(set(re.findall(r'href="(/seat/\d+)"', clerk.page("/seat"))))
        seats = [s for s in seats if self.title in clerk.page(s)]
        assert len(seats) == 9, seats
        took, first = [], seats[0]
        ask(clerk, [("a seat answers about one", first), ("a seat answers about several", first + "/several")])
        for seat in seats:
            chosen = re.findall(r'name="chosen" value="(\d+)"', clerk.page(seat + "/several"))
            with timed(took):
                clerk.send(seat + "/several", [("chosen", c) for c in chosen] + [("sure", "1")])
            head.send(seat + "/sign", [])
        told(f"a seat answers about all, {len(chosen)} people", took)
        review = re.search(r'href="(/reviews/\d+)"', county.page(self.path)).group(1)
        ask(county, [("the joint review", review)])
        self.pages("joint review", [])
        self.office.send(self.path + "/pass", [])
        self.advance()

    def exam(self, examiners):
        if examiners == 1:
            rooms = "\n".join(f"第{n}考场，30" for n in range(1, self.applicants // 30 + 2))
            self.office.send(self.path + "/seats", [("rooms", rooms)])
        saved = []
        for who in (self.office, self.second):
            n = 1
            while True:
                page = who.page(f"{self.path}/marks?page={n}")
                boxes = re.findall(r'name="(m\.(\d+)\.\d+)"', page)
                if not boxes:
                    break
                fields = [(box, f"{60 + int(entry[-6:]) % 370 / 10:.1f}") for box, entry in boxes]
                with timed(saved):
                    who.send(f"{self.path}/marks?page={n}", fields)
                if f"page={n + 1}" not in page:
                    break
                n += 1
        told("a page of marks is saved", saved)
        ask(self.office, [("marks", self.path + "/marks"), ("marks, last page", f"{self.path}/marks?page={n}"), ("ranking", self.path + "/ranking")])
        self.pages("exam" if examiners == 1 else "interview", [("an application with its score", self.entries[0])])
        with timed(took := []):
            self.office.send(self.path + "/confirm", [])
        print(f"{self.title}: list confirmed in {took[0] * 1000:.0f} ms", flush=True)
        self.advance()

    def inspect(self):
        stage = re.search(r'name="stage" value="(\d+)"|stage=(\d+)&amp;uninspected', self.office.page(self.path))
        seq = next(g for g in stage.groups() if g)
        people, n = [], 1
        while True:
            page = self.office.page(f"{self.path}/entries?stage={seq}&standing=running&page={n}")
            people += re.findall(r'<th scope="row"><a href="(/entries/\d+)"', page)
            if f"page={n + 1}" not in page:
                break
            n += 1
        self.pages("inspection", [("whom nobody inspected yet", f"{self.path}/entries?stage={seq}&uninspected=1"), ("an application under inspection", people[0])])
        took, today = [], day()
        for entry in people:
            person = re.search(r"/inspections/new\?person=(\d+)", self.office.page(entry)).group(1)
            with timed(took):
                at = self.office.send("/inspections", [("person", person), ("method", "home_visit"), ("day", today)])
                fields = [("day", today), ("method", "home_visit"), ("place", "村里"), ("attended", "例甲、例乙"), ("asked", "12")]
                fields += [("t-de", "作风正派"), ("l-de", "较好"), ("summary", "适合"), ("act", "sign"), ("rev", "1")]
                self.office.send(at, fields)
            self.office.send(entry + "/decide", [("verdict", "passed"), ("reason", "")])
        told("an inspection is written and signed", took)
        self.advance()
        return people

    def notice(self, database):
        self.office.send(self.path + "/notice", [("text", "经考试、面试、考察，现将拟选用人员予以公示。")])
        self.pages("notice", [("notice", self.path + "/notice")])
        late(database, "update campaign_notice set until_on = ?", day(1))
        self.office.send(self.path + "/pass", [])
        self.advance()

    def decide(self, people, database):
        took, today, chosen = [], day(), []
        for entry in people:
            with timed(took):
                body = urllib.parse.urlencode([("by", "何例甲"), ("on", today), ("meeting", "常委会第 3 次会议")])
                answer, page = self.office.ask("POST", entry + "/choose", body)
            if answer.status == 303:
                chosen.append(entry)
            else:
                # Two with the same total stood at the line: the places are full.
                assert "名额已经选满" in page, plain(page)
                self.office.send(entry + "/decide", [("verdict", "out"), ("reason", "名额已满，同分的由会议研究")])
        people = chosen
        told("somebody is chosen: pool, filing, outcome", took)
        self.pages("decision", [("an application that was chosen", people[0])])
        self.advance()
        late(database, "update campaign_stage set begun_at = begun_at - ?", 93 * 86_400_000)
        for entry in people:
            self.office.send(entry + "/decide", [("verdict", "passed"), ("reason", "")])
        self.pages("probation", [("all campaigns", "/campaigns")])
        self.advance()
        return chosen


def late(database, sql, value):
    """Moves what only time can bring."""
    with sqlite3.connect(database, timeout=30) as db:
        db.execute(sql, (value,))
    db.close()


with Served(yanzhen, os.path.join(folder, "campaigns")) as demo:
    county, deputy, town, clerk, head = (demo.browser(login) for login in ("zuzhi", "shuangzhong", "zhen", "gongan", "gongan2"))
    database = glob.glob(os.path.join(demo.data, "counties", "990101.sqlite"))[0]
    desks = county.page("/reviews/seats")
    fields = []
    for row in desks.split("<tbody>")[1].split("<tr>")[1:]:
        if "需要时请" in row:
            continue
        seat = re.search(r'name="unit\.(\w+)"', row).group(1)
        signs = re.search(r'<option value="(\d+)"[^>]*>' + "宋例霏", row).group(1)
        fields += [(f"unit.{seat}", "区公安局"), (f"head.{seat}", signs)]
    county.send("/reviews/seats", fields)
    officers, reserves = round(246 * SHARE), round(95 * SHARE)
    many = round(APPLICANTS * 0.7)
    print(f"{officers} officers of {many} applicants, {reserves} reserves of {APPLICANTS - many}", flush=True)
    district = Campaign(county, deputy, "officer_exam", "乡村振兴专干公开招录", officers, many)
    township = Campaign(town, county, "reserve_selection", "后备力量公开选拔", reserves, APPLICANTS - many)
    both = (district, township)
    district.apply(0)
    township.apply(many)
    left = max(c.closes for c in both) // 60 * 60 + 2 - time.time()
    assert left > 0 or APPLICANTS > 500, left
    time.sleep(max(0, left))
    begun = time.time()
    for c in both:
        c.qualify()
        c.review(county, clerk, head)
        c.exam(1)
        c.exam(7)
        chosen = c.inspect()
        c.notice(database)
        chosen = c.decide(chosen, database)
        assert "已结束" in c.office.page(c.path)
        print(f"{c.title}: {len(chosen)} chosen of {c.applicants} for {c.seats} seats", flush=True)
    print(f"led through all stages in {time.time() - begun:.0f} s; resident: {demo.resident()} MiB")
    print("slowest p99: %.1f ms, %s" % max(slowest))
