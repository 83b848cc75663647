"""Training: the loop, batches, the schedule, checkpoints, seeds and devices."""
