"""web.py YANZHEN FOLDER: start to first page, memory, and the formation view under load, signed in, as wrk measures it."""
import http.client, os, re, socket, subprocess, sys, time, urllib.parse

yanzhen, folder = sys.argv[1:3]
quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
started = time.perf_counter()
subprocess.check_call([yanzhen, "demo", "--data", folder, "--no-serve"], **quiet)
print(f"four invented counties filled (or found)  {time.perf_counter() - started:>7.2f} s")

with socket.socket() as free:
    free.bind(("127.0.0.1", 0))
    port = free.getsockname()[1]


def ask(method, path, body=None, cookie=None):
    server = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"Cookie": cookie} if cookie else {}
    if body:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    server.request(method, path, body, headers)
    answer = server.getresponse()
    return answer, answer.read()


def resident(pid):
    with open(f"/proc/{pid}/status") as status:
        return int(re.search(r"VmRSS:\s+(\d+)", status.read()).group(1)) / 1024


started = time.perf_counter()
server = subprocess.Popen([yanzhen, "demo", "--data", folder, "--listen", f"127.0.0.1:{port}"], **quiet)
try:
    while True:
        try:
            ask("GET", "/login")
            break
        except OSError:
            time.sleep(0.002)
    print(f"start to first page                       {time.perf_counter() - started:>7.3f} s")
    print(f"resident with four counties open          {resident(server.pid):>7.0f} MiB")
    with open(os.path.join(folder, "accounts.txt"), encoding="utf-8") as accounts:
        words = dict(line.split("\t")[:2] for line in accounts if "\t" in line)
    for login, place in (("zuzhi", "17 townships"), ("zuzhi02", "14 townships"), ("zuzhi04", "30 townships")):
        form = urllib.parse.urlencode({"login": login, "password": words[login]})
        answer, _ = ask("POST", "/login", form)
        cookie = answer.getheader("Set-Cookie").split(";")[0]
        _, page = ask("GET", "/", cookie=cookie)
        tiles = page.count(b'class="yz-tile is-') - page.count(b"is-key")
        print(f"\nformation view, {place}, {tiles} villages: {len(page) / 1024:.1f} KB of HTML")
        wrk = ["wrk", "-t1", "-c16", "-d10s", "--latency", "-H", f"Cookie: {cookie}", f"http://127.0.0.1:{port}/"]
        told = subprocess.run(wrk, capture_output=True, text=True, check=True).stdout
        print("\n".join(line for line in told.splitlines() if re.search(r"50%|99%|Requests/sec|Non-2xx", line)))
    print(f"\nresident after the load                   {resident(server.pid):>7.0f} MiB")
finally:
    server.terminate()
    server.wait()
