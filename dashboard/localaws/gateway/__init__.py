"""The data plane: real requests to the stages of the embedded API Gateway, as its deployed snapshots say."""
