"""people.py YANZHEN FOLDER BENCH: the list of people at 4,000 and 40,000 persons, signed in, as wrk measures it; imports.

Every page is made anew for each request: nothing is kept of a page between two. Statements are counted by the server.
"""
import csv, http.client, io, os, re, socket, sqlite3, subprocess, sys, time, urllib.parse, zipfile

yanzhen, folder, bench = sys.argv[1:4]
seconds = int(os.environ.get("SECONDS", "10"))
quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}

# What is asked for, and what may be slower at forty thousand by no more than half.
PAGES = [
    ("the list", "/people", True),
    ("its last page", "/people?page=9999", True),
    ("reserves", "/people?view=reserves", True),
    ("one township", "/people?town=990101100", True),
    ("by age", "/people?sort=-age", True),
    ("filtered by age, education, party", "/people?to=40&edu=30&party=01", False),
    ("search by initials", "/people?q=wlj", False),
    ("search by name", "/people?q=" + urllib.parse.quote("王例"), False),
    ("as you type: initials", "/people/search?q=wl", False),
    ("as you type: name", "/people/search?q=" + urllib.parse.quote("吴例"), False),
    ("API", "/api/v1/people", True),
]


class Server:
    def __init__(self, data):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        command = [yanzhen, "serve", "--data", data, "--listen", f"127.0.0.1:{self.port}"]
        self.process = subprocess.Popen(command, **quiet)
        while True:
            try:
                self.ask("GET", "/login")
                break
            except OSError:
                time.sleep(0.01)
        with open(os.path.join(data, "accounts.txt"), encoding="utf-8") as accounts:
            login, word = accounts.readline().split()
        answer, _ = self.ask("POST", "/login", urllib.parse.urlencode({"login": login, "password": word}))
        self.cookie = answer.getheader("Set-Cookie").split(";")[0]

    def ask(self, method, path, body=None, cookie=None):
        server = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Cookie": cookie} if cookie else {}
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        server.request(method, path, body, headers)
        answer = server.getresponse()
        return answer, answer.read()

    def page(self, path):
        answer, page = self.ask("GET", path, cookie=self.cookie)
        assert answer.status == 200, (path, answer.status)
        return page

    def send(self, name, content):
        """Uploads a roster or forms; gives the preview's path and how long upload and preview took."""
        csrf = re.search(r'name="csrf" content="([^"]+)"', self.page("/people").decode()).group(1)
        head = f'--line\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        body = head.encode() + content + b"\r\n--line--\r\n"
        server = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        headers = {"Cookie": self.cookie, "Content-Type": "multipart/form-data; boundary=line"}
        started = time.perf_counter()
        server.request("POST", f"/people/import?csrf={csrf}", body, headers)
        answer = server.getresponse()
        told = answer.read()
        assert answer.status == 303, told.decode()[-2000:]
        path = answer.getheader("Location")
        sent = time.perf_counter() - started
        started = time.perf_counter()
        page = self.page(path).decode()
        return path, page, csrf, sent, time.perf_counter() - started

    def post(self, path, **fields):
        started = time.perf_counter()
        answer, told = self.ask("POST", path, urllib.parse.urlencode(fields), self.cookie)
        assert answer.status == 303, (path, answer.status, told.decode()[-2000:])
        return answer.getheader("Location"), time.perf_counter() - started

    def imported(self, what, name, content):
        """Imports a file and takes it back; says how long each step took."""
        path, page, csrf, sent, preview = self.send(name, content)
        n = re.search(r"导入 ([0-9,]+) 行", page).group(1)
        mark = re.search(r'name="mark" value="([^"]+)"', page).group(1)
        batch, wrote = self.post(path + "/confirm", csrf=csrf, mark=mark)
        _, undone = self.post(batch + "/undo", csrf=csrf)
        print(f"{what:<34} {n:>7} people  upload {sent:>5.2f} s  preview {preview:>5.2f} s"
              f"  write {wrote:>5.2f} s  undo {undone:>5.2f} s", flush=True)

    def statements(self):
        # Asking counts too: of the jobs' states.
        return int(re.search(rb"yanzhen_statements_total (\d+)", self.ask("GET", "/metrics")[1]).group(1))

    def asked(self, path):
        self.page(path)
        before = self.statements()
        own = self.statements() - before
        before = self.statements()
        self.page(path)
        return self.statements() - before - own

    def alone(self, path, times=30):
        took = []
        for _ in range(times):
            started = time.perf_counter()
            self.page(path)
            took.append(time.perf_counter() - started)
        return sorted(took)[len(took) // 2] * 1000

    def load(self, path):
        wrk = ["wrk", "-t1", "-c16", f"-d{seconds}s", "--latency", "-H", f"Cookie: {self.cookie}"]
        told = subprocess.run(wrk + [f"http://127.0.0.1:{self.port}{path}"], capture_output=True, text=True, check=True).stdout
        one = lambda pattern: re.search(pattern, told).group(1)
        assert "Non-2xx" not in told, told
        return float(one(r"Requests/sec:\s+([\d.]+)")), one(r"50%\s+(\S+)"), one(r"99%\s+(\S+)")

    def stop(self):
        self.process.terminate()
        self.process.wait()


def villages(data):
    """The villages of the county, as offices name them."""
    [name] = [n for n in os.listdir(os.path.join(data, "counties")) if n.endswith(".sqlite")]
    db = sqlite3.connect(f"file:{os.path.join(data, 'counties', name)}?mode=ro", uri=True)
    sql = "select t.name, v.short from place v join place t on t.code = v.township and t.level = 'township' " \
          "where v.level = 'village' order by v.code"
    return db.execute(sql).fetchall()


def number(k):
    """An identity number of the reserved area, with its check digit."""
    born = f"{1960 + k % 40}{1 + k % 12:02}{1 + k % 28:02}"
    digits = f"9900{k // 999 % 100:02}{born}{k % 999:03}"
    weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
    return digits + "10X98765432"[sum(int(d) * w for d, w in zip(digits, weights)) % 11], born


def people(n):
    for k in range(n):
        identity, born = number(k)
        yield k, f"何例{chr(0x4E00 + k % 3000)}{chr(0x4E00 + k // 3000)}", identity, born


def roster(places, n):
    out = io.StringIO()
    write = csv.writer(out).writerow
    write(["例山县村干部名册"])
    write("乡镇 村 姓名 性别 出生年月 身份证号 民族 政治面貌 入党时间 学历 现任职务 联系电话".split())
    for k, name, identity, born in people(n):
        town, village = places[k % len(places)]
        sex = "男" if int(identity[16]) % 2 else "女"
        write([town, village, name, sex, f"{born[:4]}.{int(born[4:6])}", identity, "汉族", "中共党员", "2005年7月",
               "大专", "", f"1000{k:07}"])
    return out.getvalue().encode()


def forms(places, n):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bundle:
        for k, name, identity, born in people(n):
            town, village = places[k % len(places)]
            family = "".join(f"<Item><ChengWei>{w}</ChengWei><XingMing>例{w}</XingMing></Item>" for w in ("妻子", "父亲"))
            bundle.writestr(f"{k}.lrmx", f"""<?xml version="1.0" encoding="UTF-8"?>
<Person><XingMing>{name}</XingMing><XingBie>{"男" if int(identity[16]) % 2 else "女"}</XingBie>
<ChuShengNianYue>{born[:6]}</ChuShengNianYue><MinZu>汉族</MinZu><RuDangShiJian>200507</RuDangShiJian>
<QuanRiZhiJiaoYu_XueLi>大专</QuanRiZhiJiaoYu_XueLi><XianRenZhiWu>{town}{village}村民小组长</XianRenZhiWu>
<JianLi>2004.09--2010.06  例山县务农\n2010.06--         {village}做村务</JianLi>
<JiaTingChengYuan>{family}</JiaTingChengYuan><ShenFenZheng>{identity}</ShenFenZheng></Person>""")
    return out.getvalue()


print(f"machine: {os.cpu_count()} cores, the load tool among them; SQLite; 16 connections, {seconds} s a page")
rates, alone = {}, {}
for persons in (4_000, 40_000):
    data = os.path.join(folder, str(persons))
    if not os.path.exists(os.path.join(data, "accounts.txt")):
        subprocess.run(["rm", "-rf", data], check=True)
        os.makedirs(data, exist_ok=True)
        started = time.perf_counter()
        subprocess.check_call([bench, "people", data, str(persons)], stdout=subprocess.DEVNULL)
        print(f"\n{persons:,} persons written in {time.perf_counter() - started:.1f} s")
    server = Server(data)
    try:
        print(f"\n{persons:,} persons{'':<24} SQL  KB HTML  alone ms  requests/s       p50       p99")
        for name, path, _ in PAGES:
            size = len(server.page(path)) / 1000
            statements = server.asked(path)
            alone[persons, name] = server.alone(path)
            rate, middle, most = server.load(path)
            rates[persons, name] = rate
            print(f"{name:<38} {statements:>3} {size:>8.1f} {alone[persons, name]:>9.2f} {rate:>11,.0f} {middle:>9} {most:>9}")
        print(f"{'files that may be of one person':<38} {'':>3} {'':>8} {server.alone('/people/duplicates', 5):>9.0f}")
        if persons == 4_000:
            places = villages(data)
            server.imported("roster of 10,000 rows (CSV)", "名册.csv", roster(places, 10_000))
            server.imported("400 appointment forms (ZIP)", "审批表.zip", forms(places, 400))
    finally:
        server.stop()
print(f"\nforty thousand against four thousand: time of a page alone, and under load (at most 1.5)")
for name, _, bound in PAGES:
    one = alone[40_000, name] / alone[4_000, name]
    many = rates[4_000, name] / rates[40_000, name]
    print(f"{name:<38} {one:>6.2f} {many:>6.2f}{'' if not bound or many <= 1.5 else '  TOO SLOW'}")
