"""rounds.py YANZHEN FOLDER: a round of 293 villages and 63 indicators while its 26 raters work at once.

The demo's round of this year is marked by 26 browsers at once over the accounts that the demo makes, each in a thread of
its own: it opens sheets and saves a cell every PACE seconds (1; somebody who types fast), from a moment of its own on. Then
the county looks at board and results. SECONDS says for how long (20).
"""
import http.client, json, os, re, shutil, socket, subprocess, sys, threading, time, urllib.parse

yanzhen, folder = sys.argv[1:3]
seconds, pace = int(os.environ.get("SECONDS", "20")), float(os.environ.get("PACE", "1"))
RATERS = 26
data = os.path.join(folder, "rounds")
shutil.rmtree(data, ignore_errors=True)
quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
subprocess.run([yanzhen, "demo", "--data", data, "--no-serve"], check=True, **quiet)
with socket.socket() as free:
    free.bind(("127.0.0.1", 0))
    port = free.getsockname()[1]
server = subprocess.Popen([yanzhen, "serve", "--data", data, "--listen", f"127.0.0.1:{port}"], **quiet)


class Browser:
    def __init__(self, login, word):
        self.line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookie, self.csrf = "", ""
        answer, _ = self.ask("POST", "/login", urllib.parse.urlencode({"login": login, "password": word}))
        self.cookie = answer.getheader("Set-Cookie").split(";")[0]
        page = self.page("/account")
        self.csrf = re.search(r'name="csrf" content="([^"]+)"', page).group(1)

    def ask(self, method, path, body=None, kind="application/x-www-form-urlencoded"):
        headers = {"Cookie": self.cookie, "X-CSRF": self.csrf}
        if body:
            headers["Content-Type"] = kind
        self.line.request(method, path, body, headers)
        answer = self.line.getresponse()
        return answer, answer.read().decode()

    def page(self, path):
        answer, page = self.ask("GET", path)
        assert answer.status == 200, (path, answer.status)
        return page


def accounts():
    found = {}
    for line in open(os.path.join(data, "accounts.txt"), encoding="utf-8"):
        cells = line.rstrip("\n").split("\t")
        if len(cells) == 4 and cells[0] != "账号":
            found[cells[0]] = cells[1]
    return found


try:
    while True:
        try:
            http.client.HTTPConnection("127.0.0.1", port, timeout=1).request("GET", "/healthz")
            break
        except OSError:
            time.sleep(0.05)
    words = accounts()
    office = Browser("zuzhi", words["zuzhi"])
    rounds = re.findall(r'<a href="(/rounds/\d+)">[^<]*(\d{4})年度', office.page("/rounds"))
    now = next(path for path, year in rounds if year == "2026")
    last = next(path for path, year in rounds if year == "2025")
    board = office.page(now)
    sheets = sorted(set(re.findall(rf"{now}/sheets/(\d+)", board)))
    opened, saved, faults = [], [], []
    begun = threading.Barrier(RATERS)
    # As many raters as the round has, over the accounts that the demo makes.
    logins = ["pingfen", "jijian", "zhen", "zhen2"]

    def work(k):
        me = Browser(logins[k % 4], words[logins[k % 4]])
        own = re.findall(r'href="(/sheets/\d+)', me.page("/sheets"))
        turn = k
        # Signing in is not what is measured; nobody types in step with the others.
        begun.wait()
        stop = time.time() + seconds
        time.sleep(k * pace / RATERS)
        while time.time() < stop:
            path = own[turn % len(own)]
            started = time.perf_counter()
            page = me.page(path)
            opened.append(time.perf_counter() - started)
            cells = re.findall(r'id="c-(\d{12})-([A-Z]\d+)"', page)
            for code, column in cells[turn % 7 :: 7][:40]:
                body = json.dumps({"cells": [{"code": code, "column": column, "value": "0.5" if turn % 2 else "1"}]})
                started = time.perf_counter()
                answer, told = me.ask("POST", f"{path}/cells", body, "application/json")
                saved.append(time.perf_counter() - started)
                if answer.status != 200:
                    faults.append((answer.status, told[:200]))
                if time.time() > stop:
                    break
                time.sleep(pace)
            turn += 1

    threads = [threading.Thread(target=work, args=(k,)) for k in range(RATERS)]
    [t.start() for t in threads]
    [t.join() for t in threads]

    def told(name, all):
        all = sorted(all)
        p = lambda q: all[min(len(all) - 1, int(q * len(all)))] * 1000
        print(f"{name:<34} {len(all):>6} times  median {p(0.5):7.1f} ms  p99 {p(0.99):7.1f} ms  most {all[-1] * 1000:7.1f} ms")

    print(f"{RATERS} raters at once for {seconds} s, each saving a cell every {pace} s, {len(sheets)} sheets of units on the board")
    told("a sheet opens", opened)
    told("a cell is saved", saved)
    if faults:
        print("refused:", len(faults), faults[0])
    for name, path in [("board with its preview", now), ("missing cells", now + "/missing"), ("results, 293 villages", last + "/results")]:
        took = []
        for _ in range(20):
            started = time.perf_counter()
            office.page(path)
            took.append(time.perf_counter() - started)
        told(name, took)
    why = re.search(rf'href="({last}/results/\d+)', office.page(last + "/results")).group(1)
    took = []
    for _ in range(20):
        started = time.perf_counter()
        office.page(why)
        took.append(time.perf_counter() - started)
    told("why one village has its grade", took)
    took = []
    for _ in range(20):
        started = time.perf_counter()
        answer, _ = office.ask("GET", now + "/tables/results.csv")
        took.append(time.perf_counter() - started)
    told("all results computed anew, as CSV", took)
    pages = open(f"/proc/{server.pid}/status").read()
    print("resident:", int(re.search(r"VmRSS:\s+(\d+)", pages).group(1)) // 1024, "MiB")
finally:
    server.terminate()
    server.wait()
