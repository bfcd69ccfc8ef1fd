#!/usr/bin/env python3
"""Random keys in the tree's own front end and in ours: menuwalk.py ORIGINAL OURS TREE CONFIG [--size=80x24] [--keys=500] [--seed=1] [--kconfig=Config.in] [--env='A=b …']

ORIGINAL is the tree's mconf or nconf, OURS a link of the same name to gokbuild, CONFIG a .config to begin with, or "small" for
testdata/menuconfig/Kconfig. U-Boot wants --env='UBOOTVERSION=1 LC_ALL=C', BusyBox --kconfig=Config.in. After each key both screens must be equal, at the end what was written and the exit status. What differs
on purpose (docs/menuconfig.md) is left out: those keys are not pressed, or `allowed` takes the difference away. A seed says all keys.
Exit status 1: something differs.
"""
import argparse
import filecmp
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


class Server:
    """A tmux of our own, asked through one client in control mode: no process for each question."""

    def __init__(self, socket):
        self.socket = socket
        self.p = None

    def start(self, name, columns, rows, command):
        subprocess.run(["tmux", "-S", self.socket, "-f", "/dev/null", "new-session", "-d", "-s", name, "-x", str(columns), "-y", str(rows), command], check=True)
        if self.p is None:
            subprocess.run(["tmux", "-S", self.socket, "new-session", "-d", "-s", "control", "sleep 100000"], check=True)
            self.p = subprocess.Popen(["tmux", "-S", self.socket, "-C", "attach-session", "-t", "control"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            self.answer()

    def answer(self):
        lines = []
        inside = False
        while True:
            line = self.p.stdout.readline().decode(errors="replace").rstrip("\n")
            if line.startswith("%begin"):
                inside = True
            elif inside and line.startswith(("%end", "%error")):
                return lines
            elif inside:
                lines.append(line)

    def ask(self, command):
        self.p.stdin.write((command + "\n").encode())
        self.p.stdin.flush()
        return self.answer()

    def screen(self, name):
        return self.ask(f"capture-pane -p -t {name}")

    def selected(self, name, program):
        """The rows with what is selected: mconf shows it on blue, nconf in reverse video."""
        mark = re.compile(r"(?<!\x1b\[36m)\x1b\[44m" if program == "mconf" else r"\x1b\[(\d+;)*7(;\d+)*m")
        return [i for i, line in enumerate(self.ask(f"capture-pane -p -e -t {name}")) if mark.search(line) and "F1" not in line]

    def keys(self, name, key):
        if len(key) == 1:
            self.ask(f"send-keys -t {name} -H {ord(key):x}")
        else:
            self.ask(f"send-keys -t {name} {key}")

    def end(self):
        subprocess.run(["tmux", "-S", self.socket, "kill-server"], stderr=subprocess.DEVNULL)


class Walk:
    """The keys, chosen by what is on the screen."""

    MOVES = ["Up", "Down", "Down", "Down", "PgUp", "PgDn", "-", "+"]

    def __init__(self, program, seed, small):
        self.nconf = program == "nconf"
        # In a whole tree the original takes minutes for the symbols of a pattern that all have.
        self.patterns = self.PATTERNS if small else [p for p in self.PATTERNS if p not in (".", "()")]
        self.random = random.Random(seed)
        self.typed = []

    def text(self, lines):
        return "\n".join(lines)

    def next(self, lines):
        """The keys of the next step, and a few words about it."""
        if self.typed:
            return self.typed.pop(0)
        screen, r = self.text(lines), self.random
        return self.nconf_key(screen, r) if self.nconf else self.mconf_key(screen, r)

    def type(self, text, end, clear=0):
        self.typed = [["BSpace"]] * clear + [[c] if c != " " else ["Space"] for c in text] + [[end]]
        return self.typed.pop(0)

    NAMES = ["alt", "a b", "sub/dir/x", "alt", ".", "..", "-x", "nothing", "x" * 40, "%s%n", "a'b\"c", "sub", ".config", "~", "$HOME", "#"]
    PATTERNS = ["usb_s", "^NET$", "CONFIG_PCI", "smp$", "x86_[0-9]", "config_", "zzzz", "M1", "b.s", "^C", "card|old", "e1000", "()", "a b", "HIDDEN", "."]
    VALUES = ["7", "0", "10", "-1", "007", "0x7", "x", "", "1f", "0x", "-", "99999999999999999999", " 5", "5 ", "a b", "\"q\"", "\\", "#", "0xFFFFFFFFF", "1e3"]

    def mconf_key(self, screen, r):
        if "Do you wish to save" in screen:
            return r.choice([["Escape", "Escape"], ["Escape", "Escape"], ["Right"], ["Tab"], ["Left"]])
        if "Enter a filename to which" in screen or "Enter the name of the configuration" in screen:
            return self.type(r.choice(self.NAMES), r.choice(["Enter", "Enter", "Enter", "Tab"]), 45) if r.random() < 0.6 else r.choice([["Escape", "Escape"], ["Tab"], ["Enter"], ["Left"], ["Down"], ["Up"], ["h"]])
        if "Enter (sub)string" in screen or "Enter CONFIG_ (sub)string" in screen:
            return self.type(r.choice(self.patterns), "Enter") if r.random() < 0.8 else r.choice([["Escape", "Escape"], ["Tab"], ["Enter"], ["Up"]])
        if "< Ok >" in screen or re.search(r"<  Ok  >", screen):
            return self.type(r.choice(self.VALUES), r.choice(["Enter", "Enter", "Enter", "Tab", "Down"]), r.choice([0, 0, 3, 25])) if r.random() < 0.5 else r.choice(
                [["Escape", "Escape"], ["Tab"], ["Enter"], ["Left"], ["Right"], ["BSpace"], ["Down"], ["Up"], ["Tab"]])
        if "navigate this window" in screen:  # a choice: PgUp and PgDn are keys of ours
            return r.choice([["Up"], ["Down"], ["-"], ["+"], ["Space"], ["Enter"], ["?"], ["h"], ["s"], ["x"], ["Tab"], ["a"], ["e"], ["Escape", "Escape"]])
        if "< Exit >" in screen and "<Select>" not in screen and "< Help >" not in screen:
            return r.choice([["Up"], ["Down"], ["PgUp"], ["PgDn"], ["Home"], ["End"], ["Space"], ["b"], ["d"], ["u"], ["j"], ["k"], ["h"], ["l"], ["0"], ["g"], ["G"],
                             ["1"], ["2"], ["3"], ["q"], ["e"], ["x"], ["Enter"], ["Enter"], ["Escape", "Escape"], ["Left"], ["Right"]])
        return r.choice([[k] for k in self.MOVES * 3 + ["y", "n", "m", "Space", "Space", "Enter", "Enter", "Enter", "?", "h", "/", "z", "Tab", "Right", "Left", "s",
                                                        "1", "9", "a", "b", "p", "t", "v", "i", "u", "d", "c"]] + [["Escape", "Escape"]] * 3)

    def nconf_key(self, screen, r):
        if "Do you want to save" in screen or "save your new configuration" in screen:
            return r.choice([["Escape"], ["Right"], ["Left"]])
        if re.search(r"Enter (a filename|the name|.*string)", screen):
            return self.type(r.choice(self.patterns if "(sub)string" in screen else self.NAMES), "Enter", 45) if r.random() < 0.6 else r.choice([["Escape"], ["Enter"], ["Left"], ["Home"], ["End"], ["DC"]])
        if screen.count("F9") == 0 or "< Ok >" in screen or "<OK>" in screen:
            return r.choice([["Escape"], ["Enter"], ["Down"], ["Up"], ["PgDn"], ["PgUp"]])
        return r.choice([[k] for k in ["Up", "Down", "Down", "Down", "PgUp", "PgDn", "Home", "End", "j", "k"] * 3 + ["y", "n", "m", "Space", "Space", "Enter", "Enter", "Right", "Right", "Left",
                                                                                                                "?", "h", "4", "F4", "F2", "2", "F8", "8", "F6", "F7", "F5", "1"]] + [["Escape"]] * 2)


def allowed(lines):
    """What differs on purpose, taken away."""
    out = []
    for line in lines:
        line = re.sub(r"^(  [│x] )The pattern cannot be understood:.* ([│x])$", r"\1\2", line)
        if not re.fullmatch(r"  [│x] *[│x]?", line):
            out.append(line)
    return out


def main():
    p = argparse.ArgumentParser()
    for name in ("original", "ours", "tree", "config"):
        p.add_argument(name)
    p.add_argument("--size", default="80x24")
    p.add_argument("--keys", type=int, default=500)
    p.add_argument("--seed", type=int, default=1)
    p.add_argument("--arch", default="x86")
    p.add_argument("--kconfig", default="Kconfig", help="where the tree's language begins")
    p.add_argument("--env", default="", help="more variables, as the shell writes them")
    p.add_argument("--keep", help="a folder for screens that differ")
    a = p.parse_args()
    program = os.path.basename(a.original)
    columns, rows = map(int, a.size.split("x"))
    work = tempfile.mkdtemp()
    server = Server(work + "/socket")
    try:
        return play(a, program, columns, rows, work, server)
    finally:
        server.end()
        shutil.rmtree(work)


def play(a, program, columns, rows, work, server):
    who = ["original", "ours"]
    for name, exe in zip(who, (a.original, a.ours)):
        # Both see the same path: mount-free, the folder's name has the same length and is shown nowhere.
        folder = f"{work}/{name}"
        os.mkdir(folder)
        kconfig = "Kconfig"
        if a.config == "small":
            shutil.copy(TOP + "/testdata/menuconfig/Kconfig", folder)
        else:
            shutil.copy(a.config, folder + "/.config")
            kconfig = a.tree + "/" + a.kconfig
            scripts = os.path.dirname(os.path.dirname(os.path.abspath(a.original)))
            if os.path.exists(scripts + "/kconfig/lxdialog/lxdialog"):  # an mconf that starts a program for each box, from its folder
                os.symlink(scripts, folder + "/scripts")
        version = "1.2.3"
        env = (f"srctree={a.tree} ARCH={a.arch} SRCARCH={a.arch} KERNELVERSION={version} CC=gcc LD=ld CC_VERSION_TEXT=\"$(gcc --version | head -n1)\" "
               f"RUSTC=rustc BINDGEN=bindgen PAHOLE=pahole CONFIG_SHELL=sh HOSTCC=gcc NM=nm AR=ar OBJCOPY=objcopy KCONFIG_NOTIMESTAMP=1 {a.env}")
        server.start(name, columns, rows, f"cd {folder} && unset TMUX && stty -echo && env LANG=C.UTF-8 LC_ALL=C.UTF-8 HOME={folder} GOKBUILD_CACHE={work}/cache {env} {exe} {kconfig} "
                     f"2>{work}/stderr.{name}; echo \"status $?\"; sleep 1000")
    drop = 0 if program == "nconf" else rows - 1

    def seen(name):
        lines = server.screen(name)
        if program == "nconf" and lines and lines[0].startswith("searching"):
            return lines
        return lines[:drop] + lines[drop + 1:]

    ended = re.compile(r"^status \d+$", re.M)

    def over(name):
        return ended.search("\n".join(server.screen(name)))

    begun = time.time()
    while time.time() - begun < 120:
        if all("Help" in "\n".join(seen(n)) or over(n) for n in who):
            break
        time.sleep(0.05)
    walk, different, run, history = Walk(program, a.seed, a.config == "small"), 0, 0, []
    forgot = False  # the original takes changes for saved after a file that was not there, on purpose ours does not
    size = (columns, rows)
    for step in range(a.keys):
        before = seen("original")
        if over("original"):
            break
        keys = walk.next(before)
        history.append(" ".join(keys))
        for name in who:
            for key in keys:
                server.keys(name, key)
        sent = time.time()
        escape = "Escape" in keys
        while time.time() - sent < (0.4 if escape else 0.12) and seen("original") == before:
            time.sleep(0.01)
        if escape and program == "mconf":
            time.sleep(0.05)
        equal = False
        patience = 120 if "/" in history[-25:] or "F8" in history[-25:] else 4
        polls = 0
        while time.time() - sent < patience or polls < 50:
            polls += 1
            x, y = seen("original"), seen("ours")
            if program == "nconf" and "─ Search Results ─" in "\n".join(x) and "─ Search Results ─" in "\n".join(y):
                equal = True  # what is below the box is another thing on purpose
                break
            if (x == y or allowed(x) == allowed(y)) and server.selected("original", program) == server.selected("ours", program):
                equal = True
                break
            if forgot and over("original") and asks(y):
                equal = True
                break
            time.sleep(0.02)
        if "File does not exist!" in "\n".join(x):
            forgot = True
        elif re.search("configuration written to|No change to", "\n".join(x)):
            forgot = False
        if equal:
            run = 0
            continue
        if "Segmentation" in "\n".join(x):
            print(f"  the original crashed at step {step}: {' '.join(history[-12:])}")
            return 1 if different else 0
        different, run = different + 1, run + 1
        print(f"  DIFFER after step {step}: {' '.join(history[-12:])} (<original >ours)")
        show(x, y)
        if run == 1 and a.keep:
            with open(f"{a.keep}/{program}-{a.seed}-{step}", "w") as f:
                f.write("\n".join(["before:"] + before + ["original:"] + x + ["ours:"] + y) + "\n")
        print("    selected", *server.selected("original", program), "ours", *server.selected("ours", program))
        if run == 3:
            print("  they have lost each other")
            break
    # Leave: out of everything, saving.
    for _ in range(40):
        screen = "\n".join(seen("original"))
        if over("original"):
            break
        key = ["Enter"] if "Do you wish to save" in screen else ["Escape", "Escape"]
        if program == "nconf":
            key = ["Enter"] if "save" in screen and "Do you" in screen else ["F9"]
        for name in who:
            for k in key:
                server.keys(name, k)
        time.sleep(0.35)
    waits = time.time()
    while over("original") and not over("ours") and time.time() - waits < 20 and not (forgot and asks(seen("ours"))):
        time.sleep(0.05)  # it may still be writing
    if forgot and over("original") and asks(seen("ours")):
        for key in ["Right", "Enter", "Enter"] if program == "nconf" else ["n"]:  # not to be saved
            server.keys("ours", key)
            time.sleep(0.35)
    ends = [ended.findall("\n".join(server.screen(n))) for n in who]
    if ends[0] != ends[1]:
        different += 1
        print("  DIFFER: how they ended:", ends)
        print("\n".join(server.screen("ours" if ends[0] else "original")))
    if not same_folders(work + "/original", work + "/ours"):
        different += 1
        print("  DIFFER: what was left")
    print(f"{program} at {a.size}, seed {a.seed}: {len(history)} steps, {different} differ; {ends[0]}")
    return 1 if different else 0


def asks(lines):
    """Whether it is the question of the end."""
    return "wish to save" in "\n".join(lines)


def show(x, y):
    for i in range(max(len(x), len(y))):
        l, r = (x[i] if i < len(x) else ""), (y[i] if i < len(y) else "")
        if l != r:
            print(f"    {i + 1:2} < {l}\n       > {r}")


def same_folders(x, y):
    out = subprocess.run(["diff", "-r", x, y], capture_output=True, text=True)
    if out.returncode:
        print("\n".join(out.stdout.splitlines()[:20]))
    return out.returncode == 0


sys.exit(main())
