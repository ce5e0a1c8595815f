"""people.py YANZHEN FOLDER BENCH: the list of people at 4,000 and 40,000 persons, signed in, as wrk measures it.

Every page is made anew for each request: nothing is kept of a page between two. Statements are counted by the server.
"""
import http.client, os, re, socket, subprocess, sys, time, urllib.parse

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

    def alone(self, path):
        took = []
        for _ in range(30):
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
    finally:
        server.stop()
print(f"\nforty thousand against four thousand: time of a page alone, and under load (at most 1.5)")
for name, _, bound in PAGES:
    one = alone[40_000, name] / alone[4_000, name]
    many = rates[4_000, name] / rates[40_000, name]
    print(f"{name:<38} {one:>6.2f} {many:>6.2f}{'' if not bound or many <= 1.5 else '  TOO SLOW'}")
