#!/usr/bin/env python3
"""Makes an animated SVG of recorded terminal screens: picture.py FOLDER [OLD NEW]... >picture.svg

FOLDER holds what `tmux capture-pane -e -p` printed, under the time in nanoseconds, with the place of the cursor in the first line.
OLD NEW shows another name of a folder, also where OLD is being typed. All frames stand below each other on one strip, which is moved in steps; a row that two frames share is kept
once (<defs>). Waits are cut short, so that a build of a minute takes some seconds.
"""
import html
import os
import re
import sys
import unicodedata

WIDTH, HEIGHT = 8, 17  # of a character, in pixels
PAD = 8
LONGEST = 2.0  # seconds that a frame is shown at most
BUSY = 0.16  # ... while lines are scrolling
BACK, FRONT = "#1b1f24", "#d7dae0"
COLOURS = ["#3b4048", "#e06c75", "#98c379", "#e5c07b", "#61afef", "#c678dd", "#56b6c2", "#d7dae0",
           "#5c6370", "#ff7b86", "#b5e890", "#ffd787", "#82c4ff", "#e29bff", "#7fd8e6", "#ffffff"]
# Behind text the colours are darker, so that light text can be read on them.
BACKS = ["#1b1f24", "#8c2f39", "#3f7a2c", "#8a6d1d", "#1b4a80", "#6f3a86", "#1f6f78", "#c3c8d0"] + COLOURS[8:]
ACS = str.maketrans("lqkxmjtuvwn", "┌─┐│└┘├┤┴┬┼")


def colour(n):
    """The colour of number n of 256."""
    if n < 16:
        return COLOURS[n]
    if n >= 232:
        return "#" + "%02x" % (8 + 10 * (n - 232)) * 3
    n -= 16
    return "#" + "".join("%02x" % (55 + 40 * c if c else 0) for c in (n // 36, n // 6 % 6, n % 6))


class Style:
    """How characters look now."""

    def __init__(self):
        self.fore = self.back = None
        self.bold = self.reverse = False

    def take(self, codes):
        codes = [int(c or 0) for c in codes.replace(":", ";").split(";")]
        while codes:
            c = codes.pop(0)
            if c == 0:
                self.__init__()
            elif c == 1:
                self.bold = True
            elif c == 22:
                self.bold = False
            elif c == 7:
                self.reverse = True
            elif c == 27:
                self.reverse = False
            elif c in (38, 48) and codes[:1] == [5]:
                setattr(self, "fore" if c == 38 else "back", colour(codes[1]))
                codes = codes[2:]
            elif 30 <= c <= 37 or 90 <= c <= 97:
                self.fore = COLOURS[c % 10 + (8 if c >= 90 else 0)]
            elif 40 <= c <= 47 or 100 <= c <= 107:
                self.back = BACKS[c % 10 + (8 if c >= 100 else 0)]
            elif c == 39:
                self.fore = None
            elif c == 49:
                self.back = None

    def key(self):
        fore, back = self.fore or FRONT, self.back or BACK
        return (back, fore, self.bold) if self.reverse else (fore, back, self.bold)


def runs(line, style, graphics):
    """Cuts a line into (column, text, look)."""
    found, column, graphic = [], 0, graphics
    for part in re.split(r"(\x1b\[[0-9;:]*m|\x0e|\x0f)", line):
        if part.startswith("\x1b["):
            style.take(part[2:-1])
        elif part in ("\x0e", "\x0f"):
            graphic = part == "\x0e"
        elif part:
            text = part.translate(ACS) if graphic else part
            found.append((column, text, style.key()))
            column += sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
    return found, graphic


def row(line_runs):
    """A row as SVG, at the top left corner."""
    out = []
    for column, text, (fore, back, bold) in line_runs:
        x = column * WIDTH
        if back != BACK:
            out.append(f'<rect x="{x}" width="{len(text) * WIDTH}" height="{HEIGHT}" fill="{back}"/>')
        shown = text.rstrip() if back == BACK else text
        if shown.strip():
            lead = len(shown) - len(shown.lstrip())
            shown = shown.strip()
            look = (f' fill="{fore}"' if fore != FRONT else "") + (' font-weight="bold"' if bold else "")
            out.append(f'<text x="{x + lead * WIDTH}" textLength="{len(shown) * WIDTH}"{look}>{html.escape(shown, False)}</text>')
    return "".join(out)


def renamed(line, replace):
    """A line with other names of folders, and how many columns what is behind them has moved."""
    moved = 0
    for old, new in replace:
        moved += line.count(old) * (len(new) - len(old))
        line = line.replace(old, new)
    typed = line.rstrip()
    for old, new in replace:
        for n in range(len(old) - 1, 2, -1):  # as far as it has been typed
            if typed.endswith(" " + old[:n]):
                line = typed[:-n] + new[:n]
                moved += len(new[:n]) - n
                return line, moved
    return line, moved


def frames(folder, replace):
    """The screens with the seconds that each is shown."""
    names = sorted((n for n in os.listdir(folder) if n.isdigit()), key=int)
    shown = []
    for name in names:
        head, *lines = open(os.path.join(folder, name), encoding="utf-8", errors="replace").read().split("\n")
        x, y, visible = (int(n) for n in head.split())
        if y < len(lines):  # the cursor stands behind what was replaced
            x += renamed(lines[y], replace)[1]
        lines = [renamed(line, replace)[0] for line in lines]
        shown.append([int(name) / 1e9, lines, (x, y) if visible else None])
    kept = []
    for i, (at, lines, cursor) in enumerate(shown):
        until = shown[i + 1][0] if i + 1 < len(shown) else at + 3
        if kept and kept[-1][1:3] == [lines, cursor]:
            kept[-1][0] += until - at
        else:
            kept.append([until - at, lines, cursor])
    return kept


def busy(lines):
    """Whether a build is running: there is a status line, or make's own lines scroll."""
    text = [re.sub(r"\x1b\[[0-9;:]*m", "", l) for l in lines if l.strip()]
    return bool(text) and (text[-1].startswith("[ ") or re.match(r"  [A-Z]+ +\S", text[-1]) is not None)


def main():
    replace = list(zip(sys.argv[2::2], sys.argv[3::2]))
    film, last, spent = [], None, 0.0
    for seconds, lines, cursor in frames(sys.argv[1], replace):
        if busy(lines):
            # Of a long build some frames a second are shown, as fast as they can be read as a movement.
            spent += seconds
            if film and spent < 0.9 and film[-1][3]:
                continue
            spent = 0.0
            film.append([min(seconds, BUSY), lines, cursor, True])
        else:
            film.append([min(seconds, LONGEST), lines, cursor, False])
    rows, columns, defs, strip = 22, 90, {}, []
    total = sum(f[0] for f in film)
    at, keys = 0.0, []
    for i, (seconds, lines, cursor, _) in enumerate(film):
        keys.append(f"{at / total * 100:.3f}%{{transform:translateY({-i * rows * HEIGHT}px)}}")
        at += seconds
        style, graphics, cells = Style(), False, []
        for y, line in enumerate(lines[:rows]):
            line_runs, graphics = runs(line, style, graphics)
            text = row(line_runs)
            if text:
                name = defs.setdefault(text, f"r{len(defs)}")
                cells.append(f'<use href="#{name}" y="{y * HEIGHT}"/>')
        if cursor:
            cells.append(f'<rect x="{cursor[0] * WIDTH}" y="{cursor[1] * HEIGHT}" width="{WIDTH}" height="{HEIGHT}" fill="{FRONT}" opacity=".6"/>')
        strip.append(f'<g transform="translate(0 {i * rows * HEIGHT})">{"".join(cells)}</g>')
    width, height = columns * WIDTH + 2 * PAD, rows * HEIGHT + 2 * PAD
    print(f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">')
    print("<title>gokbuild in a terminal: a build, an error, nothing to do, menuconfig</title>")
    print(f"<style>text{{font:13px/1 'DejaVu Sans Mono',Menlo,Consolas,monospace;white-space:pre;dominant-baseline:text-before-edge}}#film{{animation: film {total:.1f}s steps(1, end) infinite}}@keyframes film{{{''.join(keys)}}}</style>")
    print(f'<rect width="100%" height="100%" rx="8" fill="{BACK}"/><defs>')
    for text, name in defs.items():
        print(f'<g id="{name}">{text}</g>')
    print(f'</defs><svg x="{PAD}" y="{PAD}" width="{columns * WIDTH}" height="{rows * HEIGHT}" overflow="hidden" fill="{FRONT}"><g id="film">')
    print("\n".join(strip))
    print("</g></svg></svg>")


main()
