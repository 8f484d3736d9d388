"""One engine for every model: parameter spaces, the optimizer, fits, covariances."""
