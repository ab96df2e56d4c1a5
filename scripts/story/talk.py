"""What the audience hears: one line per event, from any thread, with colours only on a terminal."""
import os
import re
import threading
import time

colours = {"act": "1", "business": "36", "payer": "33", "tael": "32", "bank": "35", "broken": "1;31", "ok": "1;32",
           "": "2"}


def money(amount, currency="CNY"):
    return f"{amount / 100:,.2f} {currency}"


class Talk:
    def __init__(self, out, pace=1.0):
        self.out, self.pace = out, pace
        self.coloured = out.isatty() and "NO_COLOR" not in os.environ
        self.began = time.monotonic()
        self.lock = threading.Lock()

    def act(self, title):
        self._write(f"\n{self._paint('act', title)}")

    def say(self, who, text):
        """One event: who it happened to, and what."""
        self._write(f"{time.monotonic() - self.began:6.1f}  {self._paint(who, f'{who:9}')} {text}")

    def note(self, text):
        self._write(self._paint("", text))

    def plain(self, text=""):
        self._write(text)

    def verdict(self, holds, text):
        self._write(f"{self._paint('ok', '    holds') if holds else self._paint('broken', '   BROKEN')}  {text}")

    def wait(self, seconds):
        """For people to follow; nothing depends on it."""
        time.sleep(seconds * self.pace)

    def table(self, head, rows, total=()):
        """Numbers stand to the right, texts to the left."""
        lines = [head, *rows, *([total] if total else [])]
        widths = [max(len(str(line[column])) for line in lines) for column in range(len(head))]
        is_number = [any(re.fullmatch(r"-?[\d,]+\.\d\d", str(row[column])) for row in rows)
                     for column in range(len(head))]

        def aligned(line):
            return "  ".join(f"{cell!s:>{width}}" if right else f"{cell!s:{width}}"
                             for cell, width, right in zip(line, widths, is_number)).rstrip()
        self._write(self._paint("act", aligned(head)))
        for row in rows:
            self._write(aligned(row))
        if total:
            self._write("  ".join("-" * width for width in widths))
            self._write(aligned(total))

    def _paint(self, what, text):
        return f"\033[{colours[what]}m{text}\033[0m" if self.coloured else text

    def _write(self, text):
        with self.lock:
            print(text, file=self.out, flush=True)
