"""The channels that speak real protocols: how each is switched on for a story, and what its payer has to bring."""
from dataclasses import dataclass, field


@dataclass
class Wire:
    channel: str
    path: str
    payer: dict = field(default_factory=dict)


wires = [
    Wire("wechat", "wechat/native/any"),
    Wire("alipay", "alipay/qr/any"),
    Wire("stripe", "stripe/card/any"),
    Wire("wechat_bar", "wechat_bar/code/any", {"auth_code": "120061098828009406"}),
]

# No HTTP and no callbacks: the bank decides in its answer.
bank_host = Wire("harbor", "harbor/account/harbor")


def payer_of(wire):
    """What the order says about its payer; nothing when the protocol does not ask."""
    return {"payer": wire.payer} if wire.payer else {}


def changes_for(chosen, waits=None):
    """For House: these channels switched on, and the bakery selling by them."""
    changes = {f"channels/{wire.channel}.yaml": {"enabled": "true", **(waits or {})} for wire in chosen}
    return {**changes, "businesses/bakery.yaml": {"paths": "".join(f"\n  - {wire.path}" for wire in chosen)}}
