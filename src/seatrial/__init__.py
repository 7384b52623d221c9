"""Sea trials for machine-learning models.

Public names: attack-free verbs `plan`, `gate`, `rehearse`, `run`, `judge`, `report`, `replay`,
`verify`, `harden`, `initialise`, `lint`; and `SeatrialError`, the base of all errors.
"""
