#!/usr/bin/env python3
"""Measures for people.sh: what happens on a pseudo-terminal, and what a trace says. Exit status 1: a promise is not kept."""
import collections
import fcntl
import json
import os
import pty
import re
import select
import struct
import sys
import termios
import time


def median(values):
    return sorted(values)[len(values) // 2]


def quantile(values, share):
    return sorted(values)[min(int(len(values) * share), len(values) - 1)]


class Terminal:
    """A program on a pseudo-terminal."""

    def __init__(self, args, rows=24, columns=80):
        self.began = time.perf_counter()
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.environ.update(TERM="xterm", LC_ALL="C.UTF-8")
            os.environ.pop("CI", None)
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
            os.execv(args[0], args)
        self.status = None

    def read(self, timeout=None):
        """What comes next; None at the end, b"" after so many seconds without anything."""
        if not select.select([self.fd], [], [], timeout)[0]:
            return b""
        try:
            return os.read(self.fd, 65536) or None
        except OSError:
            return None

    def end(self):
        """Waits; returns seconds, and processor time of all."""
        while self.read() is not None:
            pass
        _, self.status, usage = os.wait4(self.pid, 0)
        os.close(self.fd)
        return time.perf_counter() - self.began, usage.ru_utime + usage.ru_stime


def null(gokbuild, tree, out):
    """Nothing changed: a hundred times in turn."""
    base = [gokbuild, "-C", tree, "O=" + out, "-j2"]
    watch = ["--json=/dev/null", "--trace=/dev/null", "--report=/dev/null", "--sarif=/dev/null"]
    kinds = {"never": ["--progress=never"], "auto": ["--progress=auto"], "all that watches": ["--progress=auto"] + watch}
    wall, cpu = collections.defaultdict(list), collections.defaultdict(list)
    for _ in range(100):
        for kind, more in kinds.items():
            w, c = Terminal(base + more).end()
            wall[kind].append(w * 1000)
            cpu[kind].append(c * 1000)
    for kind in kinds:
        print(f"{kind:18} median {median(wall[kind]):.1f} ms, least {min(wall[kind]):.1f} ms; processor time {median(cpu[kind]):.1f} ms")
    by = median(wall["auto"]) - median(wall["never"])
    print(f"the status line costs {by:+.2f} ms (median of the differences of neighbours {median([a - n for a, n in zip(wall['auto'], wall['never'])]):+.2f} ms), "
          f"of processor time {median(cpu['auto']) - median(cpu['never']):+.2f} ms")
    return by <= 1


def seconds(text):
    total = 0
    for part in text.split(":"):
        total = total * 60 + int(part)
    return total


def eta(gokbuild, tree):
    """Rebuilds after a change of the header: what the line says from a fifth on, against when it ended."""
    args = [gokbuild, "-C", tree, "-j2"]
    header = os.path.join(tree, "one.h")
    Terminal(args).end()
    good = 0
    for turn in range(10):
        with open(header, "a", encoding="ascii") as f:
            f.write(f"#define TURN_{turn} {turn}\n")
        term, said, tail = Terminal(args, 24, 100), [], b""
        while (data := term.read()) is not None:
            tail = (tail + data)[-400:]
            if m := list(re.finditer(rb"(\d+:\d\d(?::\d\d)?)  left ~(\d+:\d\d(?::\d\d)?) \]", tail)):
                said.append((time.perf_counter() - term.began, seconds(m[-1][2].decode())))
        wall, _ = term.end()
        if term.status:
            print("the build fails:", tail.decode(errors="replace"))
            return False
        wrong = [(abs(at + left - wall) / wall, at, left) for at, left in said if at >= wall / 5]
        # Of what is left, where that is more than two seconds: the line shows whole ones.
        rest = [abs(left - (wall - at)) / (wall - at) for at, left in said if at >= wall / 5 and wall - at > 2]
        worst = max(wrong, default=(9, 0, 0))
        ok = worst[0] <= 0.25 and len(wrong) > 5
        good += ok
        print(f"{turn + 1:2}: {wall:.1f} s, told {len(said)} times; the end at most {100 * worst[0]:.0f} % off (after {worst[1]:.1f} s: {worst[2]} s left); "
              f"the rest {100 * median(rest or [9]):.0f} % off in the middle, {100 * max(rest, default=9):.0f} % at most" + ("" if ok else "  BAD"))
    print(f"{good} of 10 within 25 %")
    return good >= 8


def trace(name, account, jobs):
    """Lanes, and processor time."""
    events = json.load(open(name))["traceEvents"]
    processes = {e["pid"]: e["args"]["name"] for e in events if e["ph"] == "M" and e["name"] == "process_name"}
    until, lanes, told = {}, set(), {}
    overlaps = 0
    for e in events:
        if e["ph"] != "X":
            continue
        lane = e["pid"], e["tid"]
        if e["ts"] < until.get(lane, 0) - 0.15:
            overlaps += 1
        until[lane] = e["ts"] + e.get("dur", 0)
        if "cpu_ms" in e.get("args", {}):
            lanes.add(lane)
            kind, _, target = e["name"].partition(" ")
            if kind in ("CC", "AS") and target:
                told[target] = told.get(target, 0) + e["args"]["cpu_ms"] * 1000
    measured = collections.Counter()
    for line in open(account):
        out, us = line.rsplit(" ", 1)
        measured[out] += int(us)
    both = [t for t in told if t in measured]
    ours, theirs = sum(told[t] for t in both), sum(measured[t] for t in both)
    off = abs(ours / theirs - 1)
    print(f"{len(events)} events, {len(lanes)} lanes of commands ({', '.join(processes.values())}), {overlaps} overlaps; {len(both)} of {len(told)} compilations "
          f"measured: {ours / 1e6:.2f} s told, {theirs / 1e6:.2f} s by the wrapper, {100 * off:.2f} % off")
    return overlaps == 0 and len(lanes) <= int(jobs) and off <= 0.02 and len(both) > 100


def menu(gokbuild, tree, out):
    """menuconfig: until the first screen, and until a key is answered."""
    args = [gokbuild, "-s", "-C", tree, "O=" + out, "menuconfig"]
    times = []
    for turn in range(8):
        term, seen = Terminal(args), b""
        while b"F5 undo" not in seen:  # the last row, which is drawn last
            data = term.read(60)
            if not data:
                print("no screen:", seen[-500:])
                return False
            seen += data
        if turn:
            times.append((time.perf_counter() - term.began) * 1000)
        else:
            print(f"first screen, probes not remembered: {(time.perf_counter() - term.began) * 1000:.0f} ms")
        while term.read(0.3):
            pass
        answers = []
        if turn == 7:
            keys = [b"\x1b[B"] * 8 + [b"\x1b[A"] * 4 + [b"\x1b[6~", b"\x1b[5~", b"\r", b"\x1b[B", b"\x1b[B", b"\x1b\x1b", b" ", b"\x1b\x1b", b"\x1b[C", b"\x1b[D"]
            for i in range(200):
                began = time.perf_counter()
                os.write(term.fd, keys[i % len(keys)])
                last = began
                while term.read(0.12 if keys[i % len(keys)][-1:] != b"\x1b" else 0.5):
                    last = time.perf_counter()
                if last > began:
                    answers.append((last - began) * 1000)
        os.kill(term.pid, 15)
        term.end()
    print(f"first screen, probes remembered: median {median(times):.0f} ms, most {max(times):.0f} ms")
    print(f"{len(answers)} of 200 keys were answered: median {median(answers):.1f} ms, p99 {quantile(answers, 0.99):.1f} ms, most {max(answers):.1f} ms")
    return median(times) <= 300 and quantile(answers, 0.99) <= 30


if not {"null": null, "eta": eta, "trace": trace, "menu": menu}[sys.argv[1]](*sys.argv[2:]):
    print("NOT as promised")
    sys.exit(1)
