#!/usr/bin/env python3
"""Does what `--query=why-off` says would turn a symbol on: why-off.py GOKBUILD TREE WORK [COUNT [SEED]]

COUNT symbols (50) that are off in x86_64_defconfig are chosen at random. The answers named for each are written into a copy of the
configuration, the tree's own conf (make olddefconfig) reads it, and the symbol must be on. WORK is an empty folder. Exit status 1: one is not.
"""
import json
import os
import random
import re
import subprocess
import sys

gokbuild, tree, work = (os.path.abspath(a) for a in sys.argv[1:4])
count, seed = int((sys.argv[4:] or [50])[0]), int((sys.argv[5:] or [random.randrange(1 << 30)])[0])
rng = random.Random(seed)


def make(*args, program=("make",)):
    return subprocess.run([*program, "-s", "-C", tree, "O=" + work, *args], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False)


def names():
    """All symbols that some Kconfig file defines, in a random order."""
    found = set()
    for folder, _, files in os.walk(tree):
        for name in files:
            if name.startswith("Kconfig"):
                with open(os.path.join(folder, name), encoding="utf-8", errors="replace") as f:
                    found.update(re.findall(r"^\s*(?:menu)?config\s+(\w+)\s*$", f.read(), re.M))
    found = sorted(found)
    rng.shuffle(found)
    return found


def value(config, name):
    with open(config, encoding="utf-8") as f:
        m = re.search(rf"^CONFIG_{name}=(.*)$", f.read(), re.M)
    return m[1] if m else "n"


def answered(steps):
    """A copy of the configuration with answers: each behind all that stands there, since the last member of a choice counts."""
    with open(os.path.join(work, ".config"), encoding="utf-8") as f:
        text = f.read()
    for s in steps:
        text = re.sub(rf"^(?:CONFIG_{s['name']}=.*|# CONFIG_{s['name']} is not set)\n", "", text, flags=re.M)
        text += f"# CONFIG_{s['name']} is not set\n" if s["value"] == "n" else f"CONFIG_{s['name']}={s['value']}\n"
    name = os.path.join(work, "answered")
    with open(name, "w", encoding="utf-8") as f:
        f.write(text)
    return name


make("x86_64_defconfig")
some = names()
off, plans, wrong = 0, 0, 0
while plans < count and some:
    asked, some = some[:count], some[count:]
    answer = make("--query=why-off", "--json", *asked, program=(gokbuild,))
    for s in json.loads(answer.stdout)["symbols"]:
        if s["value"] != "n" or s["type"] not in ("bool", "tristate") or plans == count:
            continue
        off += 1
        if not s.get("turnOn"):
            continue
        plans += 1
        config = answered(s["turnOn"])
        make("KCONFIG_CONFIG=" + config, "olddefconfig")
        got, last = value(config, s["name"]), s["turnOn"][-1]
        if got == "n" or last["name"] == s["name"] and last["value"] == "y" != got:
            wrong += 1
            print(f"  WRONG {s['name']} is {got} after {' '.join(t['name'] + '=' + t['value'] for t in s['turnOn'])}")
print(f"{os.path.basename(tree)}, seed {seed}: {off} symbols that are off, {plans} with answers, of which {wrong} do not turn them on")
sys.exit(wrong > 0 or plans < count)
