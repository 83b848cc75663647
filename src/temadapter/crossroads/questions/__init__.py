"""The questions of Crossroads: one file for each of the six types of SUTD-TrafficQA, several families in each."""
