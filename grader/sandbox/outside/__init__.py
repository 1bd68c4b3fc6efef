"""The trusted side of a worker: starts it, asks it, and believes nothing that it says."""
