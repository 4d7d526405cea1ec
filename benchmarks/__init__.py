"""Side by side with the peers: `python -m benchmarks sign find verify`. One file for each question."""
