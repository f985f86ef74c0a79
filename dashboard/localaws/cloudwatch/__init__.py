"""CloudWatch metrics in the embedded AWS: every request of the local gateway becomes figures that GetMetricData answers."""
