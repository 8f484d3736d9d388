"""Times, memory and calibration, beside other libraries and beside bars; run by ``make bench``."""
