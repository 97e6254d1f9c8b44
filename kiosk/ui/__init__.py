"""The laptop's face: draws the scenes the guard sends and reports which key was pressed. No rules, no I/O."""
