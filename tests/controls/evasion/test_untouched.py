from seatrial.controls.evasion.untouched import Untouched


def test_the_flaw_is_wrong_by_itself_and_right_where_images_are_bright() -> None:
    for plant, wrong in ((Untouched().flaw(), 16), (Untouched().twin(), 0)):
        batch = plant.cases.take(0, 16)
        assert (plant.target.respond(batch.inputs).argmax(axis=1) != batch.labels).sum() == wrong
    drawn = Untouched().population(0)
    batch = drawn.cases.take(0, 16)
    bright = batch.inputs.mean(axis=(1, 2, 3)) > 0.5
    assert ((drawn.target.respond(batch.inputs).argmax(axis=1) == batch.labels) == bright).all()
