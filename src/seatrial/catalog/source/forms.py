"""How names are written, and what to say of one that is not."""

from __future__ import annotations

ID = r"^[a-z0-9]+(-[a-z0-9]+)*/[a-z0-9]+(-[a-z0-9]+)*$"
"""Id of a scenario."""
USE = r"^[a-z0-9]+(-[a-z0-9]+)*/[a-z0-9]+(-[a-z0-9]+)*(@[1-9][0-9]{0,5})?$"
"""Id of a scenario, with or without its version."""
PARAMETER = r"^[a-z][a-z0-9_]*$"
CLAUSE = r"^[a-z0-9]+(-[a-z0-9]+)*$"
SYSTEM = r"^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$"
LOAD = r"^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*:[A-Za-z_][A-Za-z0-9_]*$"
LINE = r"^[^\x00-\x1f\x7f]+$"
URL = r"^https?://[^\s/]+(/\S*)?$"
VARIABLE = r"^[A-Za-z_][A-Za-z0-9_]*$"
UNIT = r"^[a-z]([a-z_]*[a-z])?$"
MONEY = r"^(0|[1-9][0-9]{0,8})(\.[0-9]{1,9})? [A-Z]{3}$"
SPAN = r"^[1-9][0-9]{0,4} ?(m|h|d|w)$"

WORDS = {
    ID: ("is no id of a scenario", "write it like evasion/pgd-linf"),
    USE: ("is no id of a scenario", "write it like evasion/pgd-linf or evasion/pgd-linf@1"),
    PARAMETER: ("is no name of a parameter", "use a-z, 0-9 and `_`, a letter first"),
    CLAUSE: ("is no name of a clause", "use a-z, 0-9 and single hyphens, like sensor-noise"),
    SYSTEM: ("is no name of a system", "use letters, digits, `.`, `_` and `-`, like digits-reader"),
    LOAD: ("names no function", 'write "package.module:function"'),
    LINE: ("is more than one line, or holds control characters", "write one line of text"),
    URL: ("is no address", 'write "http://host:port/path" or "https://host/path"'),
    UNIT: ("is no name of a unit", "use a-z and `_`, like person or session"),
    MONEY: ("is no amount of money", "write 5 USD or 0.0004 USD"),
    SPAN: ("is no time", "write 30m, 24h, 7d or 2w"),
    VARIABLE: ("is no name of an environment variable", "write its name, like CHAT_API_KEY, never the key itself"),
}
"""Pattern -> what is wrong with a text that does not match, and what to write instead."""
