"""Texts that a stranger may write, in every place of a dossier."""

from dataclasses import replace

from hypothesis import strategies as st
from tests.reports import dossiers

NASTY = st.one_of(
    st.text(st.characters(exclude_categories=()), max_size=60),
    st.sampled_from(
        (
            "",
            "a|b\n|---|\r\n|x|",
            "```\n</details><script>alert(1)</script>",
            "`` ` ``` `",
            "@team please look at #12, !7, GH-9 and https://example.com or www.example.com :tada:",
            "<!-- --> <img src=x onerror=alert(1)> &lt;b&gt; ]]> </failure>",
            "\x00\x01\x08\x0b\x0c\x1b[2J\x7f\x85\u2028\u202e\ufffe\uffff\ud800",
            "# head\n- item\n1. one\n> quote\n    code\n***\n[a](http://b)\\",
            "ship ⚓ ελληνικά 漢字 🚢",
            "x" * 700,
        )
    ),
)


@st.composite
def strange(draw):
    """A dossier whose texts are anything at all."""

    def word():
        return draw(NASTY)

    one = dossiers.ALL[draw(st.sampled_from(sorted(dossiers.ALL)))]()
    return replace(
        one,
        system=word(),
        release=word(),
        sentence=word(),
        charter_file=word(),
        notes=(word(),),
        not_tried=(word(),),
        digests={word(): word()},
        log={word(): word()},
        environment={word(): word()},
        controls={word(): word()},
        again=word(),
        clauses=tuple(_clause(clause, word) for clause in one.clauses),
    )


def _clause(clause, word):
    texts = {name: word() for name in ("name", "because", "settle", "remedy", "waiver")}
    tried = tuple(
        replace(
            stage, title=word(), objective=word(), adversary=word(), threat=word(), tags=(word(), f"atlas:{word()}")
        )
        for stage in clause.tried
    )
    examples = tuple(
        replace(case, label=word(), before=word(), after=word(), command=word(), distance=word(), perturbed=word())
        for case in clause.examples
    )
    return replace(clause, **texts, tried=tried, examples=examples)
