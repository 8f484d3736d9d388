"""Times beside other libraries; run by ``make bench``."""
