"""Each dangerous act has one place."""

import ast

import pytest

from tests.house.source import dotted, files, short, tree

PLACES = {
    "broad except": ("trial/shard.py", "trial/present.py", "proof/__main__.py", "cli/app.py"),
    "import by name": ("plugins.py", "targets/importing.py"),
    "random generator": ("records/random.py", "harden/", "targets/torchchance.py", "testing/drawn.py"),
    "wall clock": ("verbs/",),
    "monotonic clock": ("targets/metered.py", "trial/", "harden/", "targets/faulty.py"),
    "environment": ("evidence/environment.py", "targets/"),
    "print": ("cli/", "proof/__main__.py"),
}
CALLS = {
    "importlib.import_module": "import by name",
    "__import__": "import by name",
    "datetime.now": "wall clock",
    "datetime.datetime.now": "wall clock",
    "time.time": "wall clock",
    "time.monotonic": "monotonic clock",
    "time.perf_counter": "monotonic clock",
    "perf_counter": "monotonic clock",
    "monotonic": "monotonic clock",
    "np.random.default_rng": "random generator",
    "np.random.seed": "random generator",
    "numpy.random.default_rng": "random generator",
    "random.Random": "random generator",
    "random.random": "random generator",
    "torch.manual_seed": "random generator",
    "torch.rand": "random generator",
    "torch.randn": "random generator",
    "os.getenv": "environment",
    "print": "print",
}


def acts(path) -> set[str]:
    found = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call) and dotted(node.func) in CALLS:
            found.add(CALLS[dotted(node.func)])
        if isinstance(node, ast.Attribute) and dotted(node) == "os.environ":
            found.add("environment")
        if isinstance(node, ast.ExceptHandler):
            names = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
            if any(n is None or dotted(n) in ("Exception", "BaseException") for n in names):
                found.add("broad except")
    return found


@pytest.mark.parametrize("path", files(), ids=short)
def test_dangerous_acts_stay_in_their_place(path) -> None:
    strays = {a for a in acts(path) if not any(short(path).startswith(place) for place in PLACES[a])}
    assert strays == set()


def test_the_rule_can_fail(tmp_path) -> None:
    sample = tmp_path / "sample.py"
    sample.write_text("import os\ntry:\n    os.environ['x']\nexcept Exception:\n    print(1)\n")
    assert acts(sample) == {"environment", "broad except", "print"}
