"""The channels that speak real protocols: how each is switched on for a story, and what its payer has to bring."""
from dataclasses import dataclass, field


@dataclass
class Wire:
    channel: str
    path: str
    payer: dict = field(default_factory=dict)


wires = [
    Wire("wechat", "wechat/native/any"),
]


def payers_for(wire):
    """What the order says about its payer; nothing when the protocol does not ask."""
    return wire.payer or None


def changes_for(chosen, waits=None):
    """For House: these channels switched on, and the bakery selling by them."""
    changes = {f"channels/{wire.channel}.yaml": {"enabled": "true", **(waits or {})} for wire in chosen}
    paths = "".join(f"\n  - {wire.path}" for wire in chosen)
    changes["businesses/bakery.yaml"] = {"paths": paths}
    return changes
