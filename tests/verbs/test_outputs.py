import json
import xml.etree.ElementTree as ET

import pytest
from tests.reports import dossiers

from seatrial.errors import InputError
from seatrial.verbs.outputs import REHEARSED, outputs, placed, written


def refused(*words: str, **more) -> str:
    with pytest.raises(InputError) as error:
        outputs(words, **more)
    return str(error.value)


def test_each_report_goes_to_its_place(tmp_path) -> None:
    wanted = outputs([f"junit={tmp_path / 'j=1.xml'}", f"sarif={tmp_path / 's.json'}", "markdown=-"])
    shown = written(wanted, dossiers.rejected())
    assert [data.decode().splitlines()[0] for data in shown] == ["<!-- seatrial:gate:digits-reader -->"]
    assert ET.parse(tmp_path / "j=1.xml").getroot().tag == "testsuites"
    assert json.loads((tmp_path / "s.json").read_bytes())["version"] == "2.1.0"


def test_all_that_is_wrong_is_said_before_anything_runs(tmp_path) -> None:
    said = refused(f"junti={tmp_path / 'a'}", "sarif", f"junit={tmp_path / 'no' / 'a'}", f"html={tmp_path}")
    assert "did you mean junit" in said
    assert "'sarif' names no file (write it like sarif=FILE)" in said
    assert "lies in a folder that is not there" in said
    assert "is a folder" in said


def test_two_reports_for_one_place(tmp_path) -> None:
    assert "two reports would go to standard output" in refused("junit=-", "markdown=-")
    assert "standard output" in refused("junit=-", printed=True)
    assert "two reports would go to" in refused(f"junit={tmp_path / 'a'}", f"sarif={tmp_path / 'a'}")
    assert outputs([], printed=True) == ()


def test_a_rehearsal_takes_only_what_says_that_it_is_one(tmp_path) -> None:
    assert "html would show a rehearsal as a decision (there are junit" in refused(
        f"html={tmp_path / 'a'}", known=REHEARSED
    )


def test_a_file_needs_a_folder(tmp_path) -> None:
    assert placed(tmp_path / "evidence.tar", "bundle") == tmp_path / "evidence.tar"
    with pytest.raises(InputError, match=r"bundle: .* lies in a folder that is not there"):
        placed(tmp_path / "no" / "evidence.tar", "bundle")
    with pytest.raises(InputError, match="is a folder"):
        placed(tmp_path, "--output")
