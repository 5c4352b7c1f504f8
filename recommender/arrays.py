"""Array types that the recommender's signatures share."""

import numpy as np
from numpy.typing import NDArray

# Vectors and scores: half the memory of double precision, and precise enough to rank.
Floats = NDArray[np.float32]

# Sums and solvers, where single precision would lose digits.
Doubles = NDArray[np.float64]

# Row numbers, as `np.argsort` and `np.flatnonzero` return them.
Rows = NDArray[np.intp]

Mask = NDArray[np.bool_]
