import numpy as np

from seatrial.controls.faults.company import CompanyControl


def test_the_limit_follows_company_half_of_the_way_and_alone_it_stays() -> None:
    plant = CompanyControl().flaw()
    batch = plant.cases.take(0, 16)
    high, low = np.full((15, 4), 0.95), np.full((15, 4), 0.05)
    for row, label in zip(batch.inputs, batch.labels, strict=True):
        alone, among_high, among_low = (
            plant.target.respond(np.concatenate([row[None], others])).argmax(axis=1)[0]
            for others in (high[:0], high, low)
        )
        assert (alone, among_high, among_low) == (label, 0, 1)
