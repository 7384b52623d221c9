"""Images in folders: what becomes of each, and what is refused."""

import logging
import time

import numpy as np
import pytest
from PIL import Image

from seatrial.cases.folder import make
from seatrial.errors import CasesError

SETTINGS = {"path": "images", "size": [2, 3], "mode": "RGB"}
RED = np.zeros((2, 3, 3), dtype=np.uint8)
RED[..., 0] = 255


def put(folder, name, pixels=RED, **options):
    path = folder / "images" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    (pixels if isinstance(pixels, Image.Image) else Image.fromarray(pixels)).save(path, **options)
    return folder


@pytest.fixture
def two(tmp_path):
    put(tmp_path, "cat/1.png")
    return put(tmp_path, "dog/deep/2.png", RED[..., ::-1].copy())


def refused(folder, **settings):
    with pytest.raises(CasesError) as caught:
        make({**SETTINGS, **settings}, folder)
    return [str(problem).replace(f"{folder}/", "") for problem in caught.value.problems]


def test_images_are_floats_channels_first(two) -> None:
    batch = make(SETTINGS, two).take(0, 2)
    assert batch.inputs.dtype == np.float32
    assert batch.inputs.shape == (2, 3, 2, 3)
    assert batch.inputs[0].tolist() == (RED.transpose(2, 0, 1) / 255).tolist()
    assert batch.labels.tolist() == [0, 1]


def test_classes_say_the_order(two) -> None:
    batch = make({**SETTINGS, "classes": ["dog", "cat"]}, two).take(0, 2)
    assert batch.labels.tolist() == [1, 0]


def test_grey_is_one_channel(two) -> None:
    batch = make({**SETTINGS, "mode": "L"}, two).take(0, 1)
    assert batch.inputs.shape == (1, 1, 2, 3)
    assert np.allclose(batch.inputs, np.asarray(Image.fromarray(RED).convert("L")) / 255)


def test_an_image_of_another_size_is_resized(two) -> None:
    put(two, "cat/0.png", np.full((20, 20, 3), 51, dtype=np.uint8))
    assert make(SETTINGS, two).take(0, 1).inputs.tolist() == np.full((1, 3, 2, 3), np.float32(0.2)).tolist()


def test_the_camera_says_which_side_is_up(two) -> None:
    turned = Image.Exif()
    turned[0x0112] = 6
    pixels = np.arange(18, dtype=np.uint8).reshape(3, 2, 3) * 10
    put(two, "cat/0.png", pixels, exif=turned)
    seen = make(SETTINGS, two).take(0, 1).inputs[0]
    assert np.allclose(seen.transpose(1, 2, 0) * 255, np.rot90(pixels, -1))


def test_what_is_transparent_lies_on_white(two) -> None:
    put(two, "cat/0.png", np.zeros((2, 3, 4), dtype=np.uint8))
    assert (make(SETTINGS, two).take(0, 1).inputs == 1).all()


def test_sixteen_bits_keep_their_range(two) -> None:
    put(two, "cat/0.png", np.full((2, 3), 32896, dtype=np.uint16))
    assert np.allclose(make({**SETTINGS, "mode": "L"}, two).take(0, 1).inputs, 128 / 255)


def test_a_palette_and_an_animation_are_their_first_picture(two) -> None:
    frames = [Image.fromarray(RED).convert("P"), Image.fromarray(RED[..., ::-1].copy()).convert("P")]
    put(two, "cat/0.gif", frames[0], save_all=True, append_images=frames[1:])
    assert np.allclose(make(SETTINGS, two).take(0, 1).inputs[0, 0], 1, atol=0.02)


def test_files_that_are_no_images_are_passed_over_and_the_log_says_so(two, caplog) -> None:
    (two / "images" / "cat" / "notes.txt").write_text("x")
    (two / "images" / "cat" / ".hidden.png").write_text("x")
    put(two, "loose.png")
    with caplog.at_level(logging.WARNING, logger="seatrial"):
        assert len(make(SETTINGS, two)) == 2
    assert "1 files are no images and are passed over, the first cat/notes.txt" in caplog.text
    assert "images outside of a class folder and are passed over, the first loose.png" in caplog.text


def test_all_broken_images_are_named_up_to_a_limit(two) -> None:
    for at in range(25):
        (two / "images" / "cat" / f"b{at:02}.png").write_bytes(b"none")
    whole = (two / "images" / "cat" / "1.png").read_bytes()
    (two / "images" / "cat" / "a.png").write_bytes(whole[:50])
    said = refused(two)
    assert len(said) == 21
    assert said[0].startswith("images/cat/a.png: cannot be read: ")
    assert said[1] == "images/cat/b00.png: cannot be read: is no image"
    assert said[-1] == "images: 6 more images cannot be read"


def test_an_image_too_large_to_be_meant_is_broken(two) -> None:
    before, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, 100
    try:
        put(two, "cat/0.png", np.zeros((12, 12), dtype=np.uint8))
        assert "cat/0.png: cannot be read" in refused(two)[0]
    finally:
        Image.MAX_IMAGE_PIXELS = before


def test_a_mode_without_a_range_is_broken(two) -> None:
    put(two, "cat/0.tiff", Image.fromarray(np.ones((2, 3), dtype=np.float32)))
    assert "has mode F, whose range nobody knows" in refused(two)[0]


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"path": "none"}, "there is no such folder"),
        ({"path": "images/cat/1.png"}, "is a file"),
        ({"path": "images/cat"}, "holds 1 images, but no folder for each class"),
        ({"path": None}, "cases.path: is missing"),
        ({"size": [28]}, "cases.size: is missing or no height and width"),
        ({"size": None}, "cases.size: is missing"),
        ({"mode": "CMYK"}, "'CMYK' is no mode (write L or RGB)"),
        ({"classes": ["cat", "dgo"]}, "has no folder 'dgo' (did you mean dog?"),
        ({"classes": ["cat", "dgo"]}, "does not name the folder 'dog'"),
        ({"label": "x"}, "cases.label: is unknown here"),
    ],
)
def test_what_makes_no_sense_is_refused(settings, said, two) -> None:
    assert said in "\n".join(refused(two, **settings))


def test_one_class_and_empty_folders_are_refused(two) -> None:
    (two / "images" / "eel").mkdir()
    assert refused(two) == ["images/eel: holds no image (add some, or remove the folder)"]
    put(two, "only/one/1.png")
    assert "one class only, 'one'" in refused(two, path="images/only")[0]
    (two / "empty").mkdir()
    assert "empty: is empty" in refused(two, path="empty")[0]


def test_an_image_that_changes_is_noticed(two) -> None:
    cases = make(SETTINGS, two)
    time.sleep(0.01)
    put(two, "cat/1.png", RED[..., ::-1].copy())
    with pytest.raises(CasesError, match="has changed since it was read"):
        cases.take(0, 1)
