#!/usr/bin/env python3
"""Writes what the reference model of the breakers (breaker_model.py) decides, for the C++ core to be held against.

  breaker_oracle.py --seeds 1000 [--first N] [--steps N] --out FILE

The model counts in whole milliseconds here and draws its luck as the core does. `Exact` settles what the model leaves
open: what a switch does to events, degraded admission, a third level. A line is an operation or what came of it.
"""
import argparse
import random

import breaker_model as model

MASK = (1 << 64) - 1
PARTS = 1_000_000


class Luck:
    """splitmix64, as actors/domain/breaker.hpp has it."""

    def __init__(self, roll):
        self.state = roll

    def next(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        self.last = z ^ (z >> 31)
        return self.last

    def below(self, whole):
        return self.next() % whole

    def random(self):
        return self.below(PARTS) / PARTS


class Config(model.Cfg):
    bucket = 1_000
    base, cap, decay = 5_000, 300_000, 30_000
    half_max, permit_ttl = 60_000, 20_000


class JudgedWindow(model.Win):
    """A call of another era is not held against this one (rule 5.3), so it does not enter what is judged."""

    def __init__(self, config, system, node):
        super().__init__(config)
        self.system, self.node, self.refused = system, node, {}

    def add(self, now, kind, slow):
        if self.system.heard_for.get(self.node, self.node.gen) == self.node.gen:
            super().add(now, kind, slow)

    def refuse(self, now):
        bucket = now // self.c.bucket
        self.refused[bucket] = self.refused.get(bucket, 0) + 1

    def refused_at(self, now):
        bucket = now // self.c.bucket
        return sum(n for b, n in self.refused.items() if bucket - self.c.nb < b <= bucket)


class Exact(model.System):
    def __init__(self, config):
        super().__init__(config, Luck(0))
        self.now, self.heard_for, self.told = 1_000_000, {}, 0

    def add(self, path, parent, group):
        node = super().add(path, parent, group)
        node.win, node.degraded, node.trickled = JudgedWindow(self.c, self, node), False, 0
        return node

    # --- events: as callers met it, the switch included ---
    def shown(self, x, state=None, switch=None):
        switch, state = switch or x.sw, state or x.st
        return {'off': 'open', 'on': 'closed'}.get(switch, state)

    def note(self, x, before, cause):
        x.seq += 1
        self.ev.append((x.path, x.seq, x.gen, before, self.shown(x), cause, True, 0, 0, self.now))

    def trans(self, x, to, cause, forced=False):
        before = len(self.ev)
        was_open = cause == 'override_expired'
        super().trans(x, to, cause, forced)
        event = list(self.ev[before])
        if was_open:
            event[3], event[7] = 'open', 0
        self.ev[before] = tuple(event)
        if to == 'open':
            wait = min(self.c.base * 2 ** (x.k - 1), self.c.cap)
            reach = wait * 20 // 100
            x.until = self.now + wait - reach + self.r.last % (2 * reach + 1)
        if to == 'closed':
            x.win = JudgedWindow(self.c, self, x)
        x.degraded = to == 'closed' and cause == 'eject_denied'

    # --- switches ---
    def switch(self, x, to, until):
        self.tick(x)
        before = self.shown(x)
        x.sw, x.sw_exp = to, until
        self.note(x, before, 'override_off' if to == 'off' else 'override_forced_closed')

    def effective(self, x):
        if x.sw != 'auto' and x.sw_exp is not None and self.now >= x.sw_exp:
            was, x.sw, x.sw_exp = x.sw, 'auto', None
            if was == 'off':
                self.trans(x, 'half', 'override_expired', True)
            else:
                # Enough calls while it was held: the window decides, where the model would go on probing.
                volume = self.c.parent_vol if x.kids else self.c.min_vol
                if x.st != 'closed' and x.win.sum(self.now)[0] >= volume:
                    x.st, x.gen, x.consec, x.clean_at = 'closed', x.gen + 1, 0, self.now
                    x.out.clear()
                self.note(x, 'closed', 'override_expired')
                if x.st == 'closed':
                    self.judge(x)
        return x.sw

    def tick(self, x):
        if self.effective(x) != 'auto':
            return
        while x.st == 'closed' and x.k and self.now - x.clean_at >= self.c.decay:
            x.k, x.clean_at = x.k - 1, x.clean_at + self.c.decay
        super().tick(x)

    # --- the cap, and what it makes of a path ---
    def may_eject(self, x):
        if not x.group:
            return True
        group = self.groups[x.group]
        down = sum(1 for y in group if y is not x and (y.sw == 'off' or y.sw == 'auto' and y.st == 'open'))
        limit = max(1, int(self.c.max_eject_percent * len(group) // 100))
        return down + 1 <= limit and len(group) - down - 1 >= self.c.min_avail

    def trip(self, x, cause):
        self.cause = cause
        if super().trip(x, cause):
            return True
        if not x.degraded:
            x.degraded = True
            self.note(x, self.shown(x), 'eject_denied')
        return False

    def judge(self, x):
        self.cause = None
        super().judge(x)
        if self.cause is None:
            x.degraded = False

    def rollup(self, p):
        was = p.st
        super().rollup(p)
        if was == 'closed' and p.st == 'open' and p.parent:
            self.rollup(p.parent)

    def can(self, x):
        switch = self.effective(x)
        if switch == 'auto':
            self.tick(x)
            if x.st == 'closed' and x.degraded:
                return self.can_degraded(x)
        return super().can(x)

    def can_degraded(self, x):
        total, bad, _ = x.win.sum(self.now)
        asked = total + x.win.refused_at(self.now)
        beyond = asked - 2 * (total - bad)
        if beyond <= 0 or self.r.below(PARTS) * (asked + 1) >= beyond * PARTS:
            return True
        if self.now - x.trickled >= 1_000:
            return True
        x.win.refuse(self.now)
        return False

    def take(self, x):
        if x.sw == 'auto' and x.degraded:
            x.trickled = self.now
        return super().take(x)

    def done(self, toks, kind, slow, scope='leaf'):
        leaf, gen, _, _ = toks[-1]
        self.tick(leaf)
        if gen != leaf.gen:  # Its bank has moved on: the call says nothing to anybody (rule 5.3).
            kind = 'ignored'
        self.heard_for = {x: gen for x, gen, _, _ in toks}
        super().done(toks, kind, slow)
        self.heard_for = {}


KINDS = {'ok': 'ok', 'fail': 'failure', 'timeout': 'timeout', 'exc': 'exception', 'ignored': 'ignored'}


def play(seed, steps, out):
    r = random.Random(seed)
    c = Config()
    stages = [(5, 5), (25, 10), (50, 10)] if r.random() < .5 else [(100, r.choice([1, 3, 10]))]
    c.stages = tuple((percent / 100, n) for percent, n in stages)
    c.max_eject_percent = r.choice([50, 34, 50])
    f_percent, slow_percent = r.choice([50, 30, 100]), r.choice([80, 100])
    c.f_ratio, c.slow_ratio = f_percent / 100, slow_percent / 100
    c.consec, c.min_vol = r.choice([6, 10**9]), r.choice([5, 10, 20])
    c.parent_vol = r.choice([30, 10])
    c.cap = r.choice([300_000, 5_000])
    s = Exact(c)
    out(f'seed {seed} {c.max_eject_percent} {f_percent} {slow_percent} {c.consec} {c.min_vol} {c.parent_vol} {c.cap} '
        + ' '.join(f'{p}:{n}' for p, n in stages))
    leaves = []
    for i in range(r.choice([2, 3, 4])):
        channel = s.add(f'c{i}', None, 'qr')
        out(f'node c{i} - qr')
        for m in range(r.choice([1, 1, 2])):
            method = channel
            if r.random() < .5:
                method = s.add(f'c{i}/m{m}', channel, None)
                out(f'node c{i}/m{m} c{i} -')
            for b in range(r.choice([1, 1, 3])):
                path = f'{method.path}/b{m}{b}'
                leaves.append(s.add(path, method, None))
                out(f'node {path} {method.path} -')
    nodes = list(s.n.values())
    number = {x: i for i, x in enumerate(nodes)}
    features = {f for f in ('late', 'leak', 'override', 'jump', 'ignored', 'outage', 'slow') if r.random() < .6}
    health = {x.path: 1.0 for x in leaves}
    flights, token = [], 0
    busy = leaves if r.random() < .5 else leaves[:2]
    sick = r.choice([.03, .1])

    def begin(word, *what):
        dice = r.getrandbits(64)
        out(' '.join(map(str, (word, s.now, dice) + what)))
        s.r = Luck(dice)
        for x in nodes:
            s.tick(x)

    def end():
        for path, seq, gen, was, to, cause, _, admitted, allowed, at in s.ev[s.told:]:
            words = {'half': 'half_open'}
            out(f'e {path} {seq} {gen} {words.get(was, was)} {words.get(to, to)} {cause} {admitted}')
        s.told = len(s.ev)

    for _ in range(steps):
        if 'outage' in features and r.random() < sick:
            health[r.choice(busy).path] = r.choice([0, .3, .5, 1.0, 1.0])
        if 'jump' in features and r.random() < .01:
            s.now += r.choice([30_000, 120_000, 3_600_000])
        s.now += r.choice([10, 50, 200, 1_000])
        if 'override' in features and r.random() < .01:
            x, to, until = r.choice(nodes), r.choice(['on', 'off']), s.now + r.choice([5_000, 60_000])
            begin('switch', number[x], to, until)
            s.switch(x, to, until)
            end()
        leaf = r.choice(busy if r.random() < .9 else leaves)
        token += 1
        begin('ask', number[leaf], token)
        held = s.acquire(leaf)
        out('yes' if held else 'no')
        end()
        if held and not ('leak' in features and r.random() < .02):
            late = r.choice([50, 200]) if not ('slow' in features and r.random() < .2) else r.choice([3_000, 8_000])
            if 'late' in features and r.random() < .05:
                late = r.choice([15_000, 40_000, 90_000])
            kind = 'ok' if r.random() < health[leaf.path] else r.choice(['fail', 'timeout', 'exc'])
            if 'ignored' in features and r.random() < .05:
                kind = 'ignored'
            flights.append((s.now + late, token, held, kind, late > 2_000))
        flights.sort(key=lambda f: f[:2])
        while flights and flights[0][0] <= s.now:
            _, number_of, held, kind, slow = flights.pop(0)
            begin('done', number_of, KINDS[kind], int(slow))
            s.done(held, kind, slow)
            end()
    out('end ' + ' '.join(f'{x.st}:{x.k}:{x.stage}:{x.stage_adm if x.st == "half" else 0}:{len(x.out) if x.st == "half" else 0}:{int(x.degraded)}' for x in nodes))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--seeds', type=int, default=1000)
    parser.add_argument('--first', type=int, default=0)
    parser.add_argument('--steps', type=int, default=150)
    parser.add_argument('--out', required=True)
    asked = parser.parse_args()
    with open(asked.out, 'w') as file:
        for seed in range(asked.first, asked.first + asked.seeds):
            play(seed, asked.steps, lambda line: file.write(line + '\n'))


if __name__ == '__main__':
    main()
