"""Programs that the benchmarks copy into a folder of their own and run there."""
