"""A demo of its own behind a server of its own, browsers without windows that ask it, and times told."""
import contextlib, http.client, os, re, shutil, socket, subprocess, time, urllib.parse

QUIET = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


class Served:
    """The demo in a folder, made anew, and its server on a free port."""

    def __init__(self, yanzhen, data):
        self.data = data
        shutil.rmtree(data, ignore_errors=True)
        subprocess.run([yanzhen, "demo", "--data", data, "--no-serve"], check=True, **QUIET)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        listen = ["--listen", f"127.0.0.1:{self.port}"]
        self.server = subprocess.Popen([yanzhen, "serve", "--data", data, *listen], **QUIET)
        while True:
            try:
                http.client.HTTPConnection("127.0.0.1", self.port, timeout=1).request("GET", "/healthz")
                break
            except OSError:
                time.sleep(0.05)
        self.words = {}
        for line in open(os.path.join(data, "accounts.txt"), encoding="utf-8"):
            cells = line.rstrip("\n").split("\t")
            if len(cells) == 4 and cells[0] != "账号":
                self.words[cells[0]] = cells[1]

    def browser(self, login):
        return Browser(self.port, login, self.words[login])

    def resident(self):
        """MiB that the server holds."""
        status = open(f"/proc/{self.server.pid}/status").read()
        return int(re.search(r"VmRSS:\s+(\d+)", status).group(1)) // 1024

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.terminate()
        self.server.wait()


class Browser:
    def __init__(self, port, login, word):
        self.line = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self.cookie, self.csrf = "", ""
        answer, _ = self.ask("POST", "/login", urllib.parse.urlencode({"login": login, "password": word}))
        self.cookie = answer.getheader("Set-Cookie").split(";")[0]
        self.csrf = re.search(r'name="csrf" content="([^"]+)"', self.page("/account")).group(1)

    def ask(self, method, path, body=None, kind="application/x-www-form-urlencoded"):
        headers = {"Cookie": self.cookie, "X-CSRF": self.csrf}
        if body is not None:
            headers["Content-Type"] = kind
        self.line.request(method, path, body, headers)
        answer = self.line.getresponse()
        return answer, answer.read().decode("utf-8", "replace")

    def page(self, path):
        answer, page = self.ask("GET", path)
        assert answer.status == 200, (path, answer.status, plain(page))
        return page

    def send(self, path, fields):
        """Sends a form that must be taken; gives where it leads."""
        answer, page = self.ask("POST", path, urllib.parse.urlencode(fields))
        assert answer.status == 303, (path, answer.status, plain(page))
        return answer.getheader("Location")


def plain(page):
    """What a page says, without its marks: for whoever reads why something was refused."""
    body = page.split("<main", 1)[-1]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))[:600]


@contextlib.contextmanager
def timed(into):
    """Adds the seconds that a block took to a list."""
    started = time.perf_counter()
    yield
    into.append(time.perf_counter() - started)


def told(name, all):
    """Prints how often something was done and how long it took; gives the p99 in ms."""
    all = sorted(all)
    p = lambda q: all[min(len(all) - 1, int(q * len(all)))] * 1000
    print(f"{name:<44} {len(all):>6} times  median {p(0.5):7.1f} ms  p99 {p(0.99):7.1f} ms  most {all[-1] * 1000:7.1f} ms", flush=True)
    return p(0.99)
