"""From a video file to the chosen frames: probing, sampling by timestamp, decoding, resizing."""
