"""The main job shown on a real letter: `python -m demo`. `ca`: the CA that it, tests and benchmarks use."""
