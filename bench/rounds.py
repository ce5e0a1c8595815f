"""rounds.py YANZHEN FOLDER: a round of 293 villages and 63 indicators while its 26 raters work at once.

The demo's round of this year is marked by 26 browsers at once over the accounts that the demo makes, each in a thread of
its own: it opens sheets and saves a cell every PACE seconds (1; somebody who types fast), from a moment of its own on. Then
the county looks at board and results. SECONDS says for how long (20).
"""
import json, os, re, sys, threading, time

from served import Served, timed, told

yanzhen, folder = sys.argv[1:3]
seconds, pace = int(os.environ.get("SECONDS", "20")), float(os.environ.get("PACE", "1"))
RATERS = 26

with Served(yanzhen, os.path.join(folder, "rounds")) as demo:
    office = demo.browser("zuzhi")
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
        me = demo.browser(logins[k % 4])
        own = re.findall(r'href="(/sheets/\d+)', me.page("/sheets"))
        turn = k
        # Signing in is not what is measured; nobody types in step with the others.
        begun.wait()
        stop = time.time() + seconds
        time.sleep(k * pace / RATERS)
        while time.time() < stop:
            path = own[turn % len(own)]
            with timed(opened):
                page = me.page(path)
            cells = re.findall(r'id="c-(\d{12})-([A-Z]\d+)"', page)
            for code, column in cells[turn % 7 :: 7][:40]:
                body = json.dumps({"cells": [{"code": code, "column": column, "value": "0.5" if turn % 2 else "1"}]})
                with timed(saved):
                    answer, said = me.ask("POST", f"{path}/cells", body, "application/json")
                if answer.status != 200:
                    faults.append((answer.status, said[:200]))
                if time.time() > stop:
                    break
                time.sleep(pace)
            turn += 1

    threads = [threading.Thread(target=work, args=(k,)) for k in range(RATERS)]
    [t.start() for t in threads]
    [t.join() for t in threads]

    print(f"{RATERS} raters at once for {seconds} s, each saving a cell every {pace} s, {len(sheets)} sheets of units on the board")
    told("a sheet opens", opened)
    told("a cell is saved", saved)
    if faults:
        print("refused:", len(faults), faults[0])
    for name, path in [("board with its preview", now), ("missing cells", now + "/missing"), ("results, 293 villages", last + "/results")]:
        took = []
        for _ in range(20):
            with timed(took):
                office.page(path)
        told(name, took)
    why = re.search(rf'href="({last}/results/\d+)', office.page(last + "/results")).group(1)
    took = []
    for _ in range(20):
        with timed(took):
            office.page(why)
    told("why one village has its grade", took)
    took = []
    for _ in range(20):
        with timed(took):
            office.ask("GET", now + "/tables/results.csv")
    told("all results computed anew, as CSV", took)
    print("resident:", demo.resident(), "MiB")
